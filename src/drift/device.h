/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that are passed by their address: who passes, claims, has and uses them. */
#ifndef SRC_DRIFT_DEVICE_H
#define SRC_DRIFT_DEVICE_H

#include "lib/pci-address.h"
#include "src/drift/row.h"

/* What attributes of a VM pass on its container. */
struct drift_passed {
	int64_t host; /* the container's id */
	int64_t address;
	char text[PCI_ADDRESS_SIZE];
	char *vm, *attribute;
};

struct drift_claim {
	int64_t host, vm_id, address;
	char text[PCI_ADDRESS_SIZE];
	char *vm, *uuid;
	bool moves;
};

struct drift_devices {
	struct drift_passed *passed;
	size_t passed_count;
	struct drift_claim *claims;
	size_t claim_count;
};

#define _cleanup_drift_devices_ _cleanup_(drift_devices_release)

void drift_devices_release(struct drift_devices *devices);

/* Of these containers. ROCKS_DONE, or after printing an error. */
int drift_devices_load(const struct context *context, const struct host_set *hosts,
		       struct drift_devices *ret_devices);

/*
 * What is asked on a host: the document of gpupci, and, after a line with \036, what uses
 * these devices there.
 */
void drift_devices_command(const struct drift_devices *devices, struct strbuf *command);

/* The document of gpupci in the answer; NULL when memory ran out. */
char *drift_document(const char *answer);

/*
 * Adds the rows of a host. 0, 1 after printing what could not be looked at, or -errno; text
 * is what was printed there of the devices, NULL when nothing was.
 */
int drift_check_devices(struct drift *drift, const char *text);

/*
 * Adds a row for each address that a VM's domain is given, and that its XML passes besides its
 * cards, and that nobody claims; all are lists as above. 0 or -errno.
 */
int drift_check_unclaimed(struct drift *drift, const struct drift_vm *vm,
			  const char *given, const char *cards, const char *due);

#endif
