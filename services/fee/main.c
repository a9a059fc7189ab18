#include "fee_service.h"

#include "service/host.h"

int main(int argc, char **argv)
{
    return service_main(&fee_service, argc, argv);
}
