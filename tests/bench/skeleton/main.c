/* bench-skeleton gateway|writer|archive|count FOLDER [PORT] */
#include "skeleton.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void need_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, condition);
    abort();
}

/* Prints what the writer has committed, for who measures. */
static int count_main(const char *folder)
{
    struct bare_store store;
    MDB_txn *txn = NULL;
    MDB_envinfo info;
    bare_store_open(&store, folder, "writer");
    NEED(mdb_env_info(store.environment, &info) == 0);
    NEED(mdb_txn_begin(store.environment, NULL, MDB_RDONLY, &txn) == 0);
    printf("{\"commits\": %zu, \"events\": %" PRIu64 "}\n", info.me_last_txnid,
           bare_store_end(&store, txn));
    mdb_txn_abort(txn);
    mdb_env_close(store.environment);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    NEED(argc >= 3);
    (void)signal(SIGPIPE, SIG_IGN);
    if (strcmp(argv[1], "gateway") == 0) {
        NEED(argc == 4);
        return gateway_main(argv[2], (unsigned)strtoul(argv[3], NULL, 10));
    }
    if (strcmp(argv[1], "count") == 0) {
        return count_main(argv[2]);
    }
    return strcmp(argv[1], "writer") == 0 ? writer_main(argv[2]) : archive_main(argv[2]);
}
