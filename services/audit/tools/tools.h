/* The auditor's commands: they look at the record from outside, beside running services; main.c
 * says what each does.
 *
 * Each takes the place of `main` and returns the exit code: 0 all is well, 1 something is wrong and
 * was named, 2 it could not be looked at. */
#pragma once

enum tool_exit { TOOL_OK = 0, TOOL_FOUND = 1, TOOL_FAILED = 2 };

int verify_main(int argc, char **argv);
int rebuild_main(int argc, char **argv);
int money_main(int argc, char **argv);
int witness_main(int argc, char **argv);
int reference_main(int argc, char **argv);
