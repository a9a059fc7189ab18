#include "cosigner.h"

#include "base/check.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/logline.h"
#include "base/time_source.h"
#include "service/host.h"
#include "transparency/witness.h"
#include "web/web.h"

#include <stdlib.h>
#include <string.h>

enum { REST_MS = 5000, ANSWER_BYTES_MAX = NOTE_BYTES_MAX, CALL_MS = 3000 };

/* What is known of a witness of the policy. */
struct counterpart {
    bool is_asked;      /* it has said what it knows */
    uint64_t size;      /* that it knows */
    uint64_t signed_at; /* size of the checkpoint whose signature `line` is */
    struct text line;   /* its signature, NUL-terminated memory of its own */
    int64_t rests_until_ms;
    bool is_away; /* that it is stands in the log */
};

struct cosigner {
    struct arena arena; /* of the policy */
    struct policy policy;
    struct signer *signer;
    struct counterpart counterparts[POLICY_NODES_MAX];
    const char *authorities;
    bool loopback;
};

/* -- opening -------------------------------------------------------------------------------- */

static enum err policy_load(struct cosigner *cosigner, const char *path, struct reason *reason)
{
    struct bytes bytes;
    enum err err = file_read(path, POLICY_BYTES_MAX, &cosigner->arena, &bytes, reason);
    if (err == ERR_OK) {
        err = policy_read(bytes_text(bytes), &cosigner->arena, &cosigner->policy, reason);
        if (err != ERR_OK) {
            reason_prefix(reason, "%s", path);
        }
    }
    for (size_t i = 0; err == ERR_OK && i < cosigner->policy.node_count; i++) {
        const struct policy_node *node = &cosigner->policy.nodes[i];
        if (!node->is_group && text_is_empty(node->url)) {
            err = reason_set(reason, ERR_INVALID, "%s: the witness %.*s has no address", path,
                             TEXT_PRINT(node->name));
        }
    }
    return err;
}

enum err cosigner_open(const struct options *options, struct signer *signer,
                       struct cosigner **ret_cosigner, struct reason *reason)
{
    const char *path = options_text(options, "witnesses");
    struct cosigner *cosigner = calloc(1, sizeof *cosigner);
    CHECK(cosigner != NULL);
    web_start();
    arena_init(&cosigner->arena);
    cosigner->signer = signer;
    cosigner->authorities = options_text(options, "witness-authorities");
    cosigner->loopback = options_flag(options, "witness-loopback");
    enum err err = path == NULL ? ERR_OK : policy_load(cosigner, path, reason);
    if (err != ERR_OK) {
        cosigner_close(&cosigner);
        return err;
    }
    if (cosigner->policy.node_count > 0) {
        signer_wait_for_witnesses(signer);
    }
    *ret_cosigner = cosigner;
    return ERR_OK;
}

void cosigner_close(struct cosigner **cosigner)
{
    struct cosigner *closing = *cosigner;
    *cosigner = NULL;
    if (closing == NULL) {
        return;
    }
    for (size_t i = 0; i < POLICY_NODES_MAX; i++) {
        free((void *)(uintptr_t)closing->counterparts[i].line.data);
    }
    arena_free(&closing->arena);
    web_end();
    free(closing);
}

static int64_t boot_ms(void)
{
    return monotonic_ns() / 1000000;
}

/* -- calls ---------------------------------------------------------------------------------- */

static bool is_ending(void *context)
{
    return worker_is_ending(context);
}

/* Calls a witness; one that does not answer is left alone for a while. */
static struct web_answer witness_call(struct cosigner *cosigner, struct worker *worker,
                                      size_t index, struct text path, struct text body)
{
    const struct policy_node *node = &cosigner->policy.nodes[index];
    struct counterpart *counterpart = &cosigner->counterparts[index];
    struct web_call call = {
        .url =
            arena_print(worker->arena, "%.*s/%.*s", TEXT_PRINT(node->url), TEXT_PRINT(path)).data,
        .body = body,
        .headers = {"Content-Type: text/plain; charset=utf-8"},
        .authorities = cosigner->authorities,
        .timeout_ms = CALL_MS,
        .answer_bytes_max = ANSWER_BYTES_MAX,
        .flags = cosigner->loopback ? WEB_LOOPBACK : 0,
        .is_ending = is_ending,
        .context = worker,
    };
    struct web_answer answer = web_fetch(&call, worker->arena);
    if (answer.status == 0 || answer.status >= 500) {
        counterpart->rests_until_ms = boot_ms() + REST_MS;
        if (!counterpart->is_away && !worker_is_ending(worker)) {
            LOG_WARNING(worker->logger, "witness.away", log_view("witness", node->name),
                        log_string("reason", answer.status == 0 ? answer.why : "it fails"));
        }
        counterpart->is_away = true;
    } else if (counterpart->is_away) {
        counterpart->is_away = false;
        LOG_INFO(worker->logger, "witness.back", log_view("witness", node->name));
    }
    return answer;
}

/* -- what a witness knows ------------------------------------------------------------------- */

/* True when the store has what a witness knows; the snapshot is let go. */
static bool is_contained(struct worker *worker, const struct merkle_head *head)
{
    struct hasher hasher;
    struct hash root;
    struct tree *tree = arena_take(worker->arena, sizeof *tree);
    if (!worker_look(worker)) {
        return true; /* nobody can tell now; the next look will */
    }
    hasher_init(&hasher);
    uint64_t size = log_end(worker->state->txn, TABLE_RECORD).seq;
    tree_open(tree, worker->state->txn, &hasher, head->size);
    bool is_contained = head->size <= size && merkle_root(&tree->subtrees, head->size, &root) &&
                        hash_equal(&root, &head->root);
    worker_done(worker);
    hasher_free(&hasher);
    return is_contained;
}

/* Reads the checkpoint that a witness knows. What this hall did not sign counts for nothing. */
static enum err known_take(struct cosigner *cosigner, struct worker *worker, size_t index,
                           struct text note)
{
    struct counterpart *counterpart = &cosigner->counterparts[index];
    struct checkpoint checkpoint;
    if (!signer_opens(cosigner->signer, note, worker->arena, &checkpoint)) {
        return ERR_OK;
    }
    if (!is_contained(worker, &checkpoint.head)) {
        LOG_ERROR(worker->logger, "log.witness_knows_another",
                  log_view("witness", cosigner->policy.nodes[index].name),
                  log_number("its_size", (int64_t)checkpoint.head.size),
                  log_string("do", "this store is an older copy, or another one: put the newest "
                                   "one back, or recover it from a mirror"));
        return ERR_DIVERGED;
    }
    counterpart->size = checkpoint.head.size;
    return ERR_OK;
}

static enum err known_ask(struct cosigner *cosigner, struct worker *worker, size_t index)
{
    struct text origin = signer_origin(cosigner->signer);
    struct text nothing = {0};
    struct web_answer answer =
        witness_call(cosigner, worker, index, witness_known_path(origin, worker->arena), nothing);
    cosigner->counterparts[index].is_asked = answer.status != 0 && answer.status < 500;
    return answer.status == 200 ? known_take(cosigner, worker, index, answer.body) : ERR_OK;
}

/* -- signatures ----------------------------------------------------------------------------- */

/* Keeps the signature among the lines of an answer that is this witness's and holds. */
static bool signature_take(struct cosigner *cosigner, size_t index, struct text note, uint64_t size,
                           struct text lines, struct arena *arena)
{
    struct counterpart *counterpart = &cosigner->counterparts[index];
    const struct note_verifier *verifier = &cosigner->policy.nodes[index].verifier;
    struct note *read = arena_take(arena, sizeof *read);
    while (lines.size > 0) {
        struct text line = text_split(lines, '\n', &lines);
        struct text whole = arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(note), TEXT_PRINT(line));
        if (note_read(whole, arena, read) && note_verify(read, verifier, NULL) == NOTE_SIGNED) {
            free((void *)(uintptr_t)counterpart->line.data);
            counterpart->line =
                (struct text){.data = strndup(line.data, line.size), .size = line.size};
            CHECK(counterpart->line.data != NULL);
            counterpart->signed_at = size;
            counterpart->size = size;
            return true;
        }
    }
    return false;
}

/* The request for the newest checkpoint, from what the witness knows. */
static bool request_make(struct cosigner *cosigner, struct worker *worker, size_t index,
                         struct text note, uint64_t size, struct text *ret_request)
{
    struct hasher hasher;
    struct tree *tree = arena_take(worker->arena, sizeof *tree);
    struct witness_request *request = arena_take(worker->arena, sizeof *request);
    *request = (struct witness_request){.old_size = cosigner->counterparts[index].size,
                                        .checkpoint = note};
    if (!worker_look(worker)) {
        return false;
    }
    hasher_init(&hasher);
    tree_open(tree, worker->state->txn, &hasher, size);
    bool is_made = request->old_size <= size &&
                   merkle_consistency(&tree->subtrees, request->old_size, size, &request->proof);
    worker_done(worker);
    hasher_free(&hasher);
    *ret_request = witness_request_text(request, worker->arena);
    return is_made;
}

static void refusal_tell(struct cosigner *cosigner, struct worker *worker, size_t index, int status)
{
    struct counterpart *counterpart = &cosigner->counterparts[index];
    counterpart->rests_until_ms = boot_ms() + REST_MS;
    LOG_ERROR(worker->logger, "witness.refuses",
              log_view("witness", cosigner->policy.nodes[index].name),
              log_number("status", status));
}

static enum err signature_ask(struct cosigner *cosigner, struct worker *worker, size_t index,
                              struct text note, uint64_t size)
{
    struct counterpart *counterpart = &cosigner->counterparts[index];
    struct text request;
    uint64_t known = 0;
    struct text rest;
    if (!request_make(cosigner, worker, index, note, size, &request)) {
        return ERR_OK;
    }
    struct web_answer answer =
        witness_call(cosigner, worker, index, TEXT_LITERAL("add-checkpoint"), request);
    if (answer.status == 200 &&
        signature_take(cosigner, index, note, size, answer.body, worker->arena)) {
        return ERR_OK;
    }
    if (answer.status == 409 && decimal_decode(text_split(answer.body, '\n', &rest), &known)) {
        counterpart->size = known <= size ? known : counterpart->size;
        return known_ask(cosigner, worker, index);
    }
    if (answer.status != 0 && answer.status < 500) {
        refusal_tell(cosigner, worker, index, answer.status);
    }
    return ERR_OK;
}

/* Shows the checkpoint with the signatures that it has, once they are enough. */
static void signatures_show(struct cosigner *cosigner, struct text note, uint64_t size,
                            struct arena *arena)
{
    bool signed_by[POLICY_NODES_MAX] = {false};
    struct text whole = note;
    for (size_t i = 0; i < cosigner->policy.node_count; i++) {
        const struct counterpart *counterpart = &cosigner->counterparts[i];
        signed_by[i] = counterpart->line.size > 0 && counterpart->signed_at == size;
        if (signed_by[i]) {
            whole =
                arena_print(arena, "%.*s%.*s\n", TEXT_PRINT(whole), TEXT_PRINT(counterpart->line));
        }
    }
    if (policy_is_met(&cosigner->policy, signed_by)) {
        signer_show_cosigned(cosigner->signer, whole, size);
    }
}

/* -- looking -------------------------------------------------------------------------------- */

static enum err witness_look(struct cosigner *cosigner, struct worker *worker, size_t index,
                             struct text note, uint64_t size)
{
    struct counterpart *counterpart = &cosigner->counterparts[index];
    enum err err = ERR_OK;
    if (cosigner->policy.nodes[index].is_group || boot_ms() < counterpart->rests_until_ms) {
        return ERR_OK;
    }
    if (!counterpart->is_asked) {
        err = known_ask(cosigner, worker, index);
    }
    bool wants =
        counterpart->is_asked && (counterpart->line.size == 0 || counterpart->signed_at != size);
    return err == ERR_OK && wants ? signature_ask(cosigner, worker, index, note, size) : err;
}

enum err cosigner_look(struct cosigner *cosigner, struct worker *worker)
{
    uint64_t size;
    struct text note = signer_newest(cosigner->signer, worker->arena, &size);
    enum err err = ERR_OK;
    if (cosigner->policy.node_count == 0) {
        return ERR_OK;
    }
    for (size_t i = 0; err == ERR_OK && i < cosigner->policy.node_count; i++) {
        err = witness_look(cosigner, worker, i, note, size);
    }
    if (err == ERR_OK) {
        signer_go_on(cosigner->signer);
        signatures_show(cosigner, note, size, worker->arena);
    }
    return err;
}
