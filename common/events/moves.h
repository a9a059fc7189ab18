/* The types of events that have the shape of case_moved, by the service that may say them.
 *
 * Every transition of a procedure leaves one (`emits`); some services add one of their own to it
 * (`then`). `intake_case_accepted_message` and so on are events of that shape. */
#pragma once

#include "events/matter.h"

/* clang-format off */
#define INTAKE_MOVES(X)                                                                            \
    X(intake_supplement_requested, "intake.supplement_requested.v1",                               \
      "The applicant was told once what is missing.")                                              \
    X(intake_supplement_received, "intake.supplement_received.v1",                                 \
      "What was missing was handed in.")                                                           \
    X(intake_case_accepted, "intake.case_accepted.v1", "The case was accepted.")                   \
    X(intake_case_deemed_accepted, "intake.case_deemed_accepted.v1",                               \
      "Nobody answered in time: the case is accepted as of its receipt.")                          \
    X(intake_case_not_accepted, "intake.case_not_accepted.v1", "The case was not accepted.")       \
    X(intake_case_withdrawn, "intake.case_withdrawn.v1", "Who filed withdrew.")                    \
    X(intake_task_reassigned, "intake.task_reassigned.v1", "The work was given to somebody else.") \
    X(intake_clock_warned, "intake.clock_warned.v1", "Most of a limit has passed.")                \
    X(intake_clock_stopped, "intake.clock_stopped.v1", "A limit ended; nothing follows from it.")  \
    X(intake_clock_overdue, "intake.clock_overdue.v1", "A limit is over.")                         \
    X(intake_clocks_recounted, "intake.clocks_recounted.v1",                                       \
      "A new calendar moved limits of the case.")                                                  \
    X(intake_case_corrected, "intake.case_corrected.v1", "What was filed was corrected.")          \
    X(intake_case_escalated, "intake.case_escalated.v1", "The case was sent up one level.")        \
    X(intake_case_expedited, "intake.case_expedited.v1",                                           \
      "The case was put first in the queue; no limit moved.")                                      \
    X(intake_appeal_filed, "intake.appeal_filed.v1", "A remedy against the decision was sought.")  \
    X(intake_decision_set_aside, "intake.decision_set_aside.v1",                                   \
      "A decision was set aside on review or by the court: it is to be taken anew.")               \
    X(intake_request_received, "intake.request_received.v1",                                       \
      "A request for information was received, on the day the law counts from.")                   \
    X(intake_request_registered, "intake.request_registered.v1",                                   \
      "A request for information was registered and taken up.")                                    \
    X(intake_supplement_opened, "intake.supplement_opened.v1",                                     \
      "The person's time to correct a request has begun.")                                         \
    X(intake_request_abandoned, "intake.request_abandoned.v1",                                     \
      "A request for information ended without a reply.")                                          \
    X(intake_complaint_accepted, "intake.complaint_accepted.v1", "A complaint was accepted.")      \
    X(intake_complaint_transferred, "intake.complaint_transferred.v1",                             \
      "A complaint was sent on to the body in charge.")                                            \
    X(intake_shift_opened, "intake.shift_opened.v1",                                               \
      "Somebody went on duty, badge shown and the post's B named.")                                \
    X(intake_shift_paused, "intake.shift_paused.v1", "Somebody left the window.")                  \
    X(intake_shift_resumed, "intake.shift_resumed.v1", "Somebody came back to the window.")        \
    X(intake_shift_closed, "intake.shift_closed.v1", "Somebody went off duty.")                    \
    X(intake_post_uncovered, "intake.post_uncovered.v1", "A and B of a post are both away.")       \
    X(intake_recusal_required, "intake.recusal_required.v1",                                       \
      "Somebody with an interest tried to act, or to be given the work: refused.")                 \
    X(intake_owner_offered, "intake.owner_offered.v1", "The ownership of a matter was offered.")   \
    X(intake_owner_changed, "intake.owner_changed.v1", "The ownership of a matter went over.")     \
    X(intake_owner_returned, "intake.owner_returned.v1",                                           \
      "The ownership of a matter stays with who had it.")                                          \
    X(intake_owner_released, "intake.owner_released.v1", "The matter ended and needs no owner.")   \
    X(intake_item_drafted, "intake.item_drafted.v1",                                               \
      "A new version of the catalogue was drafted.")                                               \
    X(intake_item_submitted, "intake.item_submitted.v1", "A draft was handed on to be checked.")   \
    X(intake_item_dropped, "intake.item_dropped.v1", "A draft was dropped.")                       \
    X(intake_item_checked, "intake.item_checked.v1", "The legal check found a draft lawful.")      \
    X(intake_item_returned, "intake.item_returned.v1", "A draft was sent back.")                   \
    X(intake_item_approved, "intake.item_approved.v1",                                             \
      "A draft was approved; it waits for its date.")                                              \
    X(intake_item_activated, "intake.item_activated.v1", "A version came into force.")             \
    X(intake_item_halted, "intake.item_halted.v1",                                                 \
      "New cases under a version are refused until the order says.")                               \
    X(intake_item_resumed, "intake.item_resumed.v1", "A version takes new cases again.")           \
    X(intake_item_retired, "intake.item_retired.v1",                                               \
      "A version was replaced by the next; open cases keep it.")

#define APPROVAL_MOVES(X)                                                                          \
    X(approval_task_claimed, "approval.task_claimed.v1", "A reviewer took the case up.")           \
    X(approval_review_group_opened, "approval.review_group_opened.v1",                             \
      "All units concerned were asked at once.")                                                   \
    X(approval_opinion_given, "approval.opinion_given.v1", "A unit gave its opinion.")             \
    X(approval_review_group_completed, "approval.review_group_completed.v1",                       \
      "All opinions are in, or a meeting resolved what was open.")                                 \
    X(approval_meeting_called, "approval.meeting_called.v1", "A joint meeting was called.")        \
    X(approval_site_check_recorded, "approval.site_check_recorded.v1",                             \
      "A check on the spot was recorded.")                                                         \
    X(approval_case_suspended, "approval.case_suspended.v1",                                       \
      "The clock was stopped for a cause the law lists.")                                          \
    X(approval_case_resumed, "approval.case_resumed.v1", "The clock runs again.")                  \
    X(approval_clock_extended, "approval.clock_extended.v1", "The limit was extended.")            \
    X(approval_case_returned, "approval.case_returned.v1", "The case was sent back one step.")     \
    X(approval_case_escalated, "approval.case_escalated.v1", "The case was sent up one level.")    \
    X(approval_decision_made, "approval.decision_made.v1", "It was decided.")                      \
    X(approval_result_issued, "approval.result_issued.v1", "The result was made.")                 \
    X(approval_result_delivered, "approval.result_delivered.v1", "The result was handed over.")    \
    X(approval_case_withdrawn, "approval.case_withdrawn.v1", "Who filed withdrew.")                \
    X(approval_task_reassigned, "approval.task_reassigned.v1",                                     \
      "The work was given to somebody else.")                                                      \
    X(approval_clock_warned, "approval.clock_warned.v1", "Most of a limit has passed.")            \
    X(approval_clock_stopped, "approval.clock_stopped.v1",                                         \
      "A limit ended; nothing follows from it.")                                                   \
    X(approval_clock_overdue, "approval.clock_overdue.v1", "A limit is over.")                     \
    X(approval_clocks_recounted, "approval.clocks_recounted.v1",                                   \
      "A new calendar moved limits of the case.")                                                  \
    X(approval_case_corrected, "approval.case_corrected.v1", "What was filed was corrected.")      \
    X(approval_case_expedited, "approval.case_expedited.v1",                                       \
      "The case was put first in the queue; no limit moved.")                                      \
    X(approval_appeal_filed, "approval.appeal_filed.v1",                                           \
      "A remedy against the decision was sought.")                                                 \
    X(approval_decision_set_aside, "approval.decision_set_aside.v1",                               \
      "A decision was set aside on review or by the court: it is to be taken anew.")               \
    X(approval_third_party_told, "approval.third_party_told.v1",                                   \
      "A third party was told of its right to a hearing.")                                         \
    X(approval_hearing_offered, "approval.hearing_offered.v1", "The right to a hearing was told.") \
    X(approval_hearing_requested, "approval.hearing_requested.v1", "A hearing was asked for.")     \
    X(approval_hearing_announced, "approval.hearing_announced.v1",                                 \
      "The day of a hearing was told, or one was ordered in the public interest.")                 \
    X(approval_hearing_waived, "approval.hearing_waived.v1",                                       \
      "Nobody asked for the hearing in time.")                                                     \
    X(approval_hearing_closed, "approval.hearing_closed.v1",                                       \
      "The hearing was held, its record signed.")                                                  \
    X(approval_change_requested, "approval.change_requested.v1", "The holder asked for a change.") \
    X(approval_renewal_requested, "approval.renewal_requested.v1",                                 \
      "The holder asked for a renewal.")                                                           \
    X(approval_change_decided, "approval.change_decided.v1", "A change was decided.")              \
    X(approval_renewal_decided, "approval.renewal_decided.v1", "A renewal was decided.")           \
    X(approval_renewal_deemed, "approval.renewal_deemed.v1",                                       \
      "Nobody decided in time: renewed for the same length.")                                      \
    X(approval_permit_revoked, "approval.permit_revoked.v1",                                       \
      "A grant that was unlawful was undone.")                                                     \
    X(approval_permit_retracted, "approval.permit_retracted.v1",                                   \
      "A lawful grant was taken back, with compensation.")                                         \
    X(approval_permit_cancelled, "approval.permit_cancelled.v1", "A permit was cancelled.")        \
    X(approval_filing_recorded, "approval.filing_recorded.v1", "A filing was entered.")            \
    X(approval_publication_requested, "approval.publication_requested.v1",                         \
      "The result is to be published.")                                                            \
    X(approval_filing_struck, "approval.filing_struck.v1",                                         \
      "A filing was struck off for false papers.")                                                 \
    X(approval_filing_changed, "approval.filing_changed.v1", "A filing was changed.")              \
    X(approval_filing_cancelled, "approval.filing_cancelled.v1",                                   \
      "A filing ended at the holder's wish.")                                                      \
    X(approval_result_remade, "approval.result_remade.v1",                                         \
      "A faulty result is made again, without a new fee.")                                         \
    X(approval_supplement_requested, "approval.supplement_requested.v1",                           \
      "The requester was told once what is unclear.")                                              \
    X(approval_reasons_asked, "approval.reasons_asked.v1",                                         \
      "The requester was asked for the reasons of so many requests.")                              \
    X(approval_reasons_given, "approval.reasons_given.v1", "The requester gave reasons.")          \
    X(approval_reasons_missed, "approval.reasons_missed.v1", "No reasons came in time.")           \
    X(approval_reply_postponed, "approval.reply_postponed.v1",                                     \
      "The reply will come on a later date.")                                                      \
    X(approval_charge_requested, "approval.charge_requested.v1", "A processing fee is asked for.") \
    X(approval_consultation_sent, "approval.consultation_sent.v1",                                 \
      "Others were asked for their opinion.")                                                      \
    X(approval_consultation_answered, "approval.consultation_answered.v1",                         \
      "Somebody who was asked answered.")                                                          \
    X(approval_consultation_expired, "approval.consultation_expired.v1",                           \
      "Somebody who was asked did not answer in time.")                                            \
    X(approval_reply_drafted, "approval.reply_drafted.v1", "A reply was drafted.")                 \
    X(approval_advice_given, "approval.advice_given.v1", "Counsel gave an opinion.")               \
    X(approval_reply_made, "approval.reply_made.v1", "The request was replied to.")                \
    X(approval_case_archived, "approval.case_archived.v1", "The file was sealed.")                 \
    X(approval_publication_proposed, "approval.publication_proposed.v1",                           \
      "Asked for so often, the information should be published.")                                  \
    X(approval_explanation_given, "approval.explanation_given.v1",                                 \
      "The unit concerned explained itself.")                                                      \
    X(approval_complaint_discussed, "approval.complaint_discussed.v1",                             \
      "A joint meeting discussed the complaint.")                                                  \
    X(approval_complaint_resolved, "approval.complaint_resolved.v1",                               \
      "The complaint was resolved.")                                                               \
    X(approval_review_filed, "approval.review_filed.v1", "The complainant asked for a review.")    \
    X(approval_review_decided, "approval.review_decided.v1",                                       \
      "The level above decided the review.")                                                       \
    X(approval_matter_closed, "approval.matter_closed.v1", "The matter is closed.")                \
    X(approval_member_answered, "approval.member_answered.v1",                                     \
      "A member said whether it joins the meeting.")                                               \
    X(approval_meeting_resolved, "approval.meeting_resolved.v1",                                   \
      "A joint meeting resolved who does what by when.")                                           \
    X(approval_recusal_required, "approval.recusal_required.v1",                                   \
      "Somebody with an interest tried to act, or to be given the work: refused.")                 \
    X(approval_promise_made, "approval.promise_made.v1",                                           \
      "A unit has to do what a meeting resolved, by a day.")                                       \
    X(approval_promise_reported, "approval.promise_reported.v1",                                   \
      "A unit says that it has done what a meeting resolved.")                                     \
    X(approval_promise_kept, "approval.promise_kept.v1",                                           \
      "It was checked that what a meeting resolved is done.")                                      \
    X(approval_delegation_granted, "approval.delegation_granted.v1", "A power was delegated.")     \
    X(approval_delegation_started, "approval.delegation_started.v1", "A delegation took effect.")  \
    X(approval_delegation_ended, "approval.delegation_ended.v1", "A delegation ended.")

#define FEE_MOVES(X)                                                                               \
    X(fee_case_cleared, "fee.case_cleared.v1", "All that was due is paid, waived or zero.")        \
    X(fee_bill_lapsed, "fee.bill_lapsed.v1", "The time to pay is over.")                           \
    X(fee_task_reassigned, "fee.task_reassigned.v1", "The work was given to somebody else.")       \
    X(fee_clock_warned, "fee.clock_warned.v1", "Most of a limit has passed.")                      \
    X(fee_clock_overdue, "fee.clock_overdue.v1", "A limit is over.")                               \
    X(fee_clocks_recounted, "fee.clocks_recounted.v1",                                             \
      "A new calendar moved limits of the case.")                                                  \
    X(fee_case_withdrawn, "fee.case_withdrawn.v1", "Who filed withdrew.")                          \
    X(fee_case_corrected, "fee.case_corrected.v1", "What was filed was corrected.")                \
    X(fee_case_escalated, "fee.case_escalated.v1", "The case was sent up one level.")              \
    X(fee_case_expedited, "fee.case_expedited.v1",                                                 \
      "The case was put first in the queue; no limit moved.")                                      \
    X(fee_appeal_filed, "fee.appeal_filed.v1", "A remedy against the decision was sought.")        \
    X(fee_decision_set_aside, "fee.decision_set_aside.v1",                                         \
      "A decision was set aside on review or by the court: it is to be taken anew.")               \
    X(fee_waiver_confirmed, "fee.waiver_confirmed.v1", "A waiver was confirmed.")                  \
    X(fee_waiver_proposed, "fee.waiver_proposed.v1", "A reduction or a refusal was proposed.")     \
    X(fee_waiver_refused, "fee.waiver_refused.v1", "A waiver was refused.")                        \
    X(fee_bill_adjusted, "fee.bill_adjusted.v1", "A bill was lowered by a waiver.")                \
    X(fee_recusal_required, "fee.recusal_required.v1",                                             \
      "Somebody with an interest tried to act, or to be given the work: refused.")                 \
    X(fee_refund_requested, "fee.refund_requested.v1", "Money is to be paid back.")                \
    X(fee_day_opened, "fee.day_opened.v1", "The books of a day began.")                            \
    X(fee_day_balanced, "fee.day_balanced.v1", "The books of a day were closed; they balance.")    \
    X(fee_day_differed, "fee.day_differed.v1", "The books of a day were closed; they differ.")     \
    X(fee_difference_explained, "fee.difference_explained.v1",                                     \
      "The cause of a difference was found.")                                                      \
    X(fee_point_silent, "fee.point_silent.v1",                                                     \
      "A collection point took nothing on a day on which it was open.")                            \
    X(fee_silence_explained, "fee.silence_explained.v1",                                           \
      "Somebody said why a collection point took nothing.")                                        \
    X(fee_refund_opened, "fee.refund_opened.v1", "The unit has to check a refund.")                \
    X(fee_refund_checked, "fee.refund_checked.v1", "The unit checked a refund.")                   \
    X(fee_refund_approved, "fee.refund_approved.v1", "Finance approved a refund.")                 \
    X(fee_refund_refused, "fee.refund_refused.v1", "Finance refused a refund.")                    \
    X(fee_refund_paid, "fee.refund_paid.v1",                                                       \
      "Money was paid back; its red receipt has the number.")                                      \
    X(fee_drawer_opened, "fee.drawer_opened.v1",                                                   \
      "A cashier opened the drawer, its change counted.")                                          \
    X(fee_drawer_counted, "fee.drawer_counted.v1", "Two counted what is in a drawer.")             \
    X(fee_cash_deposited, "fee.cash_deposited.v1", "Counted cash went to the bank.")               \
    X(fee_payment_unmatched, "fee.payment_unmatched.v1", "Money without a bill came in.")          \
    X(fee_payment_matched, "fee.payment_matched.v1", "The bill of money without one was found.")   \
    X(fee_payment_returned, "fee.payment_returned.v1", "Money without a bill was sent back.")

#define AUDIT_MOVES(X)                                                                             \
    X(audit_case_withdrawn, "audit.case_withdrawn.v1", "Who filed withdrew.")                      \
    X(audit_task_reassigned, "audit.task_reassigned.v1", "The work was given to somebody else.")   \
    X(audit_case_corrected, "audit.case_corrected.v1", "What was filed was corrected.")            \
    X(audit_case_escalated, "audit.case_escalated.v1", "The case was sent up one level.")          \
    X(audit_case_expedited, "audit.case_expedited.v1",                                             \
      "The case was put first in the queue; no limit moved.")                                      \
    X(audit_appeal_filed, "audit.appeal_filed.v1", "A remedy against the decision was sought.")    \
    X(audit_clock_warned, "audit.clock_warned.v1", "Most of a limit has passed.")                  \
    X(audit_clock_overdue, "audit.clock_overdue.v1", "A limit is over.")                           \
    X(audit_clocks_recounted, "audit.clocks_recounted.v1",                                         \
      "A new calendar moved limits of the case.")                                                  \
    X(audit_order_issued, "audit.order_issued.v1",                                                 \
      "Something is to be put right, or done, by a day.")                                          \
    X(audit_order_verified, "audit.order_verified.v1",                                             \
      "It was checked that an order was carried out.")                                             \
    X(audit_order_returned, "audit.order_returned.v1", "An order was found not carried out.")      \
    X(audit_remedy_registered, "audit.remedy_registered.v1",                                       \
      "A remedy was entered in the register.")                                                     \
    X(audit_archive_sealed, "audit.archive_sealed.v1", "The file of a case was sealed.")           \
    X(audit_promise_registered, "audit.promise_registered.v1",                                     \
      "Who promised what by when was registered.")
/* clang-format on */

#define WIRE_DECLARE_MOVE(name, type, doc) extern const struct wire_message name##_message;
INTAKE_MOVES(WIRE_DECLARE_MOVE)
APPROVAL_MOVES(WIRE_DECLARE_MOVE)
FEE_MOVES(WIRE_DECLARE_MOVE)
AUDIT_MOVES(WIRE_DECLARE_MOVE)
extern const struct wire_vocabulary moves_vocabulary;
