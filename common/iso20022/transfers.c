/* Payment files, element by element in the order that pain.001.001.09 fixes. */
#include "iso20022/transfers.h"

#include "iso20022/amount.h"
#include "iso20022/reference.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ID_MAX = 35, NAME_MAX_CHARACTERS = 140, ACCOUNT_MAX = 34 };

/* What is being written. The first value that does not fit is kept; the rest is written on. */
struct writing {
    struct buffer *buffer;
    struct reason *reason;
    enum err err;
    int depth;
    size_t transfer; /* number of the transfer in the file, from 1; 0 above them */
};

static void refuse(struct writing *writing, const char *tag, const char *trouble)
{
    char place[48] = "";
    if (writing->err != ERR_OK) {
        return;
    }
    if (writing->transfer > 0) {
        (void)snprintf(place, sizeof place, " of transfer %zu", writing->transfer);
    }
    writing->err = reason_set(writing->reason, ERR_INVALID, "%s%s %s", tag, place, trouble);
}

/* -- elements --------------------------------------------------------------------------------- */

static void indent(struct writing *writing)
{
    for (int i = 0; i < writing->depth; i++) {
        buffer_append_string(writing->buffer, "  ");
    }
}

static void begin(struct writing *writing, const char *tag)
{
    indent(writing);
    buffer_print(writing->buffer, "<%s>\n", tag);
    writing->depth++;
}

static void end(struct writing *writing, const char *tag)
{
    writing->depth--;
    indent(writing);
    buffer_print(writing->buffer, "</%s>\n", tag);
}

static void escape(struct writing *writing, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        switch (text.data[i]) {
        case '&':
            buffer_append_string(writing->buffer, "&amp;");
            break;
        case '<':
            buffer_append_string(writing->buffer, "&lt;");
            break;
        case '>':
            buffer_append_string(writing->buffer, "&gt;");
            break;
        default:
            buffer_append_byte(writing->buffer, (uint8_t)text.data[i]);
        }
    }
}

/* XML has no place for control characters, nor for U+FFFE and U+FFFF (EF BF BE, EF BF BF). */
static bool is_writable(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char *at = (const unsigned char *)text.data + i;
        if (*at < ' ' || *at == 0x7F) {
            return false;
        }
        if (text.size - i >= 3 && at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE) {
            return false;
        }
    }
    return true;
}

static void leaf(struct writing *writing, const char *tag, struct text text, size_t characters_max)
{
    size_t characters = 0;
    if (text_is_empty(text)) {
        refuse(writing, tag, "is missing");
    } else if (!utf8_count(text, &characters) || !is_writable(text)) {
        refuse(writing, tag, "holds what is no text in XML");
    } else if (characters > characters_max) {
        refuse(writing, tag, "is too long");
    }
    indent(writing);
    buffer_print(writing->buffer, "<%s>", tag);
    escape(writing, text);
    buffer_print(writing->buffer, "</%s>\n", tag);
}

/* -- values ----------------------------------------------------------------------------------- */

static void write_day(struct writing *writing, const char *tag, struct date day)
{
    char text[DATE_TEXT_BYTES + 1];
    date_format(day, text);
    leaf(writing, tag, text_of(text), DATE_TEXT_BYTES);
}

static void write_moment(struct writing *writing, const char *tag, int64_t time_ms)
{
    char text[TIME_TEXT_BYTES + 1];
    time_format(time_ms, text);
    leaf(writing, tag, text_of(text), TIME_TEXT_BYTES);
}

static void write_totals(struct writing *writing, size_t count, int64_t sum_fen)
{
    char number[24];
    char sum[AMOUNT_TEXT_BYTES];
    (void)snprintf(number, sizeof number, "%zu", count);
    amount_format(sum_fen, sum);
    leaf(writing, "NbOfTxs", text_of(number), 15);
    leaf(writing, "CtrlSum", text_of(sum), AMOUNT_DIGITS_MAX + 1);
}

static bool is_bic(struct text bic)
{
    bool is_good = bic.size == 8 || bic.size == 11;
    for (size_t i = 0; i < bic.size; i++) {
        bool is_capital = bic.data[i] >= 'A' && bic.data[i] <= 'Z';
        bool is_digit = bic.data[i] >= '0' && bic.data[i] <= '9';
        is_good = is_good && (is_capital || (is_digit && (i < 4 || i > 5)));
    }
    return is_good;
}

static void write_agent(struct writing *writing, const char *tag,
                        const struct credit_transfer_agent *agent)
{
    begin(writing, tag);
    begin(writing, "FinInstnId");
    if (text_is_empty(agent->bic) && text_is_empty(agent->other_id)) {
        refuse(writing, tag, "is missing: a BIC or a number of its own");
    }
    if (!text_is_empty(agent->bic)) {
        if (!is_bic(agent->bic)) {
            refuse(writing, "BICFI", "is no BIC");
        }
        leaf(writing, "BICFI", agent->bic, 11);
    }
    if (!text_is_empty(agent->other_id)) {
        begin(writing, "Othr");
        leaf(writing, "Id", agent->other_id, ID_MAX);
        end(writing, "Othr");
    }
    end(writing, "FinInstnId");
    end(writing, tag);
}

static void write_name(struct writing *writing, const char *tag, struct text name)
{
    begin(writing, tag);
    leaf(writing, "Nm", name, NAME_MAX_CHARACTERS);
    end(writing, tag);
}

static void write_account(struct writing *writing, const char *tag, struct text account)
{
    begin(writing, tag);
    begin(writing, "Id");
    if (iban_is_valid(account)) {
        leaf(writing, "IBAN", account, ACCOUNT_MAX);
    } else {
        begin(writing, "Othr");
        leaf(writing, "Id", account, ACCOUNT_MAX);
        end(writing, "Othr");
    }
    end(writing, "Id");
    end(writing, tag);
}

/* -- transfers -------------------------------------------------------------------------------- */

static void write_remittance(struct writing *writing, const struct credit_transfer *transfer)
{
    if (text_is_empty(transfer->remittance) && text_is_empty(transfer->creditor_reference)) {
        return;
    }
    begin(writing, "RmtInf");
    if (!text_is_empty(transfer->remittance)) {
        leaf(writing, "Ustrd", transfer->remittance, 140);
    }
    if (!text_is_empty(transfer->creditor_reference)) {
        if (!creditor_reference_is_valid(transfer->creditor_reference)) {
            refuse(writing, "Ref", "is no creditor reference: its check digits are wrong");
        }
        begin(writing, "Strd");
        begin(writing, "CdtrRefInf");
        begin(writing, "Tp");
        begin(writing, "CdOrPrtry");
        leaf(writing, "Cd", TEXT_LITERAL("SCOR"), 4);
        end(writing, "CdOrPrtry");
        end(writing, "Tp");
        leaf(writing, "Ref", transfer->creditor_reference, ID_MAX);
        end(writing, "CdtrRefInf");
        end(writing, "Strd");
    }
    end(writing, "RmtInf");
}

static void write_transfer(struct writing *writing, const struct credit_transfer_message *message,
                           const struct credit_transfer *transfer)
{
    char amount[AMOUNT_TEXT_BYTES] = "";
    writing->transfer++;
    if (transfer->amount_fen > 0) {
        amount_format(transfer->amount_fen, amount);
    } else {
        refuse(writing, "InstdAmt", "is not above zero");
    }
    begin(writing, "CdtTrfTxInf");
    begin(writing, "PmtId");
    leaf(writing, "EndToEndId", transfer->end_to_end_id, ID_MAX);
    end(writing, "PmtId");
    begin(writing, "Amt");
    indent(writing);
    buffer_print(writing->buffer, "<InstdAmt Ccy=\"%s\">%s</InstdAmt>\n", message->currency,
                 amount);
    end(writing, "Amt");
    write_agent(writing, "CdtrAgt", &transfer->creditor.agent);
    write_name(writing, "Cdtr", transfer->creditor.name);
    write_account(writing, "CdtrAcct", transfer->creditor.account);
    write_remittance(writing, transfer);
    end(writing, "CdtTrfTxInf");
}

static void write_group(struct writing *writing, const struct credit_transfer_message *message,
                        const struct credit_transfer_group *group, int64_t sum_fen)
{
    begin(writing, "PmtInf");
    leaf(writing, "PmtInfId", group->group_id, ID_MAX);
    leaf(writing, "PmtMtd", TEXT_LITERAL("TRF"), 3);
    leaf(writing, "BtchBookg", TEXT_LITERAL("false"), 5);
    write_totals(writing, group->count, sum_fen);
    begin(writing, "ReqdExctnDt");
    write_day(writing, "Dt", group->execution_day);
    end(writing, "ReqdExctnDt");
    write_name(writing, "Dbtr", group->debtor.name);
    write_account(writing, "DbtrAcct", group->debtor.account);
    write_agent(writing, "DbtrAgt", &group->debtor.agent);
    for (size_t i = 0; i < group->count; i++) {
        write_transfer(writing, message, &group->transfers[i]);
    }
    end(writing, "PmtInf");
}

/* -- the message ------------------------------------------------------------------------------ */

/* What the transfers of a group come to; what is not above zero is refused where it stands. */
static int64_t sum_of(struct writing *writing, const struct credit_transfer_group *group)
{
    int64_t sum_fen = 0;
    for (size_t i = 0; i < group->count; i++) {
        int64_t amount_fen = group->transfers[i].amount_fen;
        if (amount_fen > 0 && __builtin_add_overflow(sum_fen, amount_fen, &sum_fen)) {
            refuse(writing, "CtrlSum", "is more than can be counted");
            return 0;
        }
    }
    return sum_fen;
}

static void write_header(struct writing *writing, const struct credit_transfer_message *message)
{
    size_t count = 0;
    int64_t sum_fen = 0;
    for (size_t i = 0; i < message->count; i++) {
        count += message->groups[i].count;
        if (message->groups[i].count == 0) {
            refuse(writing, "PmtInf", "holds no transfer");
        }
        if (__builtin_add_overflow(sum_fen, sum_of(writing, &message->groups[i]), &sum_fen)) {
            refuse(writing, "CtrlSum", "is more than can be counted");
            sum_fen = 0;
        }
    }
    if (count == 0) {
        refuse(writing, "PmtInf", "is missing");
    }
    begin(writing, "GrpHdr");
    leaf(writing, "MsgId", message->message_id, ID_MAX);
    write_moment(writing, "CreDtTm", message->created_ms);
    write_totals(writing, count, sum_fen);
    write_name(writing, "InitgPty", message->initiator);
    end(writing, "GrpHdr");
}

enum err transfers_write(const struct credit_transfer_message *message, struct buffer *buffer,
                         struct reason *reason)
{
    struct writing writing = {.buffer = buffer, .reason = reason};
    if (strlen(message->currency) != 3 ||
        strspn(message->currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3) {
        return reason_set(reason, ERR_INVALID, "the currency is none");
    }
    buffer_append_string(buffer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                 "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:"
                                 "pain.001.001.09\">\n");
    writing.depth = 1;
    begin(&writing, "CstmrCdtTrfInitn");
    write_header(&writing, message);
    for (size_t i = 0; i < message->count; i++) {
        write_group(&writing, message, &message->groups[i], sum_of(&writing, &message->groups[i]));
    }
    end(&writing, "CstmrCdtTrfInitn");
    buffer_append_string(buffer, "</Document>\n");
    if (writing.err == ERR_OK && buffer->failed) {
        return reason_set(reason, ERR_TOO_LARGE, "the payment file is too large");
    }
    return writing.err;
}
