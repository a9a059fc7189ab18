#include "audit_service.h"
#include "tools/tools.h"

#include "service/host.h"

#include <stdio.h>
#include <string.h>

/* The auditor's own commands look at records from outside; everything else is the service. */
struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *doc;
};

static const struct command commands[] = {
    {"verify", verify_main, "holds the record against itself and every service's own log"},
    {"replay", rebuild_main, "rebuilds every service from the record and compares"},
    {"money", money_main, "adds up the books of a day from the record and proves them"},
    {"mirror", mirror_main, "copies the public log into a folder, all of it proved"},
    {"follow", follow_main, "tells the public log as it grows, all of it proved"},
    {"export", export_main, "prints events as CloudEvents"},
    {"case", story_main, "tells the whole story of a case"},
    {"rules", rules_main, "runs the rules of supervision over a past period again"},
    {"diff", diff_main, "holds two records against each other"},
    {"check-receipt", check_receipt_main, "proves what a filer keeps, off line"},
    {"witness", witness_main, "stands witness for logs: signs what grew from what it knows"},
    {"reference", reference_main, "prints what events hold, from the tables that wrote them"},
};
static const size_t command_count = sizeof commands / sizeof commands[0];

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static void commands_print(void)
{
    printf("\nThe auditor's commands (each has --help):\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("  %-14s %s\n", commands[i].name, commands[i].doc);
    }
}

int main(int argc, char **argv)
{
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
    if (command != NULL) {
        return command->run(argc - 1, argv + 1);
    }
    int code = service_main(&audit_service, argc, argv);
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        commands_print();
    }
    return code;
}
