/* glasshall-catalogue check FOLDER: whether the files of a catalogue are right, and what it offers.
 *
 * Fields and events are declared by the services, so they are not checked here but when a service
 * loads the same files; nor are promises in another unit than the law, which the calendar tells. */
#include "catalogue/folder.h"
#include "procedure/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void summary_print(const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->item_count; i++) {
        const struct catalogue_item *item = &catalogue->items[i];
        printf("%-12.*s %-8s %zu fields, %zu materials, %zu stages, %zu fees: %.*s\n",
               TEXT_PRINT(item->code), item->open ? "open" : "not open", item->field_count,
               item->material_count, item->stage_count, item->fee_count,
               TEXT_PRINT(item->names.en));
    }
}

static int check(const char *folder, struct arena *arena)
{
    struct reason reason;
    struct catalogue_files files;
    struct yaml_file file;
    const struct catalogue *catalogue = NULL;
    if (catalogue_files_read(folder, arena, &files, &reason) != ERR_OK) {
        fprintf(stderr, "glasshall-catalogue: %s\n", reason.text);
        return EXIT_FAILURE;
    }
    const struct procedure_vocabulary vocabulary = {
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
    };
    const struct catalogue_inputs inputs = {
        .procedures = files.procedures,
        .procedure_count = files.procedure_count,
        .vocabulary = &vocabulary,
    };
    yaml_file_init(&file, files.catalogue.name, arena);
    if (catalogue_load(&file, files.catalogue.text, &inputs, &catalogue) != ERR_OK) {
        struct text errors = yaml_errors_text(&file, arena);
        fprintf(stderr, "%.*s", TEXT_PRINT(errors));
        return EXIT_FAILURE;
    }
    summary_print(catalogue);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        printf("usage: glasshall-catalogue check FOLDER\n"
               "\n"
               "Checks the catalogue in FOLDER as a whole and names every fault by file, line and "
               "field.\n");
        return EXIT_SUCCESS;
    }
    if (argc != 3 || strcmp(argv[1], "check") != 0) {
        fprintf(stderr, "usage: glasshall-catalogue check FOLDER\n");
        return EXIT_FAILURE;
    }
    struct arena arena;
    arena_init(&arena);
    int status = check(argv[2], &arena);
    arena_free(&arena);
    return status;
}
