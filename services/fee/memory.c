/* Opening and closing. A file of bank statements waits under a key of its own until it is booked or
 * refused, a day at most: what it says of payers is kept nowhere else. */
#include "memory.h"

#include "fee.h"
#include "providers.h"

#include "base/check.h"
#include "letter/letter.h"
#include "web/web.h"

#include <stdlib.h>

struct rules_shelf *fee_shelf(void *memory)
{
    return ((struct fee_memory *)memory)->shelf;
}

void fee_close(void *memory)
{
    struct fee_memory *fee = memory;
    rules_shelf_close(&fee->shelf);
    waiting_files_close(&fee->files);
    providers_close(&fee->providers);
    letter_fonts_close(&fee->fonts);
    free(fee);
    web_end();
}

/* Money is taken without a font too. */
static void fonts_open(struct fee_memory *fee, const struct options *options)
{
    if (letter_fonts_open(options_text(options, "letter-font"),
                          options_text(options, "letter-font-family"), &fee->fonts,
                          &fee->no_fonts) != ERR_OK) {
        fee->fonts = NULL;
    }
}

enum err fee_open(const struct service_start *start, void **ret_memory, struct reason *reason)
{
    struct fee_memory *fee = calloc(1, sizeof *fee);
    CHECK(fee != NULL);
    web_start();
    fee->shelf =
        rules_shelf_open((struct rules_tables){.parts = TABLE_PARTS, .versions = TABLE_VERSIONS});
    enum err err = waiting_files_open(&fee->files, start, "statements", reason);
    if (err == ERR_OK && !start->is_replay && start->options != NULL) {
        err = providers_open(start->options, &fee->providers, reason);
        fonts_open(fee, start->options);
    }
    if (err != ERR_OK) {
        fee_close(fee);
        return err;
    }
    *ret_memory = fee;
    return ERR_OK;
}

void fee_forget(void *memory)
{
    rules_shelf_forget(fee_shelf(memory));
}

void fee_committed(void *memory, uint64_t seq)
{
    (void)seq;
    rules_shelf_keep(fee_shelf(memory));
}

void *fee_upload_memory(void *memory)
{
    return &((struct fee_memory *)memory)->files;
}
