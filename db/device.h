/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `gpupci --status --json` says on PCI functions of a host. */
#ifndef DB_DEVICE_H
#define DB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/store/db.h"

enum device_use {
	DEVICE_UNKNOWN, /* the host could not determine it */
	DEVICE_FREE,
	DEVICE_USED, /* by the host itself, not by a VM */
};

struct device {
	int64_t address; /* packed */
	bool is_missing; /* the host has no function there */
	enum device_use use;
	char *uses; /* what the host does with it, separated by commas; "" for nothing */
};

struct devices {
	struct device *list;
	size_t count;
};

#define _cleanup_devices_ _cleanup_(devices_release)

void devices_release(struct devices *devices);

/* The device at a packed address, or NULL. Owned by devices. */
const struct device *devices_find(const struct devices *devices, int64_t address);

/* As db_scan_parse(); the caller releases the devices. */
int db_devices_parse(struct db *db, const char *document, const char *host,
		     struct devices *ret_devices);

#endif
