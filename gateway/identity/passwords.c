#include "identity/passwords.h"

#include "base/check.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* OWASP's least setting for Argon2id: 19 MiB, two passes. */
enum { JOBS_MAX = 32, MEMORY_BYTES = 19 * 1024 * 1024, PASSES = 2 };

_Static_assert((int)VERIFIER_BYTES >= (int)crypto_pwhash_STRBYTES, "a verifier fits");

struct job {
    struct password_outcome outcome;
    char password[PASSWORD_BYTES_MAX + 1];
    size_t password_size;
    bool makes;
};

struct passwords {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t bell;
    struct job jobs[JOBS_MAX]; /* a ring: done, waiting */
    size_t first;              /* the oldest that was not taken back */
    size_t done;               /* how many behind it are done */
    size_t count;
    bool ends;
    int descriptor;
};

static void job_do(struct job *job)
{
    static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if (job->makes) {
        CHECK(crypto_pwhash_str(job->outcome.verifier, job->password, job->password_size, PASSES,
                                MEMORY_BYTES) == 0);
    } else {
        bool is_somebody = job->outcome.verifier[0] != '\0';
        bool matches = crypto_pwhash_str_verify(is_somebody ? job->outcome.verifier : nobody,
                                                job->password, job->password_size) == 0;
        job->outcome.matches = is_somebody && matches;
    }
    sodium_memzero(job->password, sizeof job->password);
}

static void *passwords_run(void *context)
{
    struct passwords *passwords = context;
    const uint64_t one = 1;
    pthread_mutex_lock(&passwords->lock);
    while (!passwords->ends) {
        if (passwords->done == passwords->count) {
            pthread_cond_wait(&passwords->bell, &passwords->lock);
            continue;
        }
        struct job *job = &passwords->jobs[(passwords->first + passwords->done) % JOBS_MAX];
        pthread_mutex_unlock(&passwords->lock);
        job_do(job);
        pthread_mutex_lock(&passwords->lock);
        passwords->done++;
        ssize_t written = write(passwords->descriptor, &one, sizeof one);
        (void)written; /* full means rung */
    }
    pthread_mutex_unlock(&passwords->lock);
    return NULL;
}

struct passwords *passwords_open(void)
{
    struct passwords *passwords = calloc(1, sizeof *passwords);
    CHECK(passwords != NULL);
    passwords->descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK(passwords->descriptor >= 0);
    pthread_mutex_init(&passwords->lock, NULL);
    pthread_cond_init(&passwords->bell, NULL);
    CHECK(pthread_create(&passwords->thread, NULL, passwords_run, passwords) == 0);
    return passwords;
}

void passwords_close(struct passwords **passwords)
{
    struct passwords *closing = *passwords;
    *passwords = NULL;
    if (closing == NULL) {
        return;
    }
    pthread_mutex_lock(&closing->lock);
    closing->ends = true;
    pthread_cond_signal(&closing->bell);
    pthread_mutex_unlock(&closing->lock);
    (void)pthread_join(closing->thread, NULL);
    close(closing->descriptor);
    pthread_cond_destroy(&closing->bell);
    pthread_mutex_destroy(&closing->lock);
    sodium_memzero(closing->jobs, sizeof closing->jobs);
    free(closing);
}

static bool job_add(struct passwords *passwords, const struct job *job)
{
    pthread_mutex_lock(&passwords->lock);
    bool fits = passwords->count < JOBS_MAX;
    if (fits) {
        passwords->jobs[(passwords->first + passwords->count) % JOBS_MAX] = *job;
        passwords->count++;
        pthread_cond_signal(&passwords->bell);
    }
    pthread_mutex_unlock(&passwords->lock);
    return fits;
}

static struct job job_of(struct text password, void *work)
{
    struct job job = {.outcome.work = work};
    job.password_size = password.size < PASSWORD_BYTES_MAX ? password.size : PASSWORD_BYTES_MAX;
    memcpy(job.password, password.data, job.password_size);
    return job;
}

bool passwords_check(struct passwords *passwords, struct text password, struct text verifier,
                     void *work)
{
    struct job job = job_of(password, work);
    if (verifier.size > 0 && verifier.size <= VERIFIER_BYTES) {
        memcpy(job.outcome.verifier, verifier.data, verifier.size);
    }
    bool added = job_add(passwords, &job);
    sodium_memzero(&job, sizeof job);
    return added;
}

bool passwords_make(struct passwords *passwords, struct text password, void *work)
{
    struct job job = job_of(password, work);
    job.makes = true;
    bool added = job_add(passwords, &job);
    sodium_memzero(&job, sizeof job);
    return added;
}

int passwords_descriptor(const struct passwords *passwords)
{
    return passwords->descriptor;
}

bool passwords_take(struct passwords *passwords, struct password_outcome *ret_outcome)
{
    uint64_t rings = 0;
    pthread_mutex_lock(&passwords->lock);
    bool found = passwords->done > 0;
    if (found) {
        *ret_outcome = passwords->jobs[passwords->first].outcome;
        passwords->first = (passwords->first + 1) % JOBS_MAX;
        passwords->done--;
        passwords->count--;
    } else {
        ssize_t got = read(passwords->descriptor, &rings, sizeof rings);
        (void)got;
    }
    pthread_mutex_unlock(&passwords->lock);
    return found;
}
