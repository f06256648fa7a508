/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the VMs of containers are made of, as their hypervisors describe them. */
#ifndef SRC_VM_DESCRIPTIONS_H
#define SRC_VM_DESCRIPTIONS_H

#include "lib/cleanup.h"
#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

/* For each container a document for db_seen_load(), or why there is none. */
struct descriptions {
	char **documents, **why;
	size_t count;
};

#define _cleanup_descriptions_ _cleanup_(descriptions_release)

void descriptions_release(struct descriptions *descriptions);

/*
 * Asks several containers at once, and changes nothing there. The documents only name what
 * the inventory cannot record. ROCKS_DONE whatever they answer, or an exit status after
 * printing an error, also if the plugin cannot describe VMs; the caller releases
 * ret_descriptions.
 */
int hypervisor_describe(const struct context *context,
			const struct rocks_hypervisor *hypervisor,
			const struct host_set *containers,
			struct descriptions *ret_descriptions);

#endif
