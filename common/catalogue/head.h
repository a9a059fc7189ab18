/* The head of a catalogue: the hall, who works in it, and the lists that its items refer to.
 *
 * Every struct that has a code begins with it. Immutable once loaded; see catalogue.h. */
#pragma once

#include "base/datetime.h"
#include "procedure/reading.h"

/* Something that has a code and a name, and no more. */
struct catalogue_name {
    struct text code;
    struct names names;
};

/* A department, or a body of the hall that is none (the joint meeting, the hotline centre). */
struct catalogue_unit {
    struct text code;
    struct names names;
    bool is_body;
};

/* What an account may be; `group` is its account role at the gateway. */
struct catalogue_role {
    struct text code;
    struct names names;
    struct text group;
};

/* How long what a case says about people is kept after its end (个人信息保护法 47). */
struct catalogue_retention {
    int64_t years;
    struct text basis;
    struct text status;
};

/* Opening hours of the hall: minutes of the day, on working days. */
struct catalogue_opening {
    int from_minute;
    int to_minute;
};

struct catalogue_hours {
    struct text time_zone;
    const struct catalogue_opening *openings;
    size_t opening_count;
    int64_t work_hours_per_day;
};

/* What a stage's clock may be. */
struct catalogue_clock_kind {
    struct text code;
    bool counts; /* its limit is part of the promise */
    struct text means;
    struct names names; /* the same for people; empty texts when the file gives none */
};

/* A register that the hall asks instead of the applicant, and what it is asked by: a fact about
 * the applicant (`applicant.id_number`) or a field of the form. */
struct catalogue_register {
    struct text code;
    struct names names;
    const struct catalogue_unit *keeper;
    struct text key;
    struct text stand_in; /* `file`: the suite ships a register kept in a file */
};

/* A cause that may stop a main clock, and the article that says so. */
struct catalogue_pause_cause {
    struct text code;
    struct names names;
    struct text article;
};

/* An account at a bank that belongs to Finance and collects what is paid (L55). */
struct catalogue_bank_account {
    struct text code;
    struct names names;
    struct text number;
    struct text bank; /* BIC of the bank (ISO 9362) */
};

/* The account that cash and transfers pass on their way to the treasury: one in the ledger, which
 * mirrors Finance's accounts at the banks (S35). */
struct catalogue_transit_account {
    struct text code;
    struct names names;
    struct text_span allowed_outflow;
    const struct catalogue_bank_account *bank_accounts; /* at least one */
    size_t bank_account_count;
    const struct catalogue_bank_account *cash_to; /* where counted cash is taken */
};

struct catalogue_charging_unit {
    struct text code;
    struct names names;
    const struct catalogue_unit *department;
    struct text kind; /* administrative or institutional */
    struct text_span methods;
    struct text legacy_bank;
    bool grassroots;             /* its money may be taken at branches outside the hall */
    struct text settles_to;      /* number of the account its money goes out to */
    struct text settles_to_bank; /* BIC of its bank */
};

/* A branch that takes money for charging units outside the hall (S36). It posts to the hall's
 * ledger: a cashier holds his role there and opens his drawer there. */
struct catalogue_collection_point {
    struct text code; /* of no department or body: roles are held here, too */
    struct names names;
    const struct catalogue_charging_unit *unit; /* whose branch it is */
    struct text_span takes_for;                 /* charging units, each `grassroots` */
    struct text_span items;                     /* codes of items; none: whatever they charge for */
    struct text_span methods;                   /* cash, transfer */
    const struct catalogue_bank_account *deposits_to; /* where its counted cash is taken */
    struct date since;
    unsigned weekdays;            /* one bit for each weekday on which it is open; 0: every one */
    const struct date *closed_on; /* days on which it is closed by notice */
    size_t closed_count;
};

struct catalogue_window {
    struct text code;
    struct names names;
    struct text_span serves; /* "*", "fee", or codes of units */
};

struct catalogue_material {
    struct text code;
    struct names names;
    const struct catalogue_register *from_register; /* NULL: the applicant hands it in */
};

enum waiver_effect { WAIVER_EXEMPT, WAIVER_REDUCE };

struct catalogue_waiver {
    struct text code;
    struct names names;
    enum waiver_effect effect;
    int64_t max_percent; /* WAIVER_REDUCE */
};

/* A ground that a decision may cite, and for what (`refusal`, `non_acceptance` ...). */
struct catalogue_ground {
    struct text code;
    struct names names;
    struct text use;
    struct text article;
    struct text status;
};

/* The only grounds that decisions on matters of one kind may cite. */
struct catalogue_ground_list {
    struct text kind;
    const struct catalogue_ground *items;
    size_t count;
};

/* What may be done against a decision, and against which: grounds of these uses. */
struct catalogue_remedy {
    struct text code; /* review or suit */
    struct names names;
    struct stated_limit within; /* of learning of the decision */
    struct text body;           /* government or court */
    struct text_span uses;
    struct text basis;
    struct text status;
};

/* A kind of reply to a disclosure request. */
struct catalogue_reply_kind {
    struct text code;
    struct names names;
    struct text article;
    struct text status;
    struct text_span grounds; /* one of them must be cited; none: no ground is cited */
    bool counsel;             /* a legal check must come before it */
    bool withholds;           /* something asked for is not given: a refusal */
};

/* Who takes money on line for the hall, and how it signs what it tells us (crypto/webhook.h). Where
 * it is reached, and the secrets, are the operator's (services/fee). */
struct catalogue_payment_provider {
    struct text code;
    struct names names;
    const struct catalogue_bank_account *bank_account; /* where the money arrives */
    struct text signature;                             /* standard_webhooks, stripe or github */
};

struct catalogue_head {
    struct catalogue_name jurisdiction;
    int64_t version;
    struct date effective_from;
    struct catalogue_hours hours;
    bool badge_required; /* nobody serves at a window without an open shift (亮牌上崗制) */
    struct catalogue_retention retention; /* of items that say nothing else */
    struct text_span role_groups;
    struct catalogue_transit_account transit_account;
    const struct catalogue_clock_kind *clock_kinds;
    size_t clock_kind_count;
    const struct catalogue_unit *units; /* departments first, then bodies */
    size_t unit_count;
    const struct catalogue_role *roles;
    size_t role_count;
    const struct catalogue_name *relations;
    size_t relation_count;
    const struct catalogue_name *applicant_kinds;
    size_t applicant_kind_count;
    const struct catalogue_register *registers;
    size_t register_count;
    const struct catalogue_pause_cause *pause_causes;
    size_t pause_cause_count;
    const struct catalogue_name *choices;
    size_t choice_count;
    const struct catalogue_charging_unit *charging_units;
    size_t charging_unit_count;
    const struct catalogue_collection_point *collection_points;
    size_t collection_point_count;
    const struct catalogue_window *windows;
    size_t window_count;
    const struct catalogue_material *materials;
    size_t material_count;
    const struct catalogue_waiver *waivers;
    size_t waiver_count;
    const struct catalogue_ground_list *grounds;
    size_t ground_list_count;
    const struct catalogue_reply_kind *reply_kinds;
    size_t reply_kind_count;
    const struct catalogue_remedy *remedies;
    size_t remedy_count;
    const struct catalogue_payment_provider *payment_providers;
    size_t payment_provider_count;
};
