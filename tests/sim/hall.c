#include "hall.h"

#include "base/file.h"
#include "bus.h"
#include "checks.h"
#include "host.h"
#include "load.h"
#include "seams.h"

#include "approval/approval_service.h"
#include "audit/audit_service.h"
#include "fee/fee_service.h"
#include "identity/identity.h"
#include "intake/intake_service.h"
#include "notification/notification_service.h"

#include <stdio.h>

static const struct service *const services[] = {
    &intake_service,       &approval_service, &fee_service,
    &notification_service, &audit_service,    &gateway_service,
};

void hall_register_open(struct world *world, const char *name)
{
    static const char entry[] = "{\"91320000MA1MTESTX0\": {\"reference\": \"entry 1\"}}";
    char path[256];
    struct reason reason = {""};
    (void)snprintf(path, sizeof path, "%s/registers", world->folder);
    if (folder_make(path, &reason) == ERR_OK) {
        (void)snprintf(path, sizeof path, "%s/registers/%s.json", world->folder, name);
        (void)file_replace(path, bytes_of(entry, sizeof entry - 1), 0600, &reason);
    }
    if (reason.text[0] != '\0') {
        world_fail(world, "start", "%s", reason.text);
    }
}

void hall_open(struct world *world)
{
    seams_begin(world);
    arena_init(&world->arena);
    hall_rules_read(world);
    hall_register_open(world, "businesses");
    world->bus = bus_open();
    world->checks = checks_open();
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        world->hosts[i] = host_make(world, services[i], i);
        world->host_count++;
    }
    for (size_t i = 0; i < world->host_count; i++) {
        host_start(world, world->hosts[i]);
    }
    world->load = load_open(world);
    if (!load_catalogue(world)) {
        world_fail(world, "start", "the first catalogue cannot be published");
    }
}

void hall_close(struct world *world)
{
    for (size_t i = 0; i < world->host_count; i++) {
        host_free(&world->hosts[i]);
    }
    load_close(&world->load);
    checks_close(&world->checks);
    bus_close(&world->bus);
    arena_free(&world->arena);
    world->rules = NULL;
    seams_begin(NULL);
}
