/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a VM keeps in files besides its disks: variables of its firmware, its TPM. */
#ifndef PLUGINS_LIBVIRT_KEPT_H
#define PLUGINS_LIBVIRT_KEPT_H

#include <stdbool.h>

#include <libxml/tree.h>

#include "plugins/rocks-plugin.h"

struct kept {
	char *nvram;	      /* path of the firmware's variables, or NULL */
	char *tpm;	      /* path of the file with an emulated TPM's state, or NULL */
	bool outlives_stop;   /* the TPM of a VM that is defined nowhere, too */
	const char *obstacle; /* as of struct rocks_definition; static, or NULL */
};

/*
 * Reads the root element of a definition. live is that of the running domain, or NULL:
 * with firmware='efi' libvirt 9.0 names the file of variables only there. 0 or -ENOMEM;
 * ret_kept, which begins empty, is released with kept_release() after a failure, too.
 */
int kept_read(const struct rocks_vm *vm, const xmlNode *root, const xmlNode *live,
	      struct kept *ret_kept);
void kept_release(struct kept *kept);

/* The operation kept of struct rocks_hypervisor, see rocks-plugin.h. */
int libvirt_kept(const struct rocks_vm *vm, const char *xml,
		 int (*each)(void *data, const struct rocks_definition *definition),
		 void *data, struct rocks_failure *failure);

#endif
