/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plugin domain share. */
#ifndef PLUGINS_DOMAIN_DOMAIN_H
#define PLUGINS_DOMAIN_DOMAIN_H

#include "plugins/xml.h"

/*
 * Appends the elements of every kvm_device_N to <devices>, by number, with the addresses
 * that kvm_device_N_at gives them on the VM's container. each() gets the first element of
 * each number; the others are its later siblings. Stops when each() returns nonzero, and
 * returns that; else xml->error.
 */
int domain_add_raw(struct xml *xml, xmlNode *devices,
		   int (*each)(void *data, const char *attribute, xmlNode *first),
		   void *data);

/* As in struct rocks_document. */
int domain_open_own(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
		    struct rocks_failure *failure);
int domain_host_devices(const struct rocks_vm *vm,
			int (*each)(void *data, const struct rocks_host_device *device),
			void *data, struct rocks_failure *failure);
int domain_files(const char *xml, int (*each)(void *data, const struct rocks_file *file),
		 void *data);

/* Adds to the domain what kvm_cpu_pinning says: its <cputune>, or one for pin_all. */
void domain_add_pinning(struct xml *xml, xmlNode *domain);

#endif
