/* What the gateway learns of actions: which service did each of them last. One thread. */
#pragma once

struct hints;

struct hints *hints_open(void);
void hints_close(struct hints **hints);
