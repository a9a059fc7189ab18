/* How an event is told to people. Any thread. */
#pragma once

#include "events/cloud_event.h"

#include "base/datetime.h"

/* A text that is safe on a terminal: control characters are question marks. */
struct text told_text(struct text text, struct arena *arena);

/* A moment in the zone: `2026-03-02 09:00:00`. */
struct text told_time(int64_t time_ms, struct zone zone, struct arena *arena);

/* Who acted: kind, role, department, badge; never a personal value. */
struct text told_actor(const struct event_actor *actor, struct arena *arena);

/* What happened, in a sentence: the line of documentation of its type. */
struct text told_title(const struct hall_event *event);
