/* What the checkers remember of a run; only for their own files. */
#pragma once

#include "checks.h"
#include "index.h"
#include "load.h"

#include "matter/rules.h"

enum { MODEL_ACCOUNTS_MAX = 256, NAME_BYTES = 64, CLOCK_NAME_BYTES = 128 };

/* A record as it was seen: its chain, and how far its service had said by then that it knew each
 * log (by place). */
struct seen_record {
    struct hash chain;
    int64_t time_ms; /* of the latest event by then */
    uint64_t knows[HOSTS_MAX];
};

/* A log as far as it was followed. */
struct seen_log {
    struct seen_record *records; /* of seq 0 (nothing) .. seq */
    size_t capacity;
    uint64_t seq;
    struct event_cause last_cause; /* of the last record; seq 0: none */
    uint64_t recorded;             /* how far the archivist's record has it */
};

/* A clock of a case as its events tell it. */
struct model_clock {
    char name[CLOCK_NAME_BYTES];
    enum clock_kind kind;
    enum clock_phase phase;
    int64_t due_ms;
    int64_t warn_ms;
    int64_t told_ms; /* when it was told as it stands */
    int64_t began_ms;
    int64_t recounted_ms; /* by a new calendar; 0: never */
    size_t step_count;
    bool warned;
    bool overdue;
};

/* An officer's post as the events tell it: his shift, his B. */
struct model_post {
    char officer[NAME_BYTES];
    size_t officer_size;
    char role[NAME_BYTES];
    struct uuid shift;         /* the present one */
    char deputy[NAME_BYTES];   /* whom the shift names */
    char standing[NAME_BYTES]; /* the B whenever none is named */
    bool has_shift;
    bool is_out;       /* he left the window */
    bool is_absent;    /* somebody said so */
    int64_t absent_ms; /* since when */
};

/* Who owns a case (first person asked), and to whom it is offered; absent: the department's post,
 * nobody. */
struct model_owner {
    char asked_first[NAME_BYTES];
    char officer[NAME_BYTES];
    char offered_to[NAME_BYTES];
    int64_t answer_by_ms;
    uint64_t lapses_untold; /* offers that nobody answered, of which nobody higher was told yet */
};

/* A case as the events tell it. */
struct model_case {
    struct uuid id;
    char number[NAME_BYTES];
    char item[NAME_BYTES];
    char state[NAME_BYTES];
    const struct procedure *procedure; /* of the rules as people read them; NULL: not known */
    int64_t catalogue_version;
    bool is_permit;
    bool is_filed;     /* not begun by the hall itself */
    int64_t price_fen; /* what its form makes a permit cost */
    uint8_t key[KEY_BYTES];
    int64_t received_ms;
    int64_t moved_ms;       /* its latest event */
    int64_t notice_from_ms; /* since when it waits for an answer */
    int64_t asked_ms;       /* when materials were asked for last */
    int64_t asked_days;     /* and for how many days at least */
    int64_t decided_ms;
    char assignee[NAME_BYTES]; /* whose work it is; empty: nobody's */
    int64_t assigned_ms;
    bool is_own_choice; /* he took it up himself, being away */
    struct model_owner owner;
    struct model_clock *clocks;
    size_t clock_count;
    size_t clock_capacity;
};

struct model_bill {
    struct uuid id;
    struct uuid case_id;
    char number[NAME_BYTES];
    int64_t amount_fen;
    enum bill_state state;
    size_t next; /* bill of the same case + 1, 0: none */
};

struct model_account {
    char name[NAME_BYTES];
    int64_t balance_fen;
};

/* A message to somebody: queued once, sent or given up once. */
struct model_message {
    struct uuid id;
    bool is_over;
};

/* Numbers of one kind run without a gap through a year. */
struct model_numbers {
    const char *kind;
    size_t digits; /* at the end of the number */
    int year;
    int64_t last;
};

/* The last number of each kind and year: causes of two years may come side by side. */
enum { LETTER_KINDS = 8, LETTER_YEARS = 8, LETTER_YEAR_FIRST = 2024 };

struct checks {
    struct seen_log logs[HOSTS_MAX];
    struct log_position record; /* end of the archivist's record as followed */
    struct hasher hasher;
    struct arena arena; /* of one look */
    struct wire_reader reader;

    struct model_case *cases;
    size_t case_count;
    size_t case_capacity;
    struct index case_ids;
    struct index case_keys;
    struct index case_numbers;
    int64_t catalogue_version; /* the active one */
    struct model_bill *bills;
    size_t bill_count;
    size_t bill_capacity;
    struct index bill_ids;
    struct index bill_cases; /* the latest bill of a case */
    struct model_account accounts[MODEL_ACCOUNTS_MAX];
    size_t account_count;
    struct model_message *messages;
    size_t message_count;
    size_t message_capacity;
    struct index message_ids;
    int64_t letter_numbers[LETTER_KINDS][LETTER_YEARS];
    struct model_numbers receipts;
    struct model_numbers bill_numbers;
    struct model_numbers documents;
    uint64_t deemed; /* acceptances by silence, and findings of them */
    uint64_t deemed_found;
    uint64_t clocks_recomputed;
    uint64_t clocks_recounted;              /* for a new calendar */
    uint64_t calendars;                     /* that came alone */
    uint64_t clock_steps[STEP_STOPPED + 1]; /* how often, by clock_op */
    uint64_t clocks_over;
    struct model_post *posts;
    size_t post_count;
    size_t post_capacity;
    uint64_t shifts_opened;
    uint64_t shifts_left;
    uint64_t absences_told;
    uint64_t work_passed; /* to somebody's B */
    uint64_t posts_uncovered;
    uint64_t hands_offered;
    uint64_t hands_accepted;
    uint64_t hands_refused;
    uint64_t hands_lapsed;
};

/* The place of the service of that name; HOSTS_MAX when it is not simulated. */
size_t place_of(const struct world *world, struct text name);

/* Table `name` of a host's store. */
size_t table_of(const struct sim_host *host, const char *name);

/* The model follows an event in the order of the record. */
void model_follow(struct world *world, const struct event_envelope *envelope);

struct model_case *model_case_find(struct checks *checks, const struct uuid *id);

/* True when no more is to be done with it. */
bool model_has_ended(const struct model_case *c);

/* True when the service that has the case knows whose work it is: one that has heard of it only
 * since then does not. */
bool is_kept_as_work(struct world *world, const struct model_case *c);

/* The post of an officer; NULL when no event told of it. */
const struct model_post *model_post_find(const struct checks *checks, struct text officer);
bool model_post_is_away(const struct model_post *post);
bool model_post_is_manned(const struct model_post *post);

/* The B of a post; empty when it has none. */
struct text model_deputy(const struct model_post *post);

/* -- between the files of the model --------------------------------------------------------- */

/* Room for one more at the end of a list; what was added is zero. */
void *model_grow(void *list, size_t count, size_t *capacity, size_t size);

void model_text(char target[NAME_BYTES], struct text text);

/* The data of an event; one that cannot be read ends the run. */
void model_data(struct world *world, const struct event_envelope *envelope,
                const struct wire_message *message, void *ret_data);

/* `number` is the next of its kind. */
/* A message or letter was queued, and is over: each happens once. */
void model_message_queued(struct world *world, const struct uuid *id);
void model_message_over(struct world *world, const struct uuid *id);

/* check_letters.c */
void follow_letter_issued(struct world *world, const struct event_envelope *envelope);
void follow_letter_made(struct world *world, const struct event_envelope *envelope);
void follow_letter_failed(struct world *world, const struct event_envelope *envelope);

void model_number(struct world *world, const struct event_envelope *envelope, struct text number,
                  struct model_numbers *numbers);

/* check_money.c */
void follow_bill(struct world *world, const struct event_envelope *envelope);
void follow_payment(struct world *world, const struct event_envelope *envelope);
void transfers_follow(struct world *world, const struct transfer_list *transfers);
void follow_lowered(struct world *world, const struct event_envelope *envelope);
void follow_voided(struct world *world, const struct event_envelope *envelope);
void follow_receipt(struct world *world, const struct event_envelope *envelope);
void follow_settlement(struct world *world, const struct event_envelope *envelope);
void model_cleared(struct world *world, const struct model_case *c);

/* check_posts.c: who is at his post, whose work a case is, who owns it. */
void follow_deputy(struct world *world, const struct event_envelope *envelope);
void follow_escalated(struct world *world, const struct event_envelope *envelope);
void follow_asked_first(struct world *world, const struct event_envelope *envelope,
                        struct model_case *c);
void follow_posts(struct world *world, const struct event_envelope *envelope,
                  const struct case_moved *moved, struct model_case *c);

/* check_clocks.c: a stored clock is what its steps make it; what an event does to the clocks of its
 * case. */
void clock_prove(struct world *world, const struct model_case *c, const struct clock *clock);

/* A clock that goes on is what the calendar that counts makes it. What was over before stays over;
 * the time of people is not cut short. */
void clock_prove_newest(struct world *world, const struct model_case *c, const struct clock *clock);
void follow_clocks(struct world *world, const struct event_envelope *envelope, struct model_case *c,
                   const struct case_step *step);
void follow_windows(const struct event_envelope *envelope, struct model_case *c,
                    const struct case_step *step);
void follow_notice(struct world *world, const struct event_envelope *envelope, struct model_case *c,
                   struct text clock);
