/* What the two halves of the store share; nobody else includes this. */
#pragma once

#include "store/store.h"

#include <lmdb.h>

struct store {
    struct store_options options;
    struct store_table tables[STORE_TABLES_MAX];
    size_t table_count;
    MDB_env *environment;
    MDB_dbi handles[STORE_TABLES_MAX];
    int lock;
};

struct store_txn {
    struct store *store;
    MDB_txn *handle;
    enum err err;
    bool is_write;
};

/* The one place where LMDB's codes become ours. */
enum err store_translate(int code);
