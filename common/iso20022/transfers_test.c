/* Payment files: the exact bytes, what another program thinks of them, and what is refused. */
#include "base/test_kit.h"
#include "iso20022/transfers.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

static const struct credit_transfer transfers[] = {
    {.end_to_end_id = {"PAYOUT-20260301-01", 18},
     .amount_fen = 123456,
     .creditor = {.name = {"市财政局 <Treasury> & \"Co\"", 30},
                  .account = {"DE75512108001245126199", 22},
                  .agent = {.bic = {"TRSYCNBJ", 8}, .other_id = {"104100000004", 12}}},
     .creditor_reference = {"RF18539007547034", 16},
     .remittance = {"day 2026-03-01 ]]>", 18}},
    {.end_to_end_id = {"PAYOUT-20260301-02", 18},
     .amount_fen = 1,
     .creditor = {.name = {"B", 1},
                  .account = {"6222-0001", 9},
                  .agent = {.other_id = {"104100000005", 12}}}},
};

static const struct credit_transfer_group groups[] = {
    {.group_id = {"G-1", 3},
     .execution_day = {20513},
     .debtor = {.name = {"Hall", 4},
                .account = {"6222-9999", 9},
                .agent = {.bic = {"HALLCNBJXXX", 11}}},
     .transfers = transfers,
     .count = 2},
    {.group_id = {"G-2", 3},
     .execution_day = {20514},
     .debtor = {.name = {"Hall", 4},
                .account = {"6222-8888", 9},
                .agent = {.bic = {"HALLCNBJXXX", 11}}},
     .transfers = transfers,
     .count = 1},
};

static const struct credit_transfer_message message = {.message_id = {"M-1", 3},
                                                       .created_ms = INT64_C(1772323200000),
                                                       .initiator = {"Hall", 4},
                                                       .currency = "CNY",
                                                       .groups = groups,
                                                       .count = 2};

static void assert_path(xmlXPathContextPtr context, const char *path, const char *expected)
{
    xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, context);
    assert_non_null(found);
    xmlChar *text = xmlXPathCastToString(found);
    assert_string_equal(expected, (const char *)text);
    xmlFree(text);
    xmlXPathFreeObject(found);
}

static void another_parser_reads_what_was_meant(void **state)
{
    (void)state;
    struct buffer buffer;
    struct reason reason;
    buffer_init(&buffer, 1 << 20);
    assert_int_equal(ERR_OK, transfers_write(&message, &buffer, &reason));
    xmlDocPtr document =
        xmlReadMemory((const char *)buffer.data, (int)buffer.size, "x", NULL, XML_PARSE_NONET);
    assert_non_null(document);
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    assert_int_equal(
        0, xmlXPathRegisterNs(context, (const xmlChar *)"p",
                              (const xmlChar *)"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"));
    assert_path(context, "//p:GrpHdr/p:NbOfTxs", "3");
    assert_path(context, "//p:GrpHdr/p:CtrlSum", "2469.13");
    assert_path(context, "//p:GrpHdr/p:CreDtTm", "2026-03-01T00:00:00.000Z");
    assert_path(context, "count(//p:PmtInf)", "2");
    assert_path(context, "//p:PmtInf[1]/p:NbOfTxs", "2");
    assert_path(context, "//p:PmtInf[1]/p:CtrlSum", "1234.57");
    assert_path(context, "//p:PmtInf[2]/p:ReqdExctnDt/p:Dt", "2026-03-02");
    assert_path(context, "//p:CdtTrfTxInf[1]/p:Cdtr/p:Nm", "市财政局 <Treasury> & \"Co\"");
    assert_path(context, "//p:CdtTrfTxInf[1]/p:RmtInf/p:Ustrd", "day 2026-03-01 ]]>");
    assert_path(context, "//p:CdtTrfTxInf[1]//p:CdtrRefInf/p:Ref", "RF18539007547034");
    assert_path(context, "//p:CdtTrfTxInf[1]//p:BICFI", "TRSYCNBJ");
    assert_path(context, "//p:CdtTrfTxInf[1]/p:CdtrAgt//p:Othr/p:Id", "104100000004");
    assert_path(context, "//p:CdtTrfTxInf[1]/p:CdtrAcct/p:Id/p:IBAN", "DE75512108001245126199");
    assert_path(context, "//p:CdtTrfTxInf[2]/p:CdtrAcct/p:Id/p:Othr/p:Id", "6222-0001");
    assert_path(context, "//p:CdtTrfTxInf[2]/p:Amt/p:InstdAmt", "0.01");
    assert_path(context, "string(//p:CdtTrfTxInf[2]/p:Amt/p:InstdAmt/@Ccy)", "CNY");
    assert_path(context, "count(//p:CdtTrfTxInf[2]/p:RmtInf)", "0");
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    buffer_free(&buffer);
}

static void the_same_payments_give_the_same_bytes(void **state)
{
    (void)state;
    static const char first_lines[] =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
        "  <CstmrCdtTrfInitn>\n"
        "    <GrpHdr>\n"
        "      <MsgId>M-1</MsgId>\n"
        "      <CreDtTm>2026-03-01T00:00:00.000Z</CreDtTm>\n"
        "      <NbOfTxs>3</NbOfTxs>\n"
        "      <CtrlSum>2469.13</CtrlSum>\n"
        "      <InitgPty>\n"
        "        <Nm>Hall</Nm>\n"
        "      </InitgPty>\n"
        "    </GrpHdr>\n"
        "    <PmtInf>\n"
        "      <PmtInfId>G-1</PmtInfId>\n";
    struct buffer one;
    struct buffer other;
    struct reason reason;
    buffer_init(&one, 1 << 20);
    buffer_init(&other, 1 << 20);
    assert_int_equal(ERR_OK, transfers_write(&message, &one, &reason));
    assert_int_equal(ERR_OK, transfers_write(&message, &other, &reason));
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    assert_true(one.size > sizeof first_lines);
    assert_memory_equal(one.data, first_lines, sizeof first_lines - 1);
    buffer_free(&one);
    buffer_free(&other);
}

/* xmllint reads it from outside: exit status 0 means well-formed. */
static void xmllint_finds_it_well_formed(void **state)
{
    (void)state;
    struct test_folder folder;
    struct arena arena;
    struct buffer buffer;
    struct reason reason;
    int status = -1;
    folder_begin(&folder);
    arena_init(&arena);
    buffer_init(&buffer, 1 << 20);
    assert_int_equal(ERR_OK, transfers_write(&message, &buffer, &reason));
    const char *path = path_in(&folder, "transfers.xml", &arena);
    file_make(path, buffer_bytes(&buffer));
    pid_t child = fork();
    if (child == 0) {
        (void)execlp("xmllint", "xmllint", "--nonet", "--noout", path, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(child, waitpid(child, &status, 0));
    assert_true(WIFEXITED(status));
    assert_int_equal(0, WEXITSTATUS(status));
    buffer_free(&buffer);
    arena_free(&arena);
    folder_end(&folder);
}

/* -- what is refused -------------------------------------------------------------------------- */

static void assert_refused(const struct credit_transfer *transfer, const char *expected)
{
    struct credit_transfer_group group = groups[0];
    struct credit_transfer_message changed = message;
    struct buffer buffer;
    struct reason reason = {""};
    group.transfers = transfer;
    group.count = 1;
    changed.groups = &group;
    changed.count = 1;
    buffer_init(&buffer, 1 << 20);
    assert_int_equal(ERR_INVALID, transfers_write(&changed, &buffer, &reason));
    assert_string_equal(reason.text, expected);
    buffer_free(&buffer);
}

static void what_does_not_fit_the_format_is_refused(void **state)
{
    (void)state;
    struct credit_transfer wrong = transfers[0];
    wrong.amount_fen = 0;
    assert_refused(&wrong, "InstdAmt of transfer 1 is not above zero");
    wrong.amount_fen = -5;
    assert_refused(&wrong, "InstdAmt of transfer 1 is not above zero");
    wrong = transfers[0];
    wrong.end_to_end_id = text_of("123456789012345678901234567890123456");
    assert_refused(&wrong, "EndToEndId of transfer 1 is too long");
    wrong.end_to_end_id = (struct text){0};
    assert_refused(&wrong, "EndToEndId of transfer 1 is missing");
    wrong = transfers[0];
    wrong.creditor.name = TEXT_LITERAL("a\nb");
    assert_refused(&wrong, "Nm of transfer 1 holds what is no text in XML");
    wrong.creditor.name = TEXT_LITERAL("a\xEF\xBF\xBE");
    assert_refused(&wrong, "Nm of transfer 1 holds what is no text in XML");
    wrong.creditor.name = TEXT_LITERAL("a\xE9");
    assert_refused(&wrong, "Nm of transfer 1 holds what is no text in XML");
    wrong = transfers[0];
    wrong.creditor.agent.bic = TEXT_LITERAL("TRSY12BJ");
    assert_refused(&wrong, "BICFI of transfer 1 is no BIC");
    wrong.creditor.agent = (struct credit_transfer_agent){0};
    assert_refused(&wrong, "CdtrAgt of transfer 1 is missing: a BIC or a number of its own");
    wrong = transfers[0];
    wrong.creditor_reference = TEXT_LITERAL("RF18539007547035");
    assert_refused(&wrong,
                   "Ref of transfer 1 is no creditor reference: its check digits are wrong");
}

static void empty_files_and_sums_that_overflow_are_refused(void **state)
{
    (void)state;
    struct credit_transfer_group group = groups[0];
    struct credit_transfer_message changed = message;
    struct credit_transfer large[2] = {transfers[0], transfers[0]};
    struct buffer buffer;
    struct reason reason;
    buffer_init(&buffer, 1 << 20);
    changed.count = 0;
    assert_int_equal(ERR_INVALID, transfers_write(&changed, &buffer, &reason));
    assert_string_equal(reason.text, "PmtInf is missing");
    group.count = 0;
    changed.groups = &group;
    changed.count = 1;
    assert_int_equal(ERR_INVALID, transfers_write(&changed, &buffer, &reason));
    assert_string_equal(reason.text, "PmtInf holds no transfer");
    large[0].amount_fen = INT64_MAX;
    group.transfers = large;
    group.count = 2;
    assert_int_equal(ERR_INVALID, transfers_write(&changed, &buffer, &reason));
    assert_string_equal(reason.text, "CtrlSum is more than can be counted");
    changed = message;
    memcpy(changed.currency, "cny", 4);
    assert_int_equal(ERR_INVALID, transfers_write(&changed, &buffer, &reason));
    buffer_free(&buffer);
    buffer_init(&buffer, 1000);
    assert_int_equal(ERR_TOO_LARGE, transfers_write(&message, &buffer, &reason));
    buffer_free(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_parser_reads_what_was_meant),
        cmocka_unit_test(the_same_payments_give_the_same_bytes),
        cmocka_unit_test(xmllint_finds_it_well_formed),
        cmocka_unit_test(what_does_not_fit_the_format_is_refused),
        cmocka_unit_test(empty_files_and_sums_that_overflow_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
