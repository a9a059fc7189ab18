/* bench-scan STORE TABLE: reads every value of a table of a store in order and takes the SHA-256 of
 * each: the bound of whatever has to look at a log. Prints entries, bytes and nanoseconds. */
#include <inttypes.h>
#include <lmdb.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { TABLES_MAX = 49 };
static const size_t MAP_BYTES = (size_t)256 << 30;

struct scan {
    uint64_t entries;
    uint64_t bytes;
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void need(int code, const char *what)
{
    if (code != 0) {
        fprintf(stderr, "bench-scan: %s: %s\n", what, mdb_strerror(code));
        exit(EXIT_FAILURE);
    }
}

/* Each entry is hashed by itself, as a chain does. */
static struct scan table_scan(MDB_txn *txn, const char *table)
{
    MDB_dbi handle = 0;
    MDB_cursor *cursor = NULL;
    MDB_val key;
    MDB_val value;
    struct scan scan = {0};
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    need(mdb_dbi_open(txn, table, 0, &handle), table);
    need(mdb_cursor_open(txn, handle, &cursor), table);
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
        scan.entries++;
        scan.bytes += value.mv_size;
        if (EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1 ||
            EVP_DigestUpdate(hash, value.mv_data, value.mv_size) != 1 ||
            EVP_DigestFinal_ex(hash, digest, NULL) != 1) {
            abort();
        }
    }
    mdb_cursor_close(cursor);
    EVP_MD_CTX_free(hash);
    return scan;
}

int main(int argc, char **argv)
{
    MDB_env *environment = NULL;
    MDB_txn *txn = NULL;
    if (argc != 3) {
        fprintf(stderr, "usage: bench-scan STORE TABLE\n");
        return EXIT_FAILURE;
    }
    need(mdb_env_create(&environment), "create");
    need(mdb_env_set_maxdbs(environment, TABLES_MAX), "tables");
    need(mdb_env_set_mapsize(environment, MAP_BYTES), "map");
    need(mdb_env_open(environment, argv[1], MDB_NOSUBDIR | MDB_NOTLS | MDB_RDONLY, 0600), argv[1]);
    need(mdb_txn_begin(environment, NULL, MDB_RDONLY, &txn), "begin");
    int64_t start_ns = now_ns();
    struct scan scan = table_scan(txn, argv[2]);
    printf("{\"entries\": %" PRIu64 ", \"bytes\": %" PRIu64 ", \"ns\": %" PRId64 "}\n",
           scan.entries, scan.bytes, now_ns() - start_ns);
    mdb_txn_abort(txn);
    mdb_env_close(environment);
    return EXIT_SUCCESS;
}
