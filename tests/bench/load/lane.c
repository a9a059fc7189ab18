#include "lane.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

bool lane_open(struct lane *lane, const struct plan *plan, size_t number)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)plan->port)};
    *lane = (struct lane){.plan = plan, .number = number};
    (void)inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    lane->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return lane->socket >= 0 &&
           setsockopt(lane->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
           connect(lane->socket, (const void *)&address, sizeof address) == 0;
}

void lane_close(struct lane *lane)
{
    close(lane->socket);
}

void lane_begin(struct lane *lane, size_t round)
{
    lane->round = round;
    lane->step = 0;
    lane->tries = 0;
    lane->kept[0] = '\0';
    lane->position[0] = '\0';
}

/* -- asking ------------------------------------------------------------------------------------ */

/* How many `{word}` stand in a text. */
static size_t words_in(const char *text)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, "{word}")) != NULL; at++) {
        count++;
    }
    return count;
}

/* Copies `text` with what stands in braces filled in; its size. */
static size_t text_fill(const struct lane *lane, const char *text, char *target, size_t capacity)
{
    size_t size = 0;
    size_t word = lane->round * words_in(text);
    while (*text != '\0' && size + 1 < capacity) {
        const char *filled = NULL;
        if (strncmp(text, "{id}", 4) == 0) {
            filled = lane->kept;
            text += 4;
        } else if (strncmp(text, "{word}", 6) == 0) {
            filled = word < lane->plan->word_count ? lane->plan->words[word] : "";
            word++;
            text += 6;
        }
        if (filled == NULL) {
            target[size++] = *text++;
        } else {
            int wrote = snprintf(target + size, capacity - size, "%s", filled);
            size += wrote > 0 && (size_t)wrote < capacity - size ? (size_t)wrote : 0;
        }
    }
    target[size] = '\0';
    return size;
}

bool lane_send(struct lane *lane)
{
    const struct step *step = &lane->plan->steps[lane->step];
    char path[256];
    char body[REQUEST_BYTES_MAX - 2048];
    (void)text_fill(lane, step->path, path, sizeof path);
    size_t body_size = text_fill(lane, step->body, body, sizeof body);
    bool has_position = lane->position[0] != '\0';
    int size =
        snprintf(lane->request, sizeof lane->request,
                 "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: %s\r\nContent-Length: %zu\r\n"
                 "Idempotency-Key: \"%s-%zu-%zu\"\r\n%s%s%s\r\n%s",
                 path, step->tokens[lane->number % step->token_count], step->type, body_size,
                 lane->plan->run, lane->round, lane->step, has_position ? "Hall-Position: " : "",
                 lane->position, has_position ? "\r\n" : "", body);
    lane->response_size = 0;
    lane->wake_ns = 0;
    return size > 0 && (size_t)size < sizeof lane->request &&
           send(lane->socket, lane->request, (size_t)size, MSG_NOSIGNAL) == size;
}

/* -- the answer -------------------------------------------------------------------------------- */

/* Copies the value of a header line of the answer; an absent one leaves `target` alone. */
static void header_copy(const char *head, const char *name, char *target, size_t capacity)
{
    const char *line = strcasestr(head, name);
    if (line != NULL) {
        line += strlen(name);
        size_t size = strcspn(line, "\r");
        size = size < capacity ? size : capacity - 1;
        memcpy(target, line, size);
        target[size] = '\0';
    }
}

/* Keeps a member of the answer that is a string: its value stands between the next two quotes. */
static void member_keep(struct lane *lane, const char *body, const char *name)
{
    char quoted[32];
    (void)snprintf(quoted, sizeof quoted, "\"%s\"", name);
    const char *at = strstr(body, quoted);
    const char *value = at == NULL ? NULL : strchr(at + strlen(quoted), '"');
    if (value != NULL) {
        size_t size = strcspn(value + 1, "\"");
        size = size < sizeof lane->kept ? size : sizeof lane->kept - 1;
        memcpy(lane->kept, value + 1, size);
        lane->kept[size] = '\0';
    }
}

static enum lane_news answer_take(struct lane *lane, const char *body)
{
    const struct step *step = &lane->plan->steps[lane->step];
    long status = strtol(lane->response + strlen("HTTP/1.1 "), NULL, 10);
    if (status == 409 || status == 503) {
        return LANE_REFUSED;
    }
    if (status < 200 || status > 299) {
        fprintf(stderr, "%s: %ld %.400s\n", step->path, status, body);
        return LANE_FAILED;
    }
    header_copy(lane->response, "\r\nHall-Position: ", lane->position, sizeof lane->position);
    if (step->keep != NULL) {
        member_keep(lane, body, step->keep);
    }
    return LANE_GOES_ON;
}

enum lane_news lane_receive(struct lane *lane)
{
    char length[24] = "0";
    size_t room = sizeof lane->response - 1 - lane->response_size;
    ssize_t got = recv(lane->socket, lane->response + lane->response_size, room, MSG_DONTWAIT);
    if (got <= 0) {
        bool is_early = got < 0 && (errno == EAGAIN || errno == EINTR);
        return is_early ? LANE_WAITS : LANE_LOST;
    }
    lane->response_size += (size_t)got;
    lane->response[lane->response_size] = '\0';
    const char *end = strstr(lane->response, "\r\n\r\n");
    if (end == NULL) {
        return LANE_WAITS;
    }
    header_copy(lane->response, "\r\nContent-Length: ", length, sizeof length);
    size_t whole = (size_t)(end + 4 - lane->response) + (size_t)strtoul(length, NULL, 10);
    return lane->response_size < whole ? LANE_WAITS : answer_take(lane, end + 4);
}
