/* Statements that are good, and everything that may be wrong with one, by line and reason. */
#include "iso20022/test_kit.h"

static void assert_told(const char *text, size_t chunk_size, const char *expected)
{
    struct statement_fault fault;
    struct buffer told;
    buffer_init(&told, 1 << 20);
    int64_t line = statement_told(text_of(text), chunk_size, &told, &fault);
    if (line != 0) {
        fail_msg("line %d: %s", (int)line, fault.reason.text);
    }
    assert_text(buffer_text(&told), expected);
    buffer_free(&told);
}

static const char told_of_08[] =
    "5: MSG-1 STMT-1 no 12 of DE75512108001245126199 (IBAN) in CNY, 2026-03-01 to 2026-03-01, "
    "10000 to 12549\n"
    "13: 1|BANK-1|+3049 booked 2026-03-01 2026-03-02 1|E2E-1|RF18539007547034|road & bridge again\n"
    "24: ||-500 reversal booked 2026-03-01 2026-03-01 0|||\n"
    "25: ||+100000 pending 2026-03-01 2026-03-01 0|||\n"
    "3 entries, 2 booked, +3049 -500\n";

static void both_versions_are_read_whole(void **state)
{
    (void)state;
    assert_told(statement_08, 1 << 20, told_of_08);
    assert_told(statement_02, 1 << 20,
                "3: M S no -1 of 6222-0001 in CNY, 2026-03-01 to 2026-03-01, -700 to -300\n"
                "8: ||+400 booked 2026-03-01 2026-03-01 0|||\n"
                "1 entries, 1 booked, +400 -0\n");
}

static void how_the_file_is_cut_into_chunks_does_not_matter(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 7, 64, 511, 512, 513, 1024};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        assert_told(statement_08, sizes[i], told_of_08);
    }
}

static void one_file_may_hold_several_statements(void **state)
{
    (void)state;
    static const char second[] =
        "</Stmt><Stmt><Id>STMT-2</Id><Acct><Id><Othr><Id>2</Id></Othr></Id></Acct>"
        "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">0</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>"
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">1</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-03-01</Dt></Dt></Bal>"
        "<Ntry><NtryRef>1</NtryRef><Amt Ccy=\"EUR\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        "<Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>BANK-1</AcctSvcrRef><BkTxCd/></Ntry></Stmt>";
    char expected[2000];
    char *text = with(statement_08, "</Stmt>", second);
    (void)snprintf(expected, sizeof expected,
                   "%s26: MSG-1 STMT-2 no -1 of 2 in EUR, 2026-03-01 to 2026-03-01, 0 to 100\n"
                   "26: 1|BANK-1|+100 booked 2026-03-01 2026-03-01 0|||\n"
                   "1 entries, 1 booked, +100 -0\n",
                   told_of_08);
    assert_told(text, 1 << 20, expected);
    free(text);
}

/* -- references of transactions ---------------------------------------------------------------- */

/* The entry of statement_08 with other details, as it is told. */
static void assert_entry(const char *details, const char *expected)
{
    char line[400];
    struct statement_fault fault;
    struct buffer told;
    char *text = with(statement_08, "<NtryDtls>", "<NtryDtls><!--");
    char *hidden = with(text, "</NtryDtls>", "--></NtryDtls>");
    char *made = with(hidden, "<NtryDtls>", details);
    (void)snprintf(line, sizeof line, "13: 1|BANK-1|+3049 booked 2026-03-01 2026-03-02 %s\n",
                   expected);
    buffer_init(&told, 1 << 20);
    assert_int_equal(0, statement_told(text_of(made), 1 << 20, &told, &fault));
    buffer_append_byte(&told, '\0');
    assert_non_null(strstr((const char *)told.data, line));
    buffer_free(&told);
    free(text);
    free(hidden);
    free(made);
}

static void references_are_kept_only_when_they_are_the_entrys_own(void **state)
{
    (void)state;
    assert_entry("<NtryDtls>", "0|||");
    assert_entry("<NtryDtls><TxDtls><Refs><EndToEndId>A</EndToEndId></Refs></TxDtls>", "1|A||");
    assert_entry("<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs></TxDtls>",
                 "1|||");
    assert_entry("<NtryDtls><TxDtls><Refs><EndToEndId>A</EndToEndId></Refs><RmtInf><Ustrd>a</Ustrd>"
                 "<Strd><CdtrRefInf><Ref>X</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
                 "<TxDtls><Refs><EndToEndId>B</EndToEndId></Refs><RmtInf><Ustrd>b</Ustrd>"
                 "<Strd><CdtrRefInf><Ref>Y</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>",
                 "2|||");
    assert_entry("<NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Ref>X</Ref></CdtrRefInf></Strd>"
                 "<Strd><CdtrRefInf><Ref>X</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>",
                 "1||X|");
    assert_entry("<NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Ref>X</Ref></CdtrRefInf></Strd>"
                 "<Strd><CdtrRefInf><Ref>Y</Ref></CdtrRefInf></Strd>"
                 "<Strd><CdtrRefInf><Ref>X</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>",
                 "1|||");
}

/* -- faults ------------------------------------------------------------------------------------ */

struct wrong {
    const char *what; /* in statement_08 or statement_02 */
    const char *by;
    int line;
    const char *reason;
};

static void assert_wrong(const char *text, const struct wrong *wrong)
{
    static const size_t sizes[] = {1 << 20, 1, 100};
    char *made = with(text, wrong->what, wrong->by);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct statement_fault fault;
        int64_t line = statement_told(text_of(made), sizes[i], NULL, &fault);
        if (line != wrong->line || strcmp(fault.reason.text, wrong->reason) != 0) {
            fail_msg("%s -> %s: line %d: %s", wrong->what, wrong->by, (int)line, fault.reason.text);
        }
    }
    free(made);
}

static void wrong_elements_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {"camt.053.001.08", "camt.053.001.04", 2,
         "is camt.053 in another version: 001.02 and 001.08 are read"},
        {"camt.053.001.08", "camt.053.001.080", 2,
         "is camt.053 in another version: 001.02 and 001.08 are read"},
        {"camt.053.001.08", "camt.052.001.08", 2, "is no bank statement of ISO 20022 (camt.053)"},
        {"xmlns=", "xmlns:x=", 2, "is no bank statement of ISO 20022 (camt.053)"},
        {"camt.053.001.08", "camt.053.001.02", 8, "CreDtTm is missing in Stmt"},
        {"<Id>STMT-1</Id>\n", "\n", 7, "Id is missing in Stmt"},
        {"<GrpHdr>", "<Hello/><GrpHdr>", 4, "Hello has no place in BkToCstmrStmt"},
        {"<GrpHdr>", "<x:GrpHdr xmlns:x=\"urn:x\"/><GrpHdr>", 4,
         "GrpHdr is of another namespace than the file"},
        {"<MsgId>MSG-1</MsgId>", "", 4, "MsgId is missing in GrpHdr"},
        {"<CreDtTm>2026-03-02T01:00:00+08:00</CreDtTm>", "", 4, "CreDtTm is missing in GrpHdr"},
        {"<Acct><Id><IBAN>DE75512108001245126199</IBAN></Id><Ccy>CNY</Ccy></Acct>\n", "", 9,
         "Acct is missing in Stmt"},
        {"<Id><IBAN>DE75512108001245126199</IBAN></Id>", "<Id></Id>", 9, "Acct/Id is empty"},
        {"</IBAN>", "</IBAN><Othr><Id>1</Id></Othr>", 9,
         "Othr stands beside another in Acct/Id, which holds one"},
        {"<NtryRef>1</NtryRef>\n<Amt Ccy=\"CNY\">30.49</Amt>",
         "<Amt Ccy=\"CNY\">30.49</Amt>\n<NtryRef>1</NtryRef>", 15,
         "NtryRef comes too late in Ntry: the order is fixed"},
        {"<NtryRef>1</NtryRef>", "<NtryRef>1</NtryRef><NtryRef>2</NtryRef>", 14,
         "NtryRef stands twice in Ntry"},
        {"<Amt Ccy=\"CNY\">30.49</Amt>\n", "\n", 16, "Amt is missing in Ntry"},
        {"<CdtDbtInd>CRDT</CdtDbtInd>\n<Sts>", "<Sts>", 16, "CdtDbtInd is missing in Ntry"},
        {"<Sts><Cd>BOOK</Cd></Sts>\n", "\n", 18, "Sts is missing in Ntry"},
        {"<Sts><Cd>BOOK</Cd></Sts><BkTxCd/>", "<Sts><Cd>BOOK</Cd></Sts>", 24,
         "BkTxCd is missing in Ntry"},
        {"<NtryRef>1", "<NtryRef><b>1</b>", 14, "NtryRef holds an element where text belongs"},
        {"<Ntry>\n", "<Ntry>hello\n", 13, "Ntry holds text where elements belong"},
        {"<MsgId>MSG-1", "<MsgId>", 4, "MsgId is empty"},
        {"MSG-1", "123456789012345678901234567890123456", 4, "MsgId has more than 35 characters"},
        {"</Stmt>", "", 27, "an element is closed by the end of another"},
        {"</Document>\n", "</Document>\nhello", 29, "goes on behind its end"},
        {"</Document>\n", "</Document><Document/>", 28, "goes on behind its end"},
    };
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        assert_wrong(statement_08, &wrongs[i]);
    }
    static const struct wrong olds[] = {
        {"<CreDtTm>2026-03-02T01:00:00</CreDtTm>\n<Acct>", "<Acct>", 3,
         "CreDtTm is missing in Stmt"},
        {"</Id></Othr></Id>", "</Id></Othr></Id><Prxy/>", 4, "Prxy has no place in Acct"},
        {"<Sts>BOOK", "<Sts><Cd>BOOK</Cd>", 8, "Sts holds an element where text belongs"},
        {"<Sts>BOOK", "<Sts>book", 8, "Sts is none of BOOK, PDNG, INFO, FUTR"},
    };
    for (size_t i = 0; i < COUNT(olds); i++) {
        assert_wrong(statement_02, &olds[i]);
    }
}

static void wrong_values_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {">30.49<", ">-30.49<", 15, "Amt carries a sign: credit or debit is told beside it"},
        {">30.49<", ">+30.49<", 15, "Amt carries a sign: credit or debit is told beside it"},
        {">30.49<", ">30.491<", 15, "Amt has a part of a fen"},
        {">30.49<", ">30,49<", 15, "Amt is no amount: digits, perhaps a point and more digits"},
        {">30.49<", ">1234567890123456789<", 15, "Amt has more than 18 digits"},
        {">30.49<", ">999999999999999999<", 15, "Amt is larger than can be counted in fen"},
        {">30.49<", ">92233720368547758<", 25, "the entries come to more than can be counted"},
        {" Ccy=\"CNY\">30.49", ">30.49", 15, "Amt has no currency (Ccy)"},
        {" Ccy=\"CNY\">30.49", " Ccy=\"USD\">30.49", 15,
         "Amt is in another currency than the statement"},
        {" Ccy=\"CNY\">30.49", " Ccy=\"cny\">30.49", 15, "Amt has a currency that is none"},
        {" Ccy=\"CNY\">30.49", " Ccy=\"CNYX\">30.49", 15, "Amt has a currency that is none"},
        {"<Ccy>CNY</Ccy>", "<Ccy>EUR</Ccy>", 10, "Amt is in another currency than the statement"},
        {"<Ccy>CNY</Ccy>", "<Ccy>CN</Ccy>", 9, "Ccy is no currency"},
        {">30.49</Amt>\n<CdtDbtInd>CRDT", ">30.49</Amt>\n<CdtDbtInd>CREDIT", 16,
         "CdtDbtInd has more than 4 characters"},
        {">30.49</Amt>\n<CdtDbtInd>CRDT", ">30.49</Amt>\n<CdtDbtInd>crdt", 16,
         "CdtDbtInd is neither CRDT nor DBIT"},
        {"<RvslInd>true", "<RvslInd>yes", 24, "RvslInd is neither true nor false"},
        {"<BookgDt><Dt>2026-03-01", "<BookgDt><Dt>2026-02-29", 18, "Dt is no date"},
        {"<BookgDt><Dt>2026-03-01", "<BookgDt><Dt>2026-03-01X", 18, "Dt is no date"},
        {"<BookgDt><Dt>2026-03-01", "<BookgDt><Dt>01.03.2026", 18, "Dt is no date"},
        {"2026-03-02T00:00:00", "2026-03-02T25:00:00", 19, "DtTm is no date"},
        {"<ToDtTm>2026-03-01", "<ToDtTm>2026-02-28", 8, "ToDtTm is before the period's first day"},
        {"<CreDtTm>2026", "<CreDtTm>x", 4, "CreDtTm is no moment"},
        {"<ElctrncSeqNb>12", "<ElctrncSeqNb>-1", 7, "ElctrncSeqNb is no number"},
        {"DE75512108001245126199", "DE75512108001245126198", 9,
         "IBAN is no account number: its check digits are wrong"},
        {"<Ntry><Amt Ccy=\"CNY\">5", "<Ntry><NtryRef>1</NtryRef><Amt Ccy=\"CNY\">5", 24,
         "NtryRef is the reference of an entry before it"},
        {"</Sts><BkTxCd/>", "</Sts><AcctSvcrRef>BANK-1</AcctSvcrRef><BkTxCd/>", 24,
         "AcctSvcrRef is the reference of an entry before it"},
    };
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        assert_wrong(statement_08, &wrongs[i]);
    }
}

static void wrong_sums_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct wrong wrongs[] = {
        {">30.49<", ">30.48<", 11,
         "the closing balance is not the opening balance with all that was booked: it is 0.01 too "
         "large"},
        {">125.49<", ">25.49<", 11,
         "the closing balance is not the opening balance with all that was booked: it is 100.00 "
         "too small"},
        {">125.49</Amt><CdtDbtInd>CRDT", ">125.49</Amt><CdtDbtInd>DBIT", 11,
         "the closing balance is not the opening balance with all that was booked: it is 250.98 "
         "too small"},
        {"PDNG", "BOOK", 11,
         "the closing balance is not the opening balance with all that was booked: it is 1000.00 "
         "too small"},
        {"CLBD", "CLAV", 5, "the closing balance (CLBD) is missing"},
        {"OPBD", "ITBD", 5, "the opening balance (OPBD or PRCD) is missing"},
        {"CLBD", "OPBD", 11, "the balance OPBD stands twice"},
        {"<NbOfNtries>3", "<NbOfNtries>4", 12,
         "the summary (TxsSummry) counts 4 entries, there are 3"},
        {"<NbOfNtries>2", "<NbOfNtries>1", 12,
         "the summary (TxsSummry) counts 1 credits, there are 2"},
        {"<NbOfNtries>1", "<NbOfNtries>0", 12,
         "the summary (TxsSummry) counts 0 debits, there are 1"},
        {"<Sum>1035.49", "<Sum>1035.48", 12,
         "the summary (TxsSummry) tells another sum of entries than they come to"},
        {"<Sum>1030.49", "<Sum>0", 12,
         "the summary (TxsSummry) tells another sum of credits than they come to"},
        {"<Sum>5<", "<Sum>5.01<", 12,
         "the summary (TxsSummry) tells another sum of debits than they come to"},
        {"<Amt>1025.49</Amt><CdtDbtInd>CRDT", "<Amt>1025.49</Amt><CdtDbtInd>DBIT", 12,
         "the summary (TxsSummry) tells another net sum than the entries come to"},
        {"<Bal><Tp><CdOrPrtry><Cd>CLBD",
         "<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">99</Amt>"
         "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-02-28</Dt></Dt></Bal>"
         "<Bal><Tp><CdOrPrtry><Cd>CLBD",
         10, "the opening balance (OPBD) is not what was closed with (PRCD)"},
    };
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        assert_wrong(statement_08, &wrongs[i]);
    }
}

/* -- errors of others -------------------------------------------------------------------------- */

static enum err source_fails(void *memory, struct bytes *ret_chunk)
{
    int *reads = memory;
    *ret_chunk = bytes_of(statement_08, 700);
    return (*reads)++ == 0 ? ERR_OK : ERR_CORRUPT;
}

static enum err begins_fails(void *memory, const struct statement_head *head)
{
    (void)head;
    ++*(int *)memory;
    return ERR_FULL;
}

static void errors_of_the_source_and_of_the_calls_end_it(void **state)
{
    (void)state;
    int count = 0;
    struct statement_fault fault = {.line = -7};
    struct statement_source broken = {.read = source_fails, .memory = &count};
    struct statement_calls none = {0};
    assert_int_equal(ERR_CORRUPT, statement_read(&broken, &none, &fault));
    assert_int_equal(2, count);
    struct chunks chunks = {.rest = text_of(statement_08), .chunk_size = 10000};
    struct statement_source source = {.read = chunks_read, .memory = &chunks};
    struct statement_calls calls = {.begins = begins_fails, .memory = &count};
    assert_int_equal(ERR_FULL, statement_read(&source, &calls, &fault));
    assert_int_equal(3, count);
    assert_int_equal(-7, fault.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_versions_are_read_whole),
        cmocka_unit_test(how_the_file_is_cut_into_chunks_does_not_matter),
        cmocka_unit_test(one_file_may_hold_several_statements),
        cmocka_unit_test(references_are_kept_only_when_they_are_the_entrys_own),
        cmocka_unit_test(wrong_elements_are_told_with_their_line),
        cmocka_unit_test(wrong_values_are_told_with_their_line),
        cmocka_unit_test(wrong_sums_are_told_with_their_line),
        cmocka_unit_test(errors_of_the_source_and_of_the_calls_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
