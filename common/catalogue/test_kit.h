/* For the tests of this part: the shipped catalogue, and small forms. */
#pragma once

#include "catalogue/folder.h"
#include "procedure/vocabulary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct fixture {
    struct arena arena;
    struct yaml_file file;
    struct catalogue_files files;
    struct procedure_vocabulary vocabulary;
    struct catalogue_inputs inputs;
    const struct catalogue *catalogue; /* as shipped, once shipped_load was called */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct reason reason;
    arena_init(&f->arena);
    assert_int_equal(ERR_OK,
                     catalogue_files_read("deploy/catalogue", &f->arena, &f->files, &reason));
    yaml_file_init(&f->file, f->files.catalogue.name, &f->arena);
    f->vocabulary = (struct procedure_vocabulary){
        .facts = hall_procedure_facts,
        .fact_count = hall_procedure_fact_count,
        .signals = hall_procedure_signals,
        .signal_count = hall_procedure_signal_count,
    };
    f->inputs = (struct catalogue_inputs){
        .procedures = f->files.procedures,
        .procedure_count = f->files.procedure_count,
        .vocabulary = &f->vocabulary,
    };
    enum err err = catalogue_load(&f->file, f->files.catalogue.text, &f->inputs, &f->catalogue);
    assert_string_equal(yaml_errors_text(&f->file, &f->arena).data, "");
    assert_int_equal(ERR_OK, err);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}
