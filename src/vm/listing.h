/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the hypervisors of several containers at once, each in a child process. */
#ifndef SRC_VM_LISTING_H
#define SRC_VM_LISTING_H

#include <stdio.h>

#include "plugins/rocks-plugin.h"
#include "src/cli/command.h"

struct listing {
	const struct rocks_hypervisor *hypervisor;
	const struct host_set *hosts; /* the containers */
	/*
	 * In a child: asks the container of vm and writes a text without NULs. 0 or more,
	 * or -errno after failure->explain().
	 */
	int (*ask)(const struct rocks_hypervisor *hypervisor, const struct rocks_vm *vm,
		   FILE *text, struct rocks_failure *failure);
	/*
	 * In the parent, once for each container, by its index: the text, or NULL and why
	 * it could not be asked. Both live for the call. 0 or -ENOMEM.
	 */
	int (*answered)(void *data, size_t host, const char *text, const char *why);
	void *data;
};

/*
 * Asks them all, with a deadline for each, and shows progress on a terminal. ROCKS_DONE
 * whatever they answer, or an exit status after printing an error.
 */
int hypervisors_list(const struct context *context, const struct listing *listing);

#endif
