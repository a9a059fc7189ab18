#include "identity/limits.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { CLIENT_BYTES_MAX = 48, BUCKETS_MAX = 4096, PROBES = 8 };

/* How many tokens a bucket holds, and how long one takes to come back. */
struct limit_rule {
    int64_t tokens;
    int64_t refill_ms;
};
static const struct limit_rule rules[LIMIT_KINDS] = {
    [LIMIT_GUESSES] = {10, 6000},
    [LIMIT_SESSIONS] = {120, 500},
};

/* A bucket is kept as the moment at which it will be full again. */
struct bucket {
    char client[CLIENT_BYTES_MAX];
    enum limit_kind kind;
    int64_t full_ms; /* 0: the place is free */
};

struct limits {
    struct bucket buckets[BUCKETS_MAX];
};

struct limits *limits_open(void)
{
    struct limits *limits = calloc(1, sizeof *limits);
    CHECK(limits != NULL);
    return limits;
}

void limits_close(struct limits **limits)
{
    free(*limits);
    *limits = NULL;
}

/* FNV-1a over the client's address and the kind. */
static size_t place_of(enum limit_kind kind, const char *client)
{
    uint64_t hash = UINT64_C(14695981039346656037) ^ (uint64_t)kind;
    for (const char *letter = client; *letter != '\0'; letter++) {
        hash = (hash ^ (uint8_t)*letter) * UINT64_C(1099511628211);
    }
    return (size_t)(hash % BUCKETS_MAX);
}

static void client_copy(const char *client, char copy[CLIENT_BYTES_MAX])
{
    size_t size = strnlen(client, CLIENT_BYTES_MAX - 1);
    memcpy(copy, client, size);
    copy[size] = '\0';
}

/* The client's bucket; when it has none, the place that is full soonest is made his. */
static struct bucket *bucket_find(struct limits *limits, enum limit_kind kind, const char *client)
{
    char name[CLIENT_BYTES_MAX];
    size_t place = place_of(kind, client);
    struct bucket *oldest = &limits->buckets[place];
    client_copy(client, name);
    for (size_t i = 0; i < PROBES; i++) {
        struct bucket *bucket = &limits->buckets[(place + i) % BUCKETS_MAX];
        if (bucket->full_ms != 0 && bucket->kind == kind && strcmp(bucket->client, name) == 0) {
            return bucket;
        }
        oldest = bucket->full_ms < oldest->full_ms ? bucket : oldest;
    }
    *oldest = (struct bucket){.kind = kind};
    memcpy(oldest->client, name, sizeof name);
    return oldest;
}

int64_t limits_wait_ms(struct limits *limits, enum limit_kind kind, const char *client,
                       int64_t boot_ms)
{
    const struct limit_rule *rule = &rules[kind];
    const struct bucket *bucket = bucket_find(limits, kind, client);
    int64_t missing_ms = bucket->full_ms - boot_ms;
    int64_t most_ms = (rule->tokens - 1) * rule->refill_ms;
    return missing_ms > most_ms ? missing_ms - most_ms : 0;
}

void limits_take(struct limits *limits, enum limit_kind kind, const char *client, int64_t boot_ms)
{
    struct bucket *bucket = bucket_find(limits, kind, client);
    int64_t from_ms = bucket->full_ms > boot_ms ? bucket->full_ms : boot_ms;
    bucket->full_ms = from_ms + rules[kind].refill_ms;
}
