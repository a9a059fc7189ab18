/* One service item with its eight disclosures (八公開): rules, names, authority, stages, materials,
 * limits, fees with their basis, and contact. Immutable once loaded; see catalogue.h.
 *
 * A limit without unit, a text without data, a pointer that is NULL: the catalogue does not say. */
#pragma once

#include "base/decimal.h"
#include "catalogue/head.h"
#include "procedure/procedure.h"

/* -- the form ------------------------------------------------------------------------------- */

enum form_field_type {
    FORM_FIELD_TEXT,
    FORM_FIELD_ADDRESS,
    FORM_FIELD_CHOICE,
    FORM_FIELD_DECIMAL,
    FORM_FIELD_INTEGER,
    FORM_FIELD_DATE,
    FORM_FIELD_BOOLEAN,
};

struct catalogue_field {
    struct text id;
    struct names names;
    enum form_field_type type;
    bool required;
    bool personal;
    int64_t max_characters; /* text, address */
    struct decimal min;     /* decimal, integer */
    struct decimal max;
    struct text_span choices; /* choice */
    struct text filled_by;    /* the role that fills it in; absent: the applicant */
};

/* One comparison of `when`: the value of a field, of applicant.kind or of applicant.represented is
 * any of `values`. */
struct catalogue_condition {
    struct text key;
    struct text_span values;
};

/* All of the conditions must hold; none: always. */
struct catalogue_when {
    const struct catalogue_condition *conditions;
    size_t count;
};

/* -- materials, stages, limits -------------------------------------------------------------- */

enum material_need { MATERIAL_WELCOME, MATERIAL_REQUIRED, MATERIAL_CONDITIONAL };

struct catalogue_item_material {
    const struct catalogue_material *material;
    struct text form; /* electronic, original or copy */
    int64_t copies;
    enum material_need need;
    struct catalogue_when when; /* MATERIAL_CONDITIONAL */
    struct text stage;          /* handed in before that stage begins; absent: on filing */
    bool sensitive;             /* never enters an event, not even sealed */
};

struct catalogue_stage {
    struct text id;
    struct names names;
    struct text_span roles; /* roles and relations that carry it out */
    struct stated_limit limit;
    struct text why; /* why there is no limit */
    const struct catalogue_clock_kind *clock;
    const struct catalogue_unit *department; /* NULL: the item's own */
    struct text parallel_group;              /* stages of one group run together */
    int64_t min_staff;                       /* officers who must take part, 1 unless said */
    bool optional;
    struct text blocks; /* the stage that cannot begin before this one is over */
};

struct catalogue_limit {
    struct stated_limit limit;
    struct text approver; /* the role that may grant it: extension */
    struct text basis;
    struct text status;
};

/* A person's own period: what it is, and how long an officer may make it. */
struct catalogue_period {
    struct stated_limit usual;
    struct stated_limit max;
    struct text basis;
    struct text status;
};

struct catalogue_limits {
    struct catalogue_limit statutory; /* total limit in law */
    struct catalogue_limit local;     /* total limit in a local rule */
    struct catalogue_limit promised;  /* what the guide promises: always there */
    struct catalogue_limit extension;
    struct catalogue_limit deliver;
    struct catalogue_limit acknowledge;
    struct catalogue_limit feedback;
    struct catalogue_limit minimum_notice;
    struct catalogue_period supplement;
    struct catalogue_period payment;
    struct text_span excluded; /* pause causes that may stop the main clock */
};

/* -- fees ----------------------------------------------------------------------------------- */

enum fee_charge {
    FEE_EACH, /* amount_fen times the quantity */
    FEE_LAST, /* the quantity is an ordinal: only its own step is charged */
    FEE_ALL,  /* each unit at the price of its step */
};

enum fee_bill_at { BILL_ACCEPTED, BILL_GRANTED, BILL_REQUESTED };

/* The price of the units up to `up_to`, from the one behind the step before. After each further
 * `every` units it rises by `add_fen`. */
struct catalogue_fee_step {
    int64_t up_to; /* INT64_MAX: no end */
    int64_t each_fen;
    int64_t every; /* 0: the price does not rise */
    int64_t add_fen;
};

struct catalogue_fee {
    struct text code;
    struct names names;
    const struct catalogue_field *quantity; /* NULL: one a case */
    struct catalogue_when when;
    enum fee_charge charge;
    int64_t amount_fen; /* FEE_EACH */
    const struct catalogue_fee_step *steps;
    size_t step_count;
    enum fee_bill_at bill_at;
    struct text basis;
    struct text status;
    const struct catalogue_charging_unit *payee; /* NULL: nothing is charged */
    struct text_span waivers;
};

/* -- the rest ------------------------------------------------------------------------------- */

struct catalogue_authority {
    const struct catalogue_unit *decides; /* NULL: the charging unit of the fee concerned */
    struct names rule;
    bool delegated_to_window;
};

struct catalogue_law {
    struct names law;
    struct text_span articles;
    struct text status;
};

struct catalogue_result {
    struct names names;
    struct text form;
    struct text validity;
    struct text_span classes; /* grounds of use `outcome` */
};

struct catalogue_publicity {
    bool guide;
    struct text decision; /* true, false, with_consent or with_attribute */
    struct stated_limit within;
    struct text status;
    struct text_span redact;
    bool statistics_only;
    bool convert_to_proactive;
    struct text preview; /* true, false or by_subtype */
    struct stated_limit preview_limit;
    struct text objection;
};

struct catalogue_evaluation {
    bool enabled;
    int64_t scale;
    bool once_per_service;
};

struct catalogue_contact {
    const struct catalogue_window *window;
    struct text phone;
    struct names leader;
    struct text leader_phone;
    struct text complaints_phone;
};

/* When a holder may ask for renewal: limits before the day on which the result expires. */
struct catalogue_renewal {
    struct stated_limit apply_from;
    struct stated_limit apply_until;
    bool deemed_if_undecided_at_expiry;
    struct text basis;
    struct text status;
};

/* How a tip-off is kept apart. */
struct catalogue_privacy {
    struct text identity; /* vault_only */
    struct text text;     /* vault_only */
    int64_t anonymous_code_bits;
    bool log_contact;
    struct text_span visible_to;
    struct text release; /* daily */
    struct stated_limit retention;
};

/* Slots of an appointment. */
struct catalogue_slots {
    int64_t length_minutes;
    int64_t per_slot;
    int64_t book_ahead_days;
    int64_t cancel_until_minutes;
    int64_t no_show_limit;
};

/* Places of an open day. */
struct catalogue_places {
    int64_t per_session;
    struct stated_limit closes_before;
    bool waiting_list;
};

struct catalogue_class {
    struct text code;
    struct names names;
    int64_t count;
};

/* Times of an online interview. */
struct catalogue_session {
    struct stated_limit announce;
    struct stated_limit record_published;
};

struct catalogue_duty {
    struct text frequency; /* weekly */
    struct text role;
    int64_t slots_per_week;
    struct names note;
};

/* What only some kinds of items have. */
struct catalogue_particulars {
    struct catalogue_renewal renewal;  /* apply_from without unit: none */
    struct catalogue_privacy privacy;  /* anonymous_code_bits 0: none */
    struct catalogue_slots slots;      /* length_minutes 0: none */
    struct catalogue_places places;    /* per_session 0: none */
    struct catalogue_session session;  /* announce without unit: none */
    struct catalogue_duty duty_roster; /* role absent: none */
    bool always_open;                  /* service_hours: always */
    struct text_span applies_to;       /* items whose fees a waiver is about */
    struct text_span reply_kinds;
    struct text_span subtypes;
    const int *daily_checks; /* minutes of the day */
    size_t daily_check_count;
    const struct names *phases;
    size_t phase_count;
    const struct catalogue_class *classes;
    size_t class_count;
    int64_t award_cap_percent; /* 0: no cap */
};

struct catalogue_item {
    struct text code;
    struct names names;
    struct text kind;
    struct text subkind;
    struct text machine;
    const struct procedure *procedure; /* NULL: none is loaded, so the item is not open yet */
    bool open;
    const struct catalogue_unit *department;
    struct text_span co_departments;
    struct text_span applicants;
    struct text_span channels;
    struct names rules;
    struct catalogue_authority authority;
    const struct catalogue_law *laws;
    size_t law_count;
    const struct names *conditions;
    size_t condition_count;
    const struct catalogue_field *fields;
    size_t field_count;
    const struct catalogue_item_material *materials;
    size_t material_count;
    const struct catalogue_stage *stages;
    size_t stage_count;
    struct catalogue_limits limits;
    const struct catalogue_fee *fees;
    size_t fee_count;
    const struct catalogue_result *results;
    size_t result_count;
    const struct names *specials; /* rules that hold for this item alone */
    size_t special_count;
    struct catalogue_publicity publicity;
    struct catalogue_evaluation evaluation;
    struct catalogue_contact contact;
    struct catalogue_particulars particulars;
    struct catalogue_retention retention; /* the head's, unless the item says otherwise */
};
