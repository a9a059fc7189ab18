/* sd_notify(3): one datagram to the socket that the service manager named, no library needed. */
#include "service/host_internal.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WATCHDOG_EVERY_MS = 1000 };

void notify_open(struct notifier *notifier)
{
    const char *path = getenv("NOTIFY_SOCKET");
    *notifier = (struct notifier){.descriptor = -1, .address = {.sun_family = AF_UNIX}};
    if (path == NULL || (path[0] != '/' && path[0] != '@') ||
        strlen(path) >= sizeof notifier->address.sun_path) {
        return;
    }
    memcpy(notifier->address.sun_path, path, strlen(path));
    if (path[0] == '@') {
        notifier->address.sun_path[0] = '\0'; /* an abstract name */
    }
    notifier->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    notifier->descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void notify_close(struct notifier *notifier)
{
    if (notifier->descriptor >= 0) {
        close(notifier->descriptor);
        notifier->descriptor = -1;
    }
}

void notify_manager(const struct notifier *notifier, const char *state)
{
    if (notifier->descriptor >= 0) {
        /* A manager that does not listen must not stop the service. */
        (void)sendto(notifier->descriptor, state, strlen(state), MSG_NOSIGNAL,
                     (const struct sockaddr *)&notifier->address, notifier->address_size);
    }
}

void notify_alive(struct notifier *notifier, int64_t boot_ms)
{
    if (boot_ms - notifier->alive_ms >= WATCHDOG_EVERY_MS) {
        notifier->alive_ms = boot_ms;
        notify_manager(notifier, "WATCHDOG=1");
    }
}
