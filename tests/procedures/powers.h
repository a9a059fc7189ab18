/* Powers: what a hall needs before anything is decided. */
#pragma once

#include "hall.h"

/* The heads delegate to their approvers (`approver.UMB`, `approver.MSA`) what these decide. */
void powers_delegate(struct hall *hall);
