/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of its host that a domain's XML passes to the guest. */
#ifndef PLUGINS_PASSED_H
#define PLUGINS_PASSED_H

#include <stdbool.h>

#include <libxml/tree.h>

#include "plugins/rocks-plugin.h"

/* Room for "0000:5e:00.0" with any domain, and its NUL. */
#define PASSED_TEXT_SIZE 24

/* A PCI function of the host. */
struct passed_function {
	unsigned int domain, bus, slot, function;
};

/* Whether it is that function of a card. */
bool passed_is(const struct passed_function *passed,
	       const struct rocks_function *function);

/* 0000:5e:00.0 */
const char *passed_text(const struct passed_function *function,
			char text[PASSED_TEXT_SIZE]);

/*
 * The kind of host device that an element of <devices> passes to the guest, in libvirt's
 * words: pci, usb, mdev, …; NULL if it passes none. Owned by the tree, or static. A disk
 * on an NVMe device (also as its backing file) and an interface of type hostdev are pci.
 */
const char *passed_kind(const xmlNode *device);

/*
 * Calls each() for every <source> whose <address> is a PCI function that the device
 * passes. Stops when each() returns nonzero, and returns that; else 0.
 */
int passed_sources(xmlNode *device, int (*each)(void *data, xmlNode *source), void *data);

/*
 * The same for every function. Skips addresses that libvirt would reject, such as one
 * without a number or on bus 0x102.
 */
int passed_functions(xmlNode *device,
		     int (*each)(void *data, const struct passed_function *function),
		     void *data);

#endif
