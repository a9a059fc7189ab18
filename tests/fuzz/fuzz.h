/* What every target offers, to libFuzzer and to the replay driver (replay.c), and what targets
 * share.
 *
 * A target takes any bytes. It must not crash, hang or leak, and what it decodes must keep the
 * promises of its decoder: a broken one ends the process (CHECK). One thread. */
#pragma once

#include "base/arena.h"
#include "wire/errors.h"

/* Runs one input; always 0. The name is libFuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the first line off `input`, without its end; *ret_rest is what follows it. */
struct text fuzz_first_line(struct bytes input, struct bytes *ret_rest);

/* The message of that name; for any other text some message, so that a mutated name finds one.
 * Every message that travels or is kept is among them. */
const struct wire_message *fuzz_message(struct text name);

/* The message of exactly that name, NULL when there is none. */
const struct wire_message *fuzz_message_named(struct text name);

/* A refusal must say something, and in texts that can be put into JSON (CHECK). */
void fuzz_check_errors(const struct wire_errors *errors);
