#include "notification_service.h"

#include "service/host.h"

int main(int argc, char **argv)
{
    return service_main(&notification_service, argc, argv);
}
