#include "approval_service.h"

#include "service/host.h"

int main(int argc, char **argv)
{
    return service_main(&approval_service, argc, argv);
}
