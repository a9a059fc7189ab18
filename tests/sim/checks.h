/* Checkers: what must hold at every moment of a run, and of the whole when it has come to rest.
 *
 * They follow what the hosts make durable: every log as it grows (check_logs.c: I1, I2, I3, I5, I6)
 * and the archivist's record (check_hall.c: cases, money, numbers), and when the hall rests all
 * tables and a replay of everything (check_rest.c, check_replay.c: I4). They know the vocabulary of
 * events, and of the services nothing else: what must hold is written from domain.md 4 and DESIGN.
 * A fact that does not hold ends the run (world_fail). */
#pragma once

#include "host.h"

struct text_span;

struct checks *checks_open(void);
void checks_close(struct checks **checks);

/* A host came up: all that was seen of its log before is still there. */
void checks_started(struct world *world, struct sim_host *host);

/* A host made a batch durable: what is new in its log, and in the record, is looked at. */
void checks_committed(struct world *world, struct sim_host *host);

/* A reply came: what it says is durable where it came from. */
void checks_reply(struct world *world, const struct reply *reply);

/* Looks at the tables of who is up, every so many steps; or at once, when all are. */
void checks_tables(struct world *world);
void checks_tables_now(struct world *world);

/* Rebuilds a host's state from the record and compares (I4), when the record has all of its log;
 * what others did since is in the record too and must make no difference. */
void checks_replay(struct world *world, struct sim_host *host);

/* The hall has come to rest: everything is level, adds up, and replays. */
void checks_rest(struct world *world);

/* Every stored clock is what its steps make it, every timer stands for a clock and every clock that
 * goes on has its timer, every light is its clocks'. The hall must be level. Cases that ended
 * before `since_ms` are left aside. */
void checks_clocks(struct world *world, int64_t since_ms);

/* No open case of a year is where nobody and no timer can take it on; in the end every case has
 * ended or waits for something (check_liveness.c). */
void checks_liveness(struct world *world);
void checks_ended(struct world *world);

/* Work and ownership of a year's cases (check_posts.c), of a hall that is level: nothing is left
 * with somebody who is away while his B is there, nothing waits for somebody who stays away for
 * good, and whoever let an offer lie was told of. */
void checks_posts(struct world *world);

/* Each open case has one owner, the one that the events made; a case that ended has none. Cases
 * that ended before `since_ms` are left aside. */
void checks_owners(struct world *world, int64_t since_ms);

/* The number of a bill that stands unpaid, of a case of one of the items: the `which`th from the
 * latest on, or the last there is; absent when there is none. Lives until the model grows. */
struct text checks_unpaid_bill(struct world *world, const struct text_span *items, uint64_t which);
