/* The functions of the route table, by the file they stand in. Each answers its visit, now or when
 * the services have. */
#pragma once

struct visit;

/* items.c */
void get_departments(struct visit *visit);
void get_department(struct visit *visit);
void get_items(struct visit *visit);
void get_item(struct visit *visit);

/* catalogue.c */
void post_catalogue(struct visit *visit);
void get_versions(struct visit *visit);
void get_version(struct visit *visit);
void post_version_action(struct visit *visit);

/* calendars.c */
void post_calendar(struct visit *visit);
void get_calendars(struct visit *visit);

/* filing.c, actions.c, cases.c, files.c */
void post_case(struct visit *visit);
void post_action(struct visit *visit);
void get_case(struct visit *visit);
void get_recompute(struct visit *visit);
void get_material(struct visit *visit);

/* erasure.c, own_data.c */
void post_erasure(struct visit *visit);
void get_erasures(struct visit *visit);
void get_own_data(struct visit *visit);

/* letters.c */
void get_letters(struct visit *visit);
void get_letter(struct visit *visit);
void get_letter_check(struct visit *visit);

/* lists.c */
void post_search(struct visit *visit);
void get_tasks(struct visit *visit);
void get_inbox(struct visit *visit);

/* concerns.c */
void get_disclosure_figures(struct visit *visit);
void get_promises(struct visit *visit);

/* records.c */
void get_timeline(struct visit *visit);
void get_audit_events(struct visit *visit);

/* webhooks.c */
void get_webhooks(struct visit *visit);
void get_webhook(struct visit *visit);
void post_webhook(struct visit *visit);
void patch_webhook(struct visit *visit);
void delete_webhook(struct visit *visit);
void post_webhook_secret(struct visit *visit);

/* log.c */
void get_log_checkpoint(struct visit *visit);
void get_log_keys(struct visit *visit);
void get_log_tile(struct visit *visit);
void get_case_proof(struct visit *visit);

/* bills.c */
void get_bill(struct visit *visit);
void post_payment(struct visit *visit);
void get_refunds(struct visit *visit);
void post_payments(struct visit *visit);

/* ledger.c */
void get_ledger(struct visit *visit);
void get_entries(struct visit *visit);
void get_proof(struct visit *visit);
void get_proof_paper(struct visit *visit);

/* online.c */
void get_payment(struct visit *visit);
void post_callback(struct visit *visit);

/* settlements.c */
void get_settlements(struct visit *visit);
void get_exceptions(struct visit *visit);
void post_exception(struct visit *visit);
void get_settlement(struct visit *visit);
void get_settlement_file(struct visit *visit);
void post_settlements(struct visit *visit);
void post_settlement_answer(struct visit *visit);
void get_reconciliation(struct visit *visit);
void post_day_close(struct visit *visit);

/* statements.c */
void get_statement(struct visit *visit);
void get_statements(struct visit *visit);

/* tracking.c */
void post_track(struct visit *visit);

/* hall.c */
void post_delegation(struct visit *visit);
void post_shift(struct visit *visit);
void post_meeting(struct visit *visit);
void get_delegations(struct visit *visit);
void get_shifts(struct visit *visit);
void get_expedited(struct visit *visit);

/* drawers.c */
void post_drawer(struct visit *visit);
void get_drawers(struct visit *visit);

/* refunds.c */
void post_refund(struct visit *visit);
void post_void(struct visit *visit);

/* posts.c */
void post_deputy(struct visit *visit);
void post_interest(struct visit *visit);
void post_offer(struct visit *visit);
void post_accept(struct visit *visit);
void post_return(struct visit *visit);

/* sessions.c */
void post_session(struct visit *visit);
void delete_session(struct visit *visit);
void get_me(struct visit *visit);

/* accounts.c */
void get_accounts(struct visit *visit);
void post_account(struct visit *visit);
void patch_account(struct visit *visit);

/* operations.c */
void get_livez(struct visit *visit);
void get_readyz(struct visit *visit);
void get_metrics(struct visit *visit);
void post_clock(struct visit *visit);

/* openapi.c */
void get_openapi(struct visit *visit);
