/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMs of the inventory, to compare with libvirt's. */
#ifndef SRC_DRIFT_VMS_H
#define SRC_DRIFT_VMS_H

#include "src/cli/command.h"

/* A VM of the inventory, wherever it lives. */
struct drift_vm {
	int64_t id;
	char *name, *domain, *uuid, *container;
};

struct drift_vms {
	struct drift_vm *list;
	size_t count, room;
};

/*
 * Reads all VMs. ROCKS_DONE, or an exit status after printing an error; the caller releases
 * ret_vms in either case.
 */
int drift_vms_load(const struct context *context, struct drift_vms *ret_vms);
void drift_vms_release(struct drift_vms *vms);

#endif
