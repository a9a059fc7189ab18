/* The auditor's commands: they look at a data folder from outside, beside running services.
 *
 *   glasshall-audit verify     holds the record against itself and against every service's own log
 *   glasshall-audit replay     rebuilds every service from the record and compares what it holds
 *   glasshall-audit money      adds up the books of a day from the record and proves them
 *   glasshall-audit reference  prints what events hold, from the tables that wrote them
 *
 * Each takes the place of `main` and returns the exit code: 0 all is well, 1 something is wrong and
 * was named, 2 it could not be looked at. */
#pragma once

enum tool_exit { TOOL_OK = 0, TOOL_FOUND = 1, TOOL_FAILED = 2 };

int verify_main(int argc, char **argv);
int rebuild_main(int argc, char **argv);
int money_main(int argc, char **argv);
int reference_main(int argc, char **argv);
