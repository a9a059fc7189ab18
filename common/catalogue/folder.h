/* The files of a catalogue in a folder: catalogue.yaml, calendar*.yaml, procedures/NAME.yaml in the
 * order of their names, templates/messages.yaml, templates/letters.yaml. Blocks on the disk; any
 * thread. */
#pragma once

#include "catalogue/catalogue.h"

enum { CATALOGUE_PROCEDURES_MAX = 64 };

struct catalogue_files {
    struct catalogue_source catalogue;
    struct catalogue_source calendar;  /* no name: the folder has none */
    struct catalogue_source templates; /* likewise */
    struct catalogue_source letters;   /* likewise */
    struct catalogue_source *procedures;
    size_t procedure_count;
    struct text_span unread; /* YAML files that are none of these, so nobody reads them */
};

/* Reads the files of `folder` into `arena`. The errors are those of reading files; a folder that
 * has catalogue.yaml alone is none. Of several calendars the last in the order of names is read. */
enum err catalogue_files_read(const char *folder, struct arena *arena,
                              struct catalogue_files *ret_files, struct reason *reason);
