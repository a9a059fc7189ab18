/* A number for each record of each service: where it stands, or when it happened. What a cause
 * (source, seq) leads to. One thread. */
#pragma once

#include "log/record.h"

enum { PLACES_SOURCES_MAX = 16 };

struct places {
    struct {
        char name[SOURCE_CHARACTERS + 1];
        int64_t *numbers; /* of record seq: numbers[seq - 1] */
        size_t count;
        size_t room;
    } sources[PLACES_SOURCES_MAX];
    size_t count;
};

/* Records of a source come in order; one that leaves a gap, or comes again, is passed over. */
void places_add(struct places *places, struct text source, uint64_t seq, int64_t number);

/* 0 where there is none. */
int64_t places_find(const struct places *places, struct text source, int64_t seq);
void places_free(struct places *places);
