/* Files made to hurt whoever reads them, files cut off anywhere, and files that are merely large.
 */
#include "iso20022/test_kit.h"

#include <libxml/xmlmemory.h>

static void assert_refused(struct text text, int64_t expected_line, const char *expected)
{
    static const size_t sizes[] = {1 << 20, 1, 77};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct statement_fault fault;
        int64_t line = statement_told(text, sizes[i], NULL, &fault);
        if (line != expected_line || strcmp(fault.reason.text, expected) != 0) {
            fail_msg("line %d: %s, expected line %d: %s", (int)line, fault.reason.text,
                     (int)expected_line, expected);
        }
    }
}

/* -- declarations and entities ---------------------------------------------------------------- */

#define DOCUMENT "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"
#define MESSAGE  DOCUMENT "<BkToCstmrStmt><GrpHdr><MsgId>"

static const char no_document_type[] = "has a document type (DOCTYPE), which no statement needs";

static void a_document_type_is_refused_before_it_is_read(void **state)
{
    (void)state;
    assert_refused(TEXT_LITERAL("<!DOCTYPE Document [<!ENTITY a \"aaaaaaaaaa\">\n"
                                "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
                                "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\n"
                                "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">]>\n" MESSAGE
                                "&d;</MsgId>"),
                   1, no_document_type);
    assert_refused(TEXT_LITERAL("<?xml version=\"1.0\"?>\n"
                                "<!DOCTYPE Document [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
                                "\n" MESSAGE "&a;</MsgId>"),
                   2, no_document_type);
    assert_refused(TEXT_LITERAL("<!DOCTYPE Document SYSTEM \"http://127.0.0.1:9/x.dtd\">" DOCUMENT),
                   1, no_document_type);
    assert_refused(TEXT_LITERAL("<!DOCTYPE Document [<!ENTITY % a SYSTEM \"file:///etc/passwd\">"
                                "%a;]>" DOCUMENT),
                   1, no_document_type);
    assert_refused(TEXT_LITERAL("<!DOCTYPE Document>" DOCUMENT), 1, no_document_type);
}

static void an_entity_that_xml_does_not_know_is_refused(void **state)
{
    (void)state;
    assert_refused(TEXT_LITERAL(MESSAGE "\n&hello;</MsgId>"), 2,
                   "names an entity that XML does not know");
}

static void other_encodings_are_refused(void **state)
{
    (void)state;
    static const char wide[] = "<\0D\0o\0c\0";
    static const char marked[] = "\xFF\xFE<\0D\0";
    static const char latin[] = MESSAGE "caf\xE9</MsgId>";
    assert_refused((struct text){wide, sizeof wide - 1}, 1, "is not in UTF-8");
    assert_refused((struct text){marked, sizeof marked - 1}, 1, "is not in UTF-8");
    assert_refused(TEXT_LITERAL("<?xml version=\"1.0\" encoding=\"GBK\"?>" DOCUMENT), 1,
                   "is not in UTF-8");
    assert_refused(TEXT_LITERAL("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" DOCUMENT), 1,
                   "is not in UTF-8");
    assert_refused(TEXT_LITERAL("<?xml version=\"1.0\" encoding=\"UTF-7\"?>" DOCUMENT), 1,
                   "is not in UTF-8");
    assert_refused(text_of(latin), 1, "holds bytes that are no text in UTF-8");
    assert_refused(TEXT_LITERAL(MESSAGE "&#0;</MsgId>"), 1,
                   "holds bytes that are no text in UTF-8");
}

static void a_mark_of_utf8_may_stand_in_front(void **state)
{
    (void)state;
    struct statement_fault fault;
    char *text = with(statement_08, "<?xml", "\xEF\xBB\xBF<?xml");
    assert_int_equal(0, statement_told(text_of(text), 1, NULL, &fault));
    assert_int_equal(0, statement_told(text_of(text), 1000, NULL, &fault));
    free(text);
}

static void what_is_no_xml_is_refused(void **state)
{
    (void)state;
    assert_refused(TEXT_LITERAL(""), 1, "is empty");
    assert_refused(TEXT_LITERAL("%PDF-1.7 hello"), 1, "is no XML");
    assert_refused(TEXT_LITERAL("{\"statement\": 1}"), 1, "is no XML");
    assert_refused(TEXT_LITERAL("<html><body/></html>"), 1,
                   "is no bank statement of ISO 20022 (camt.053)");
    assert_refused(TEXT_LITERAL(MESSAGE "a < b</MsgId>"), 1, "is not well-formed XML");
    assert_refused(TEXT_LITERAL("<a:Document>"), 1, "is not well-formed XML");
}

/* -- size and depth --------------------------------------------------------------------------- */

/* A good statement up to its first entry's end, then `count` times `text`. */
static struct text repeated(const char *begin, const char *text, size_t count, struct arena *arena)
{
    size_t begin_size = strlen(begin);
    size_t size = strlen(text);
    char *made = arena_take(arena, begin_size + size * count);
    memcpy(made, begin, begin_size);
    for (size_t i = 0; i < count; i++) {
        memcpy(made + begin_size + i * size, text, size);
    }
    return (struct text){made, begin_size + size * count};
}

static void deep_nesting_is_refused_also_where_nobody_looks(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *at = strdup(statement_08);
    assert_non_null(at);
    strstr(at, "<Domn>")[0] = '\0'; /* the bank's code of a transaction is passed over */
    assert_refused(repeated(at, "<a>", 100000, &arena), 21,
                   "is nested deeper than any bank statement");
    free(at);
    arena_free(&arena);
}

static void long_texts_are_refused_before_they_are_all_there(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_refused(repeated(MESSAGE, "a", 1 << 20, &arena), 1, "MsgId has more than 35 characters");
    arena_free(&arena);
}

/* Blanks without end are no text, and take no memory. */
static void blanks_are_passed_over(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_refused(repeated(MESSAGE, "    ", 1 << 18, &arena), 1,
                   "is cut off: it ends in the middle");
    arena_free(&arena);
}

/* -- cut off ---------------------------------------------------------------------------------- */

/* The last element ends with the last but one byte; a newline follows. */
static void cut_off_at_any_byte_it_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof statement_08 - 2; size++) {
        struct statement_fault fault;
        struct text cut = {statement_08, size};
        int64_t line = statement_told(cut, 333, NULL, &fault);
        if (line == 0) {
            fail_msg("read as whole: the first %zu bytes", size);
        }
        assert_int_equal(line, statement_told(cut, 1, NULL, &fault));
        assert_true(strcmp(fault.reason.text, "is cut off: it ends in the middle") == 0 ||
                    size == 0);
    }
    struct statement_fault fault;
    struct text whole = {statement_08, sizeof statement_08 - 2};
    assert_int_equal(0, statement_told(whole, 333, NULL, &fault));
}

/* Each byte of a good file replaced: refused or read, never a crash, and the same in any chunks. */
static void damaged_at_any_byte_it_is_read_the_same_in_any_chunks(void **state)
{
    (void)state;
    static const char wrongs[] = {'<', '&', '"', '\0', ' ', '9', (char)0xC3};
    char text[sizeof statement_02];
    for (size_t i = 0; i < sizeof statement_02 - 1; i++) {
        for (size_t k = 0; k < COUNT(wrongs); k++) {
            struct statement_fault one;
            struct statement_fault other;
            memcpy(text, statement_02, sizeof text);
            text[i] = wrongs[k];
            struct text damaged = {text, sizeof text - 1};
            int64_t line = statement_told(damaged, 1 << 20, NULL, &one);
            assert_int_equal(line, statement_told(damaged, 5, NULL, &other));
        }
    }
}

/* -- large ------------------------------------------------------------------------------------ */

/* A statement of many entries, made while it is read. */
struct large {
    int64_t count;
    int64_t next; /* -1: the head */
    char text[1000];
};

static enum err large_read(void *memory, struct bytes *ret_chunk)
{
    struct large *large = memory;
    int size = 0;
    if (large->next < 0) {
        size = snprintf(large->text, sizeof large->text,
                        MESSAGE "M</MsgId><CreDtTm>2026-03-01T00:00:00Z</CreDtTm></GrpHdr><Stmt>"
                                "<Id>S</Id><Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>"
                                "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>"
                                "<Amt Ccy=\"CNY\">0</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
                                "<Dt><Dt>2026-03-01</Dt></Dt></Bal>"
                                "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>"
                                "<Amt Ccy=\"CNY\">%lld</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
                                "<Dt><Dt>2026-03-01</Dt></Dt></Bal>\n",
                        (long long)large->count);
    } else if (large->next < large->count) {
        size = snprintf(large->text, sizeof large->text,
                        "<Ntry><NtryRef>%lld</NtryRef><Amt Ccy=\"CNY\">1.00</Amt>"
                        "<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
                        "<AcctSvcrRef>B%lld</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs>"
                        "<EndToEndId>E%lld</EndToEndId></Refs><RmtInf><Ustrd>hello</Ustrd></RmtInf>"
                        "</TxDtls></NtryDtls>\n</Ntry>\n",
                        (long long)large->next, (long long)large->next, (long long)large->next);
    } else if (large->next == large->count) {
        size = snprintf(large->text, sizeof large->text, "</Stmt></BkToCstmrStmt></Document>");
    }
    *ret_chunk = bytes_of(large->text, (size_t)size);
    large->next++;
    return ERR_OK;
}

struct tally {
    int64_t count;
    int64_t sum_fen;
    int64_t last_line;
    size_t batch_max;
};

static enum err tally_entries(void *memory, const struct statement_entry *entries, size_t count)
{
    struct tally *tally = memory;
    for (size_t i = 0; i < count; i++) {
        tally->sum_fen += entries[i].amount_fen;
        tally->last_line = entries[i].line;
    }
    tally->count += (int64_t)count;
    tally->batch_max = count > tally->batch_max ? count : tally->batch_max;
    return ERR_OK;
}

/* What libxml2 holds, and has held at most. */
static size_t held_bytes;
static size_t held_bytes_max;

static void *counted_malloc(size_t size)
{
    size_t *block = malloc(size + 16);
    assert_non_null(block);
    block[0] = size;
    held_bytes += size;
    held_bytes_max = held_bytes > held_bytes_max ? held_bytes : held_bytes_max;
    return (char *)block + 16;
}

static void counted_free(void *memory)
{
    if (memory != NULL) {
        size_t *block = (size_t *)(void *)((char *)memory - 16);
        held_bytes -= block[0];
        free(block);
    }
}

static void *counted_realloc(void *memory, size_t size)
{
    void *moved = counted_malloc(size);
    if (memory != NULL) {
        size_t before = *(size_t *)(void *)((char *)memory - 16);
        memcpy(moved, memory, before < size ? before : size);
        counted_free(memory);
    }
    return moved;
}

static char *counted_strdup(const char *string)
{
    size_t size = strlen(string) + 1;
    return memcpy(counted_malloc(size), string, size);
}

static size_t memory_for(int64_t count)
{
    struct large large = {.count = count, .next = -1};
    struct tally tally = {0};
    struct statement_fault fault = {0};
    struct statement_source source = {.read = large_read, .memory = &large};
    struct statement_calls calls = {.entries = tally_entries, .memory = &tally};
    held_bytes_max = held_bytes;
    assert_int_equal(ERR_OK, statement_read(&source, &calls, &fault));
    assert_int_equal(count, tally.count);
    assert_int_equal(100 * count, tally.sum_fen);
    assert_int_equal(2 * count, tally.last_line);
    assert_int_equal(STATEMENT_BATCH_MAX, tally.batch_max);
    return held_bytes_max;
}

static void a_hundred_thousand_entries_take_no_more_memory_than_a_hundred(void **state)
{
    (void)state;
    size_t few = memory_for(100);
    size_t many = memory_for(100000);
    assert_true(few > 0);
    if (many > few + 16 * 1024) {
        fail_msg("%zu bytes for a hundred, %zu for a hundred thousand", few, many);
    }
}

static void more_entries_than_the_bound_are_refused(void **state)
{
    (void)state;
    struct large large = {.count = STATEMENT_ENTRIES_MAX + 1, .next = -1};
    struct statement_fault fault = {0};
    struct statement_source source = {.read = large_read, .memory = &large};
    struct statement_calls calls = {0};
    assert_int_equal(ERR_INVALID, statement_read(&source, &calls, &fault));
    assert_string_equal(fault.reason.text, "the statement has more entries than can be taken");
    assert_int_equal(2 * (STATEMENT_ENTRIES_MAX + 1), fault.line);
}

/* Blanks behind the end, for ever. */
static enum err endless_read(void *memory, struct bytes *ret_chunk)
{
    static const char blanks[4096] = {[0 ... 4095] = ' '};
    int64_t *reads = memory;
    struct bytes begin = bytes_of(DOCUMENT "\n", sizeof DOCUMENT);
    *ret_chunk = (*reads)++ == 0 ? begin : bytes_of(blanks, sizeof blanks);
    return ERR_OK;
}

static void a_file_without_end_is_refused(void **state)
{
    (void)state;
    int64_t reads = 0;
    struct statement_fault fault = {0};
    struct statement_source source = {.read = endless_read, .memory = &reads};
    struct statement_calls calls = {0};
    assert_int_equal(ERR_INVALID, statement_read(&source, &calls, &fault));
    assert_string_equal(fault.reason.text, "is larger than a statement may be");
    assert_int_equal(2, fault.line);
    assert_int_equal(STATEMENT_BYTES_MAX / 4096 + 1, reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_type_is_refused_before_it_is_read),
        cmocka_unit_test(an_entity_that_xml_does_not_know_is_refused),
        cmocka_unit_test(other_encodings_are_refused),
        cmocka_unit_test(a_mark_of_utf8_may_stand_in_front),
        cmocka_unit_test(what_is_no_xml_is_refused),
        cmocka_unit_test(deep_nesting_is_refused_also_where_nobody_looks),
        cmocka_unit_test(long_texts_are_refused_before_they_are_all_there),
        cmocka_unit_test(blanks_are_passed_over),
        cmocka_unit_test(cut_off_at_any_byte_it_is_refused),
        cmocka_unit_test(damaged_at_any_byte_it_is_read_the_same_in_any_chunks),
        cmocka_unit_test(a_hundred_thousand_entries_take_no_more_memory_than_a_hundred),
        cmocka_unit_test(more_entries_than_the_bound_are_refused),
        cmocka_unit_test(a_file_without_end_is_refused),
    };
    if (xmlMemSetup(counted_free, counted_malloc, counted_realloc, counted_strdup) != 0) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
