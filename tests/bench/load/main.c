/* bench-cases PLAN: walks the plan's rounds, many at once, and prints what came of it as JSON.
 *
 * With several steps that keep something, the last thing kept by every round is listed in `kept`.
 */
#include "lane.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

enum { TRIES_MAX = 2000, RETRY_NS = 3000000, LOOK_MS = 3, EVENTS_MAX = 256 };

struct load {
    const struct plan *plan;
    int epoll;
    struct lane *lanes;
    size_t next_round;
    size_t busy;
    size_t done;
    size_t failed;
    uint64_t requests;
    uint64_t retries;
    int64_t *round_ns; /* of those done */
    char (*kept)[KEPT_BYTES_MAX];
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "bench-cases: %s\n", what);
    exit(EXIT_FAILURE);
}

static void step_send(struct load *load, struct lane *lane)
{
    load->requests++;
    if (!lane_send(lane)) {
        fail("a request cannot be sent");
    }
}

/* Gives a lane its next round, if one is left. */
static void round_begin(struct load *load, struct lane *lane)
{
    if (load->next_round == load->plan->rounds) {
        load->busy--;
        return;
    }
    lane_begin(lane, load->next_round++);
    lane->round_began_ns = now_ns();
    step_send(load, lane);
}

static void step_done(struct load *load, struct lane *lane)
{
    lane->step++;
    lane->tries = 0;
    if (lane->step < load->plan->step_count) {
        step_send(load, lane);
        return;
    }
    memcpy(load->kept[lane->round], lane->kept, KEPT_BYTES_MAX);
    load->round_ns[load->done++] = now_ns() - lane->round_began_ns;
    round_begin(load, lane);
}

static void news_take(struct load *load, struct lane *lane)
{
    enum lane_news news = lane_receive(lane);
    if (news == LANE_REFUSED && ++lane->tries < TRIES_MAX) {
        lane->wake_ns = now_ns() + RETRY_NS;
        load->retries++;
    } else if (news == LANE_GOES_ON) {
        step_done(load, lane);
    } else if (news == LANE_FAILED || news == LANE_REFUSED) {
        load->failed++;
        round_begin(load, lane);
    } else if (news == LANE_LOST) {
        fail("the gateway closed a connection");
    }
}

static void lanes_wake(struct load *load)
{
    int64_t now = now_ns();
    for (size_t i = 0; i < load->plan->lanes; i++) {
        struct lane *lane = &load->lanes[i];
        if (lane->wake_ns != 0 && lane->wake_ns <= now) {
            step_send(load, lane);
        }
    }
}

static void lanes_open(struct load *load)
{
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    load->lanes = calloc(load->plan->lanes, sizeof *load->lanes);
    load->round_ns = calloc(load->plan->rounds, sizeof *load->round_ns);
    load->kept = calloc(load->plan->rounds, sizeof *load->kept);
    if (load->lanes == NULL || load->round_ns == NULL || load->kept == NULL) {
        fail("out of memory");
    }
    for (size_t i = 0; i < load->plan->lanes; i++) {
        struct lane *lane = &load->lanes[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = lane};
        if (!lane_open(lane, load->plan, i) ||
            epoll_ctl(load->epoll, EPOLL_CTL_ADD, lane->socket, &event) != 0) {
            fail("cannot connect to the gateway");
        }
    }
}

static void rounds_run(struct load *load)
{
    load->busy = load->plan->lanes;
    for (size_t i = 0; i < load->plan->lanes; i++) {
        round_begin(load, &load->lanes[i]);
    }
    while (load->busy > 0) {
        struct epoll_event events[EVENTS_MAX];
        int count = epoll_wait(load->epoll, events, EVENTS_MAX, LOOK_MS);
        for (int i = 0; i < count; i++) {
            news_take(load, events[i].data.ptr);
        }
        lanes_wake(load);
    }
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

/* The time that `percent` of the rounds took at most, in microseconds. */
static int64_t percentile_us(const struct load *load, size_t percent)
{
    size_t place = load->done * percent / 100;
    return load->done == 0 ? 0 : load->round_ns[place < load->done ? place : load->done - 1] / 1000;
}

static void result_print(struct load *load, int64_t took_ns)
{
    struct rusage used;
    (void)getrusage(RUSAGE_SELF, &used);
    int64_t cpu_us = (int64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                     used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    qsort(load->round_ns, load->done, sizeof *load->round_ns, compare);
    printf("{\"took_us\": %" PRId64 ", \"cpu_us\": %" PRId64
           ", \"done\": %zu, \"failed\": %zu, \"requests\": %" PRIu64 ", \"retries\": %" PRIu64
           ", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64 ", \"kept\": [",
           took_ns / 1000, cpu_us, load->done, load->failed, load->requests, load->retries,
           percentile_us(load, 50), percentile_us(load, 99));
    for (size_t i = 0; i < load->plan->rounds; i++) {
        printf("%s\"%s\"", i == 0 ? "" : ", ", load->kept[i]);
    }
    puts("]}");
}

int main(int argc, char **argv)
{
    struct load load = {0};
    if (argc != 2) {
        fail("usage: bench-cases PLAN");
    }
    load.plan = plan_read(argv[1]);
    lanes_open(&load);
    int64_t start_ns = now_ns();
    rounds_run(&load);
    result_print(&load, now_ns() - start_ns);
    return load.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
