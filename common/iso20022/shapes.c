/* Which element stands where in a bank statement, in what order and how often, as the two versions
 * of camt.053.001 say. What no hall needs is passed over: it is well-formed, and its place is
 * right, but nobody looks into it. */
#include "iso20022/internal.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A child that is text, that is passed over, that has children of its own. */
#define TEXT(tag, how_often, characters, taken)                                                    \
    {                                                                                              \
        .name = (tag), .occurs = (how_often), .versions = VERSION_BOTH, .take = (taken),           \
        .characters_max = (characters)                                                             \
    }
#define AMOUNT(how_often, taken)                                                                   \
    {                                                                                              \
        .name = "Amt", .occurs = (how_often), .versions = VERSION_BOTH, .take = (taken),           \
        .characters_max = AMOUNT_CHARACTERS, .has_currency = true                                  \
    }
#define PASSED(tag, how_often)                                                                     \
    {                                                                                              \
        .name = (tag), .occurs = (how_often), .versions = VERSION_BOTH                             \
    }
#define PASSED_IN(tag, how_often, which)                                                           \
    {                                                                                              \
        .name = (tag), .occurs = (how_often), .versions = (which)                                  \
    }
#define INNER(tag, how_often, inner)                                                               \
    {                                                                                              \
        .name = (tag), .occurs = (how_often), .versions = VERSION_BOTH, .shape = &(inner)          \
    }

#define SHAPE(variable, tag, children, ...)                                                        \
    static const struct shape variable = {                                                         \
        .name = (tag), .places = (children), .count = COUNT_OF(children), __VA_ARGS__}

enum { AMOUNT_CHARACTERS = 40, CODE_CHARACTERS = 4, MOMENT_CHARACTERS = 40 };

/* -- above the entries ------------------------------------------------------------------------ */

static const struct place group_header_places[] = {
    TEXT("MsgId", ONE, 35, take_message_id),
    TEXT("CreDtTm", ONE, MOMENT_CHARACTERS, take_moment),
    PASSED("MsgRcpt", OPTIONAL),
    PASSED("MsgPgntn", OPTIONAL),
    PASSED_IN("OrgnlBizQry", OPTIONAL, VERSION_08),
    PASSED("AddtlInf", OPTIONAL),
};
SHAPE(group_header, "GrpHdr", group_header_places, .is_choice = false);

static const struct place period_places[] = {
    TEXT("FrDtTm", ONE, MOMENT_CHARACTERS, take_first_day),
    TEXT("ToDtTm", ONE, MOMENT_CHARACTERS, take_last_day),
};
SHAPE(period, "FrToDt", period_places, .is_choice = false);

static const struct place other_account_places[] = {
    TEXT("Id", ONE, 34, take_account),
    PASSED("SchmeNm", OPTIONAL),
    PASSED("Issr", OPTIONAL),
};
SHAPE(other_account, "Othr", other_account_places, .is_choice = false);

static const struct place account_id_places[] = {
    TEXT("IBAN", OPTIONAL, 34, take_iban),
    INNER("Othr", OPTIONAL, other_account),
};
SHAPE(account_id, "Acct/Id", account_id_places, .is_choice = true);

static const struct place account_places[] = {
    INNER("Id", ONE, account_id),
    PASSED("Tp", OPTIONAL),
    TEXT("Ccy", OPTIONAL, CURRENCY_SIZE, take_currency),
    PASSED("Nm", OPTIONAL),
    PASSED_IN("Prxy", OPTIONAL, VERSION_08),
    PASSED("Ownr", OPTIONAL),
    PASSED("Svcr", OPTIONAL),
};
SHAPE(account, "Acct", account_places, .is_choice = false);

static const struct place balance_code_places[] = {
    TEXT("Cd", OPTIONAL, CODE_CHARACTERS, take_balance_code),
    PASSED("Prtry", OPTIONAL),
};
SHAPE(balance_code, "Bal/Tp/CdOrPrtry", balance_code_places, .is_choice = true);

static const struct place balance_type_places[] = {
    INNER("CdOrPrtry", ONE, balance_code),
    PASSED("SubTp", OPTIONAL),
};
SHAPE(balance_type, "Bal/Tp", balance_type_places, .is_choice = false);

static const struct place balance_day_places[] = {
    TEXT("Dt", OPTIONAL, MOMENT_CHARACTERS, take_balance_day),
    TEXT("DtTm", OPTIONAL, MOMENT_CHARACTERS, take_balance_day),
};
SHAPE(balance_day, "Bal/Dt", balance_day_places, .is_choice = true);

static const struct place balance_places[] = {
    INNER("Tp", ONE, balance_type),
    PASSED("CdtLine", ANY),
    AMOUNT(ONE, take_balance_amount),
    TEXT("CdtDbtInd", ONE, CODE_CHARACTERS, take_balance_direction),
    INNER("Dt", ONE, balance_day),
    PASSED("Avlbty", ANY),
};
SHAPE(balance, "Bal", balance_places, .opens = balance_opens, .closes = balance_closes);

static const struct place net_places[] = {
    TEXT("Amt", ONE, AMOUNT_CHARACTERS, take_net),
    TEXT("CdtDbtInd", ONE, CODE_CHARACTERS, take_net_direction),
};
SHAPE(net, "TtlNetNtry", net_places, .is_choice = false);

static const struct place all_told_places[] = {
    TEXT("NbOfNtries", OPTIONAL, 15, take_told_count),
    TEXT("Sum", OPTIONAL, AMOUNT_CHARACTERS, take_told_sum),
    {.name = "TtlNetNtry", .occurs = OPTIONAL, .versions = VERSION_08, .shape = &net},
    {.name = "TtlNetNtryAmt",
     .occurs = OPTIONAL,
     .versions = VERSION_02,
     .take = take_net,
     .characters_max = AMOUNT_CHARACTERS},
    {.name = "CdtDbtInd",
     .occurs = OPTIONAL,
     .versions = VERSION_02,
     .take = take_net_direction,
     .characters_max = CODE_CHARACTERS},
};
SHAPE(all_told, "TtlNtries", all_told_places, .opens = all_told_opens);

static const struct place told_places[] = {
    TEXT("NbOfNtries", OPTIONAL, 15, take_told_count),
    TEXT("Sum", OPTIONAL, AMOUNT_CHARACTERS, take_told_sum),
};
SHAPE(credits_told, "TtlCdtNtries", told_places, .opens = credits_told_opens);
SHAPE(debits_told, "TtlDbtNtries", told_places, .opens = debits_told_opens);

static const struct place summary_places[] = {
    INNER("TtlNtries", OPTIONAL, all_told),
    INNER("TtlCdtNtries", OPTIONAL, credits_told),
    INNER("TtlDbtNtries", OPTIONAL, debits_told),
    PASSED("TtlNtriesPerBkTxCd", ANY),
};
SHAPE(summary, "TxsSummry", summary_places, .opens = summary_opens);

/* -- entries ---------------------------------------------------------------------------------- */

static const struct place references_places[] = {
    PASSED("MsgId", OPTIONAL),
    PASSED("AcctSvcrRef", OPTIONAL),
    PASSED("PmtInfId", OPTIONAL),
    PASSED("InstrId", OPTIONAL),
    TEXT("EndToEndId", OPTIONAL, 35, take_end_to_end_id),
    PASSED_IN("UETR", OPTIONAL, VERSION_08),
    PASSED("TxId", OPTIONAL),
    PASSED("MndtId", OPTIONAL),
    PASSED("ChqNb", OPTIONAL),
    PASSED("ClrSysRef", OPTIONAL),
    PASSED_IN("AcctOwnrTxId", OPTIONAL, VERSION_08),
    PASSED_IN("AcctSvcrTxId", OPTIONAL, VERSION_08),
    PASSED_IN("MktInfrstrctrTxId", OPTIONAL, VERSION_08),
    PASSED_IN("PrcgId", OPTIONAL, VERSION_08),
    PASSED("Prtry", ANY),
};
SHAPE(references, "Refs", references_places, .is_choice = false);

static const struct place creditor_reference_places[] = {
    PASSED("Tp", OPTIONAL),
    TEXT("Ref", OPTIONAL, 35, take_creditor_reference),
};
SHAPE(creditor_reference_shape, "CdtrRefInf", creditor_reference_places, .is_choice = false);

static const struct place structured_places[] = {
    PASSED("RfrdDocInf", ANY),
    PASSED("RfrdDocAmt", OPTIONAL),
    INNER("CdtrRefInf", OPTIONAL, creditor_reference_shape),
    PASSED("Invcr", OPTIONAL),
    PASSED("Invcee", OPTIONAL),
    PASSED_IN("TaxRmt", OPTIONAL, VERSION_08),
    PASSED_IN("GrnshmtRmt", OPTIONAL, VERSION_08),
    PASSED("AddtlRmtInf", ANY),
};
SHAPE(structured, "Strd", structured_places, .is_choice = false);

static const struct place remittance_places[] = {
    TEXT("Ustrd", ANY, 140, take_remittance),
    INNER("Strd", ANY, structured),
};
SHAPE(remittance, "RmtInf", remittance_places, .is_choice = false);

static const struct place transaction_places[] = {
    INNER("Refs", OPTIONAL, references),
    {.name = "Amt",
     .occurs = OPTIONAL,
     .versions = VERSION_08,
     .take = take_transaction_amount,
     .characters_max = AMOUNT_CHARACTERS,
     .has_currency = true},
    {.name = "CdtDbtInd",
     .occurs = OPTIONAL,
     .versions = VERSION_08,
     .take = take_direction,
     .characters_max = CODE_CHARACTERS},
    PASSED("AmtDtls", OPTIONAL),
    PASSED("Avlbty", ANY),
    PASSED("BkTxCd", OPTIONAL),
    PASSED("Chrgs", ANY),
    PASSED("Intrst", ANY),
    PASSED("RltdPties", OPTIONAL),
    PASSED("RltdAgts", OPTIONAL),
    PASSED_IN("LclInstrm", OPTIONAL, VERSION_08),
    PASSED("Purp", OPTIONAL),
    PASSED("RltdRmtInf", ANY),
    INNER("RmtInf", OPTIONAL, remittance),
    PASSED("RltdDts", OPTIONAL),
    PASSED("RltdPric", OPTIONAL),
    PASSED("RltdQties", ANY),
    PASSED("FinInstrmId", OPTIONAL),
    PASSED("Tax", OPTIONAL),
    PASSED("RtrInf", OPTIONAL),
    PASSED("CorpActn", OPTIONAL),
    PASSED("SfkpgAcct", OPTIONAL),
    PASSED_IN("CshDpst", ANY, VERSION_08),
    PASSED_IN("CardTx", OPTIONAL, VERSION_08),
    PASSED("AddtlTxInf", OPTIONAL),
    PASSED_IN("SplmtryData", ANY, VERSION_08),
};
SHAPE(transaction, "TxDtls", transaction_places, .opens = transaction_opens);

static const struct place details_places[] = {
    PASSED("Btch", OPTIONAL),
    INNER("TxDtls", ANY, transaction),
};
SHAPE(details, "NtryDtls", details_places, .is_choice = false);

static const struct place status_places[] = {
    TEXT("Cd", OPTIONAL, CODE_CHARACTERS, take_status),
    PASSED("Prtry", OPTIONAL),
};
SHAPE(status, "Ntry/Sts", status_places, .is_choice = true);

static const struct place booking_day_places[] = {
    TEXT("Dt", OPTIONAL, MOMENT_CHARACTERS, take_booking_day),
    TEXT("DtTm", OPTIONAL, MOMENT_CHARACTERS, take_booking_day),
};
SHAPE(booking_day, "BookgDt", booking_day_places, .is_choice = true);

static const struct place value_day_places[] = {
    TEXT("Dt", OPTIONAL, MOMENT_CHARACTERS, take_value_day),
    TEXT("DtTm", OPTIONAL, MOMENT_CHARACTERS, take_value_day),
};
SHAPE(value_day, "ValDt", value_day_places, .is_choice = true);

static const struct place entry_places[] = {
    TEXT("NtryRef", OPTIONAL, 35, take_entry_reference),
    AMOUNT(ONE, take_entry_amount),
    TEXT("CdtDbtInd", ONE, CODE_CHARACTERS, take_entry_direction),
    TEXT("RvslInd", OPTIONAL, 5, take_reversal),
    {.name = "Sts", .occurs = ONE, .versions = VERSION_08, .shape = &status},
    {.name = "Sts",
     .occurs = ONE,
     .versions = VERSION_02,
     .take = take_status,
     .characters_max = CODE_CHARACTERS},
    INNER("BookgDt", OPTIONAL, booking_day),
    INNER("ValDt", OPTIONAL, value_day),
    TEXT("AcctSvcrRef", OPTIONAL, 35, take_bank_reference),
    PASSED("Avlbty", ANY),
    PASSED("BkTxCd", ONE),
    PASSED("ComssnWvrInd", OPTIONAL),
    PASSED("AddtlInfInd", OPTIONAL),
    PASSED("AmtDtls", OPTIONAL),
    PASSED("Chrgs", ANY),
    PASSED("TechInptChanl", OPTIONAL),
    PASSED("Intrst", ANY),
    PASSED_IN("CardTx", OPTIONAL, VERSION_08),
    INNER("NtryDtls", ANY, details),
    PASSED("AddtlNtryInf", OPTIONAL),
};
SHAPE(entry, "Ntry", entry_places, .opens = entry_opens, .closes = entry_closes);

/* -- the whole -------------------------------------------------------------------------------- */

static const struct place statement_places[] = {
    TEXT("Id", ONE, 35, take_statement_id),
    PASSED_IN("StmtPgntn", OPTIONAL, VERSION_08),
    TEXT("ElctrncSeqNb", OPTIONAL, 18, take_sequence_number),
    PASSED_IN("RptgSeq", OPTIONAL, VERSION_08),
    PASSED("LglSeqNb", OPTIONAL),
    {.name = "CreDtTm",
     .occurs = OPTIONAL,
     .versions = VERSION_08,
     .take = take_moment,
     .characters_max = MOMENT_CHARACTERS},
    {.name = "CreDtTm",
     .occurs = ONE,
     .versions = VERSION_02,
     .take = take_moment,
     .characters_max = MOMENT_CHARACTERS},
    INNER("FrToDt", OPTIONAL, period),
    PASSED("CpyDplctInd", OPTIONAL),
    PASSED("RptgSrc", OPTIONAL),
    INNER("Acct", ONE, account),
    PASSED("RltdAcct", OPTIONAL),
    PASSED("Intrst", ANY),
    INNER("Bal", MANY, balance),
    INNER("TxsSummry", OPTIONAL, summary),
    INNER("Ntry", ANY, entry),
    PASSED("AddtlStmtInf", OPTIONAL),
};
SHAPE(statement, "Stmt", statement_places, .opens = statement_opens, .closes = statement_closes);

static const struct place message_places[] = {
    INNER("GrpHdr", ONE, group_header),
    INNER("Stmt", MANY, statement),
    PASSED_IN("SplmtryData", ANY, VERSION_08),
};
SHAPE(message, "BkToCstmrStmt", message_places, .is_choice = false);

static const struct place document_places[] = {INNER("BkToCstmrStmt", ONE, message)};
SHAPE(document, "Document", document_places, .is_choice = false);

static const struct place file_places[] = {INNER("Document", ONE, document)};

const struct shape file_shape = {
    .name = "the file", .places = file_places, .count = COUNT_OF(file_places)};
