/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of its host that a domain's XML passes to the guest. */
#ifndef PLUGINS_PASSED_H
#define PLUGINS_PASSED_H

#include <stdbool.h>

#include <libxml/tree.h>

/* Room for "0000:5e:00.0" with any domain, and its NUL. */
#define PASSED_TEXT_SIZE 24

/* A PCI function of the host. */
struct passed_function {
	unsigned int domain, bus, slot, function;
};

/* 0000:5e:00.0 */
const char *passed_text(const struct passed_function *function,
			char text[PASSED_TEXT_SIZE]);

/*
 * What an element of <devices> passes to the guest, as libvirt calls it: pci, usb, mdev, …;
 * NULL for one that passes no device of the host. Owned by the tree, or static. A disk on an
 * NVMe device, also as its backing file, and an interface of the type hostdev are pci.
 */
const char *passed_kind(const xmlNode *device);

/*
 * Calls each() for every <source> whose <address> is a PCI function that the device passes,
 * until it returns something other than 0: that, or 0.
 */
int passed_sources(xmlNode *device, int (*each)(void *data, xmlNode *source), void *data);

/*
 * The same for every function. An address that libvirt would refuse, such as one without a
 * number or on bus 0x102, is left out.
 */
int passed_functions(xmlNode *device,
		     int (*each)(void *data, const struct passed_function *function),
		     void *data);

#endif
