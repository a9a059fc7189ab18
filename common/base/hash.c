#include "base/hash.h"

#include <string.h>

bool hash_is_none(const struct hash *hash)
{
    static const struct hash none;
    return hash_equal(hash, &none);
}

bool hash_equal(const struct hash *left, const struct hash *right)
{
    return memcmp(left, right, sizeof *left) == 0;
}
