/* E-mail: the address from the vault, the text from the template, out by SMTP (libcurl) or, in
 * demonstrations, into a folder. At least once: the message's id is its Message-ID, so that what
 * arrives twice is recognised. */
#include "notification.h"

#include "base/encoding.h"
#include "base/file.h"
#include "service/host.h"

#include <curl/curl.h>
#include <string.h>

enum { SMTP_TIMEOUT_S = 30, LINE_BYTES = 76 };

/* A message ready to go. */
struct letter {
    struct text to;
    struct text subject;
    struct text body;
    struct text id;
    int64_t at_ms;
};

/* -- the address ---------------------------------------------------------------------------- */

/* The address; absent when the subject was erased. */
static enum err address_ask(struct worker *worker, const struct message_row *row,
                            struct text *ret_address)
{
    struct sealed_value value = {.value = row->address.value};
    struct sealed_value_list values = {&value, 1};
    struct opened_values opened;
    enum err err = vault_ask(worker, &row->case_id, "to send a message", values, &opened);
    if (err == ERR_OK && opened.values.count == 1) {
        *ret_address = bytes_text(opened.values.items[0].text);
    }
    return err;
}

/* An address that cannot break out of its header line. */
static bool address_is_sound(struct text address)
{
    bool has_at = false;
    for (size_t i = 0; i < address.size; i++) {
        unsigned char letter = (unsigned char)address.data[i];
        if (letter <= ' ' || letter == 0x7F || strchr("<>(),;:\"\\[]", letter) != NULL) {
            return false;
        }
        has_at |= letter == '@';
    }
    return has_at && address.size >= 3;
}

/* -- the letter (RFC 5322, MIME) ------------------------------------------------------------ */

static struct text day_header(struct arena *arena, int64_t at_ms)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct zone utc = {0};
    struct date date = zone_date(utc, at_ms);
    struct civil civil = date_civil(date);
    int minute = zone_minute(utc, at_ms);
    return arena_print(arena, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[date_weekday(date)],
                       civil.day, months[civil.month - 1], civil.year, minute / 60, minute % 60,
                       (int)(at_ms / 1000 % 60));
}

/* Base64 in lines of 76 characters. */
static void body_append(struct buffer *out, struct arena *arena, struct text body)
{
    struct text encoded = base64_text(arena, text_bytes(body));
    for (size_t i = 0; i < encoded.size; i += LINE_BYTES) {
        size_t size = encoded.size - i < LINE_BYTES ? encoded.size - i : LINE_BYTES;
        buffer_append(out, encoded.data + i, size);
        buffer_append_string(out, "\r\n");
    }
}

static void letter_write(const struct worker *worker, const struct letter *letter,
                         struct buffer *out)
{
    const struct notification *notification = worker->memory;
    buffer_print(out, "Date: %s\r\n", day_header(worker->arena, letter->at_ms).data);
    buffer_print(out, "From: <%s>\r\n", notification->mail_from);
    buffer_print(out, "To: <%.*s>\r\n", TEXT_PRINT(letter->to));
    buffer_print(out, "Message-ID: <%.*s@glasshall>\r\n", TEXT_PRINT(letter->id));
    buffer_print(out, "Subject: =?UTF-8?B?%s?=\r\n",
                 base64_text(worker->arena, text_bytes(letter->subject)).data);
    buffer_append_string(out, "MIME-Version: 1.0\r\n"
                              "Content-Type: text/plain; charset=utf-8\r\n"
                              "Content-Transfer-Encoding: base64\r\n"
                              "Auto-Submitted: auto-generated\r\n\r\n");
    body_append(out, worker->arena, letter->body);
}

/* -- sending -------------------------------------------------------------------------------- */

struct sending {
    bool sent;
    bool hopeless;
    const char *why;
};

static struct sending file_send(const struct worker *worker, const char *folder,
                                const struct letter *letter, const struct buffer *text)
{
    struct reason reason = {""};
    const char *path =
        arena_print(worker->arena, "%s/%.*s.eml", folder, TEXT_PRINT(letter->id)).data;
    if (folder_make(folder, &reason) != ERR_OK ||
        file_replace(path, buffer_bytes(text), 0600, &reason) != ERR_OK) {
        return (struct sending){.why = "the mail folder cannot be written"};
    }
    return (struct sending){.sent = true};
}

/* What libcurl reads the letter from. */
struct upload {
    struct bytes left;
};

static size_t upload_read(char *target, size_t size, size_t count, void *context)
{
    struct upload *upload = context;
    size_t wanted = size * count;
    size_t taken = wanted < upload->left.size ? wanted : upload->left.size;
    if (taken > 0) {
        memcpy(target, upload->left.data, taken);
    }
    upload->left = bytes_of(upload->left.data + taken, upload->left.size - taken);
    return taken;
}

/* A refusal for good (RFC 5321, 5yz) is not tried again. */
static struct sending sending_of(CURLcode code, long response)
{
    if (code == CURLE_OK) {
        return (struct sending){.sent = true};
    }
    bool refused = response >= 500 && response < 600;
    return (struct sending){.hopeless = refused,
                            .why = refused ? "the mail server refused the message"
                                           : "the mail server could not be reached"};
}

static struct sending smtp_send(const struct worker *worker, const char *url,
                                const struct letter *letter, const struct buffer *text)
{
    const struct notification *notification = worker->memory;
    struct upload upload = {.left = buffer_bytes(text)};
    CURL *curl = curl_easy_init();
    struct curl_slist *to =
        curl_slist_append(NULL, arena_print(worker->arena, "<%.*s>", TEXT_PRINT(letter->to)).data);
    const char *from = arena_print(worker->arena, "<%s>", notification->mail_from).data;
    long response = 0;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, upload_read);
    curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SMTP_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response);
    curl_slist_free_all(to);
    curl_easy_cleanup(curl);
    return sending_of(code, response);
}

static struct sending letter_send(const struct worker *worker, const struct letter *letter)
{
    const struct notification *notification = worker->memory;
    struct buffer text;
    struct sending sending = {.why = "no mail server is configured"};
    buffer_init(&text, 1 << 20);
    letter_write(worker, letter, &text);
    if (notification->mail != NULL && strncmp(notification->mail, "file:", 5) == 0) {
        sending = file_send(worker, notification->mail + 5, letter, &text);
    } else if (notification->mail != NULL) {
        sending = smtp_send(worker, notification->mail, letter, &text);
    }
    buffer_free(&text);
    return sending;
}

/* Reads the message and what its template makes of it; false when it is gone. */
static bool letter_make(struct worker *worker, const struct message_id *id,
                        struct message_row *ret_row, struct letter *ret_letter)
{
    struct key key = key_of_uuid(&id->uuid);
    char *text = arena_take(worker->arena, UUID_TEXT_BYTES + 1);
    if (!worker_look(worker)) {
        return false;
    }
    bool found =
        state_get(worker->state, TABLE_MESSAGES, key_bytes(&key), &message_row_message, ret_row);
    const struct message_template *template =
        found ? message_template_of(worker->state, ret_row) : NULL;
    worker_done(worker);
    if (template == NULL) {
        return false;
    }
    uuid_format(&id->uuid, text);
    *ret_letter = (struct letter){
        .subject =
            message_text(&template->title, ret_row->language, &ret_row->parameters, worker->arena),
        .body =
            message_text(&template->text, ret_row->language, &ret_row->parameters, worker->arena),
        .id = text_of(text),
        .at_ms = ret_row->at,
    };
    return true;
}

void perform_send(struct worker *worker, const struct work_order *order, const void *payload)
{
    const struct send_order *asked = payload;
    struct message_row row;
    struct letter letter;
    struct sending sending = {.hopeless = true, .why = "the message has no text any more"};
    if (letter_make(worker, &asked->message_id, &row, &letter)) {
        if (address_ask(worker, &row, &letter.to) != ERR_OK) {
            sending = (struct sending){.why = "the vault did not answer"};
        } else if (!address_is_sound(letter.to)) {
            sending = (struct sending){.hopeless = true, .why = "the address cannot be used"};
        } else {
            sending = letter_send(worker, &letter);
        }
    }
    struct report_message report = {
        .message_id = asked->message_id,
        .sent = sending.sent,
        .hopeless = sending.hopeless,
        .why = text_of(sending.why),
        .attempts = order->attempts,
        .order_due = order->due_ms,
    };
    /* A report that is not taken leaves the order standing: the message is sent again. */
    worker_report(worker, &report_message_message, &report);
}
