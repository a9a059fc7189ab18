/* The value of a SHA-256 hash; how one is computed stands in crypto/sha256.h. */
#pragma once

#include "base/bytes.h"

enum { HASH_BYTES = 32 };

struct hash {
    uint8_t bytes[HASH_BYTES];
};

/* True for the all-zero value, which stands for "no hash". */
bool hash_is_none(const struct hash *hash);
bool hash_equal(const struct hash *left, const struct hash *right);
