/* The days of the books. */
#include "money.h"

static struct key closed_key(void)
{
    return key_of_text(TEXT_LITERAL("closed"));
}

struct date days_closed(struct state *state)
{
    struct key key = closed_key();
    struct bytes value;
    bool known = store_get(state->txn, TABLE_DAYS, key_bytes(&key), &value) && value.size == 4;
    return (struct date){known ? (int32_t)read_be32(value.data) : 0};
}
