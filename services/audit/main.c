#include "audit_service.h"
#include "tools.h"

#include "service/host.h"

#include <string.h>

/* The auditor's own commands look at stores from outside; everything else is the service. */
int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "verify") == 0) {
        return verify_main(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "replay") == 0) {
        return rebuild_main(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "money") == 0) {
        return money_main(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "reference") == 0) {
        return reference_main(argc - 1, argv + 1);
    }
    return service_main(&audit_service, argc, argv);
}
