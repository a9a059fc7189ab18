/* Feeds every file of the folders given to a target: the corpus as a test, without libFuzzer.
 *
 * Each file is named before it runs, so that the last name printed is the one that crashed. A
 * folder without files fails: it would prove nothing. */
#include "fuzz.h"

#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_BYTES_MAX = 4 << 20 };

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The input stands alone in memory, so that a sanitizer sees a read behind its end. */
static bool replay_file(const char *folder, const char *name)
{
    struct arena arena;
    struct bytes bytes;
    struct reason reason;
    arena_init(&arena);
    struct text path = arena_print(&arena, "%s/%s", folder, name);
    bool is_read = file_read(path.data, INPUT_BYTES_MAX, &arena, &bytes, &reason) == ERR_OK;
    if (is_read) {
        uint8_t *input = malloc(bytes.size);
        if (bytes.size > 0) {
            memcpy(input, bytes.data, bytes.size);
        }
        printf("%s\n", path.data);
        (void)fflush(stdout);
        (void)LLVMFuzzerTestOneInput(input, bytes.size);
        free(input);
    } else {
        fprintf(stderr, "replay: %s\n", reason.text);
    }
    arena_free(&arena);
    return is_read;
}

static bool replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, alphasort);
    bool good = count > 0;
    if (!good) {
        fprintf(stderr, "replay: %s holds no inputs\n", folder);
    }
    for (int i = 0; i < count; i++) {
        good &= replay_file(folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return good;
}

int main(int argc, char **argv)
{
    bool good = argc > 1;
    if (!good) {
        fprintf(stderr, "usage: %s FOLDER ...\n", argv[0]);
    }
    for (int i = 1; i < argc; i++) {
        good &= replay_folder(argv[i]);
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
