/* For the tests of statements: a small correct one in each version, changed in one place, read in
 * chunks of any size; what was handed out, as text. */
#pragma once

#include "base/buffer.h"
#include "base/test_kit.h"
#include "iso20022/statement.h"

/* One line an element, so that a fault's line can be told: line 1 is the XML declaration. */
static const char statement_08[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n"
    "<BkToCstmrStmt>\n"
    "<GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>2026-03-02T01:00:00+08:00</CreDtTm></GrpHdr>\n"
    "<Stmt>\n"
    "<Id>STMT-1</Id>\n"
    "<ElctrncSeqNb>12</ElctrncSeqNb>\n"
    "<FrToDt><FrDtTm>2026-03-01T00:00:00</FrDtTm><ToDtTm>2026-03-01T23:59:59</ToDtTm></FrToDt>\n"
    "<Acct><Id><IBAN>DE75512108001245126199</IBAN></Id><Ccy>CNY</Ccy></Acct>\n"
    "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">100.00</Amt>"
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>\n"
    "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">125.49</Amt>"
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>\n"
    "<TxsSummry>"
    "<TtlNtries><NbOfNtries>3</NbOfNtries><Sum>1035.49</Sum>"
    "<TtlNetNtry><Amt>1025.49</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry></TtlNtries>"
    "<TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>1030.49</Sum></TtlCdtNtries>"
    "<TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>5</Sum></TtlDbtNtries></TxsSummry>\n"
    "<Ntry>\n"
    "<NtryRef>1</NtryRef>\n"
    "<Amt Ccy=\"CNY\">30.49</Amt>\n"
    "<CdtDbtInd>CRDT</CdtDbtInd>\n"
    "<Sts><Cd>BOOK</Cd></Sts>\n"
    "<BookgDt><Dt>2026-03-01</Dt></BookgDt>\n"
    "<ValDt><DtTm>2026-03-02T00:00:00</DtTm></ValDt>\n"
    "<AcctSvcrRef>BANK-1</AcctSvcrRef>\n"
    "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    "</BkTxCd>\n"
    "<NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs>"
    "<RltdPties><Dbtr><Pty><Nm>Somebody</Nm></Pty></Dbtr></RltdPties>"
    "<RmtInf><Ustrd>road &amp; bridge</Ustrd><Ustrd>again</Ustrd><Strd><CdtrRefInf><Tp><CdOrPrtry>"
    "<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"
    "</TxDtls></NtryDtls>\n"
    "</Ntry>\n"
    "<Ntry><Amt Ccy=\"CNY\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd>"
    "<Sts><Cd>BOOK</Cd></Sts><BkTxCd/></Ntry>\n"
    "<Ntry><Amt Ccy=\"CNY\">1000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts>"
    "<BkTxCd/></Ntry>\n"
    "</Stmt>\n"
    "</BkToCstmrStmt>\n"
    "</Document>\n";

static const char statement_02[] =
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt>\n"
    "<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-03-02T01:00:00</CreDtTm></GrpHdr>\n"
    "<Stmt><Id>S</Id><CreDtTm>2026-03-02T01:00:00</CreDtTm>\n"
    "<Acct><Id><Othr><Id>6222-0001</Id></Othr></Id></Acct>\n"
    "<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">7</Amt>"
    "<CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-02-28</Dt></Dt></Bal>\n"
    "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">3</Amt>"
    "<CdtDbtInd>DBIT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>\n"
    "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><TtlNetNtryAmt>4</TtlNetNtryAmt></TtlNtries>"
    "</TxsSummry>\n"
    "<Ntry><Amt Ccy=\"CNY\">4.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BkTxCd/></Ntry>\n"
    "</Stmt></BkToCstmrStmt></Document>";

/* A text handed out in chunks. */
struct chunks {
    struct text rest;
    size_t chunk_size;
};

static inline enum err chunks_read(void *memory, struct bytes *ret_chunk)
{
    struct chunks *chunks = memory;
    size_t size = chunks->rest.size < chunks->chunk_size ? chunks->rest.size : chunks->chunk_size;
    *ret_chunk = bytes_of(chunks->rest.data, size);
    chunks->rest = text_after(chunks->rest, size);
    return ERR_OK;
}

/* -- what is handed out ----------------------------------------------------------------------- */

static inline enum err told_begins(void *memory, const struct statement_head *head)
{
    char first[DATE_TEXT_BYTES + 1];
    char last[DATE_TEXT_BYTES + 1];
    date_format(head->first_day, first);
    date_format(head->last_day, last);
    buffer_print(memory, "%d: %.*s %.*s no %d of %.*s%s in %.*s, %s to %s, %lld to %lld\n",
                 (int)head->line, TEXT_PRINT(head->message_id), TEXT_PRINT(head->statement_id),
                 (int)head->sequence_number, TEXT_PRINT(head->account),
                 head->is_iban ? " (IBAN)" : "", TEXT_PRINT(head->currency), first, last,
                 (long long)head->opening.fen, (long long)head->closing.fen);
    return ERR_OK;
}

static inline enum err told_entries(void *memory, const struct statement_entry *entries,
                                    size_t count)
{
    static const char *const statuses[] = {"", "booked", "pending", "information", "future"};
    for (size_t i = 0; i < count; i++) {
        const struct statement_entry *entry = &entries[i];
        char booked[DATE_TEXT_BYTES + 1];
        char valid[DATE_TEXT_BYTES + 1];
        date_format(entry->booking_day, booked);
        date_format(entry->value_day, valid);
        buffer_print(memory, "%d: %.*s|%.*s|%c%lld%s %s %s %s %d|%.*s|%.*s|%.*s\n",
                     (int)entry->line, TEXT_PRINT(entry->entry_reference),
                     TEXT_PRINT(entry->bank_reference), entry->is_credit ? '+' : '-',
                     (long long)entry->amount_fen, entry->is_reversal ? " reversal" : "",
                     statuses[entry->status], booked, valid, (int)entry->transaction_count,
                     TEXT_PRINT(entry->end_to_end_id), TEXT_PRINT(entry->creditor_reference),
                     TEXT_PRINT(entry->remittance));
    }
    return ERR_OK;
}

static inline enum err told_ends(void *memory, const struct statement_totals *totals)
{
    buffer_print(memory, "%d entries, %d booked, +%lld -%lld\n", (int)totals->entry_count,
                 (int)totals->booked_count, (long long)totals->booked_credit_fen,
                 (long long)totals->booked_debit_fen);
    return ERR_OK;
}

/* Reads `text` in chunks into `told` (may be NULL); 0 or the line of the fault. */
static inline int64_t statement_told(struct text text, size_t chunk_size, struct buffer *told,
                                     struct statement_fault *fault)
{
    struct chunks chunks = {.rest = text, .chunk_size = chunk_size};
    struct statement_source source = {.read = chunks_read, .memory = &chunks};
    struct statement_calls calls = {
        .begins = told_begins, .entries = told_entries, .ends = told_ends, .memory = told};
    *fault = (struct statement_fault){0};
    enum err err =
        statement_read(&source, told == NULL ? &(struct statement_calls){0} : &calls, fault);
    assert_true(err == ERR_OK || (err == ERR_INVALID && fault->line > 0));
    return err == ERR_OK ? 0 : fault->line;
}

/* A copy of `text` with the first `what` replaced by `by`; to be freed. */
static inline char *with(const char *text, const char *what, const char *by)
{
    const char *at = strstr(text, what);
    if (at == NULL) {
        fail_msg("there is no %s", what);
        return NULL;
    }
    size_t size = strlen(text) - strlen(what) + strlen(by) + 1;
    char *made = malloc(size);
    assert_non_null(made);
    (void)snprintf(made, size, "%.*s%s%s", (int)(at - text), text, by, at + strlen(what));
    return made;
}
