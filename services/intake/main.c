#include "intake_service.h"

#include "service/host.h"

int main(int argc, char **argv)
{
    return service_main(&intake_service, argc, argv);
}
