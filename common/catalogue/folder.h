/* The files of a catalogue in a folder: catalogue.yaml, and procedures/NAME.yaml in the order of
 * their names. Blocks on the disk; any thread. */
#pragma once

#include "catalogue/catalogue.h"

enum { CATALOGUE_PROCEDURES_MAX = 64 };

struct catalogue_files {
    struct catalogue_source catalogue;
    struct catalogue_source *procedures;
    size_t procedure_count;
};

/* Reads the files of `folder` into `arena`. The errors are those of reading files; a folder without
 * procedures is none. */
enum err catalogue_files_read(const char *folder, struct arena *arena,
                              struct catalogue_files *ret_files, struct reason *reason);
