/* The cosigner: asks the witnesses of the policy to sign each checkpoint (C2SP tlog-witness).
 *
 * A witness is another body's (`glasshall-audit witness`, or any program of that protocol). What it
 * signed shows that the hall told everybody the same history. Before anything is signed after a
 * start each witness is asked once for what it knows: a checkpoint that this hall signed and that
 * its store does not contain means that an older copy was put back, memory of the signer and all;
 * the process then ends and nothing more is signed.
 *
 * Everything here is the cosigner's own thread's. */
#pragma once

#include "signer.h"

struct worker;
struct cosigner;

/* Reads the policy; without one there is nobody to ask. */
enum err cosigner_open(const struct options *options, struct signer *signer,
                       struct cosigner **ret_cosigner, struct reason *reason);
void cosigner_close(struct cosigner **cosigner);

/* Asks whoever has not signed the newest checkpoint. ERR_DIVERGED as above. */
enum err cosigner_look(struct cosigner *cosigner, struct worker *worker);
