/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices passed by address: who passes, claims, has and uses them. */
#ifndef SRC_DRIFT_DEVICE_H
#define SRC_DRIFT_DEVICE_H

#include "lib/pci-address.h"
#include "src/drift/row.h"

/* A device that an attribute of a VM passes on its container. */
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

void drift_devices_release(struct drift_devices *devices);

/*
 * Reads them for these containers. ROCKS_DONE, or an exit status after printing an error;
 * the caller releases the devices.
 */
int drift_devices_load(const struct context *context, const struct host_set *hosts,
		       struct drift_devices *ret_devices);

/*
 * Appends the command for a host: it prints gpupci's document and, after a line of \036,
 * what uses these devices there.
 */
void drift_devices_command(const struct drift_devices *devices, struct strbuf *command);

/*
 * A copy of gpupci's document in the answer, which the caller frees; NULL if out of
 * memory.
 */
char *drift_document(const char *answer);

/*
 * Adds the rows of a host; text is what it printed on the devices, or NULL. 0, 1 after
 * printing what could not be checked, or -errno.
 */
int drift_check_devices(struct drift *drift, const char *text);

/*
 * Adds a row for each address that a VM's domain has, that its XML passes besides its
 * cards, and that nobody claims. given, cards and due are lists of addresses with blanks
 * around each. 0 or -errno.
 */
int drift_check_unclaimed(struct drift *drift, const struct drift_vm *vm,
			  const char *given, const char *cards, const char *due);

#endif
