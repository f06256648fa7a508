/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plugin domain share. */
#ifndef PLUGINS_DOMAIN_H
#define PLUGINS_DOMAIN_H

#include "plugins/xml.h"

/* kvm_device_0 to kvm_device_999 */
#define RAW_DEVICE "kvm_device_"
#define RAW_DEVICES 1000

/*
 * Raw devices are the elements of kvm_device_N; first and its siblings are those of one
 * number. Puts in the addresses that they have on the VM's container as kvm_device_N_at says,
 * if it is set.
 */
void domain_place_raw(struct xml *xml, xmlNode *first, unsigned int number);

/* As in struct rocks_document. */
int domain_host_devices(const struct rocks_vm *vm,
			int (*each)(void *data, const struct rocks_host_device *device),
			void *data, struct rocks_failure *failure);

#endif
