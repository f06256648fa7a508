/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building a domain's libxml2 tree, and where each device sits in the guest. */
#ifndef PLUGINS_XML_H
#define PLUGINS_XML_H

#include <stdbool.h>

#include <libxml/tree.h>

#include "plugins/rocks-plugin.h"

/*
 * What all helpers need. The first failure is explained and sticks: after it they do
 * nothing and return NULL, so a caller checks error once, at its end.
 */
struct xml {
	const struct rocks_vm *vm;
	struct rocks_failure *failure;
	int error; /* 0 or -errno */
};

/*
 * Begins the alias of every <hostdev> of a card that stays with its vendor's driver, so
 * that the plugin libvirt knows it; libvirt keeps aliases that begin with "ua-".
 */
#define XML_VENDOR_ALIAS "ua-vgpu-"

/* Where libvirt has the variables of a VM's UEFI firmware: VM_VARS.fd in it. */
#define XML_NVRAM_FOLDER "/var/lib/libvirt/qemu/nvram"

/* Explains a failure if it is the first; returns the first error. */
int xml_fail(struct xml *xml, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends a child and returns it. Owned by the tree. */
xmlNode *xml_add(struct xml *xml, xmlNode *parent, const char *name);

/* A domain's XML as a document, freed with xmlFreeDoc(); NULL if it cannot be parsed. */
xmlDoc *xml_parse(const char *xml);

/* The first child with this name, or NULL. */
xmlNode *xml_child(const xmlNode *parent, const char *name);

/* The same, appended if there is none. */
xmlNode *xml_child_or_new(struct xml *xml, xmlNode *parent, const char *name);

/* An attribute's value, or NULL. Owned by the tree. */
const char *xml_get(const xmlNode *node, const char *attribute);

/*
 * Sets text from outside, escaped; fails if XML cannot hold it, or if it is NULL or ""
 * (missing). what names it in messages: "the path of disk vda".
 */
void xml_set(struct xml *xml, xmlNode *node, const char *attribute, const char *value,
	     const char *what);
xmlNode *xml_add_text(struct xml *xml, xmlNode *parent, const char *name,
		      const char *text, const char *what);

/* Sets words and numbers of our own; never pass text from outside through the format. */
void xml_put(struct xml *xml, xmlNode *node, const char *attribute, const char *format,
	     ...) __attribute__((format(printf, 4, 5)));

/* The value of a VM's attribute, NULL if it is not set or is empty. */
const char *xml_vm_attribute(const struct rocks_vm *vm, const char *name);

/*
 * The lowest number, at least from, that follows prefix in the name of an attribute of
 * the VM; UINT_MAX when there is none. Returns from itself if the rocks that runs cannot
 * list the names.
 */
unsigned int xml_vm_next_number(const struct rocks_vm *vm, const char *prefix,
				unsigned int from);

/*
 * The index of an attribute's value in words, which end with NULL; 0 if it is not set.
 * Fails, with 0, if it is not one of them.
 */
size_t xml_vm_choice(struct xml *xml, const char *attribute, const char *const *words);

/* Whether libvirt accepts it as the name of a disk in the guest: vda, sdb, hdc, xvdd. */
bool xml_is_disk_name(const char *name);

/*
 * The domain's child with this name; if there is none, adds one after the child named
 * before.
 */
xmlNode *xml_add_after(struct xml *xml, xmlNode *domain, const char *before,
		       const char *name);

/*
 * Parses text, the value of a VM's attribute, as the inside of an element and appends its
 * elements to parent. Returns the first of them, or NULL when there are none.
 */
xmlNode *xml_add_raw(struct xml *xml, xmlNode *parent, const char *text,
		     const char *attribute);

/*
 * Where a PCI device sits in the guest: a fixed rule, so that giving the VM a card moves
 * no other device. A guest numbers buses in the order in which it finds the bridges, so
 * the ports of cards come after all others, and cards on bus 0 have slots of their own.
 *
 *	q35, bus 0: 01 video, 02.0 to 1a.7 root ports, 1b balloon, 1c SCSI, 1d USB,
 *		1f the chipset with SATA. Port n (from 1) is function (n - 1) % 8 of slot
 *		2 + (n - 1) / 8, and leads to bus n. In this order, a port each, slot 0:
 *		interfaces, virtio disks, devices of kvm_device_N without an address of
 *		their own, places for cards.
 *	pc, bus 0: 01 the chipset with IDE and USB, 02 video, 03 SCSI, 04 SATA, 05 to 0c
 *		interfaces, 0d.0 to 10.7 virtio disks, 11 to 16 left to libvirt for
 *		kvm_device_N, 17 balloon, 18 to 1f places for cards. libvirt takes the
 *		lowest slot that is free, so the balloon, which a VM with a card does not
 *		have, is last.
 *
 * A card's place is the number its name ends in (gpupci 1, gpupci2 2, ...), so that cards
 * do not move each other either; a place that the machine does not have is an error. All
 * functions of a card are in one slot, the lowest at 0.
 */
enum {
	XML_PORT_FIRST_SLOT = 0x02,
	XML_PORTS = 200,
	XML_PC_CARD_FIRST_SLOT = 0x18,
	XML_PC_CARD_PLACES = 8,
	XML_Q35_CARD_PLACES = 32,
};

enum xml_machine {
	XML_Q35,
	XML_PC,
};

/* Parses a machine type (q35, pc-i440fx-7.2). 0, or -EINVAL for other machines. */
int xml_machine_parse(const char *name, enum xml_machine *ret_machine);

/* The document's machine; fails if it is one that cannot take cards. */
enum xml_machine xml_find_machine(struct xml *xml, const xmlNode *domain);

/* Appends the <address> of a PCI device in the guest. */
void xml_add_address(struct xml *xml, xmlNode *device, unsigned int bus,
		     unsigned int slot, unsigned int function, bool multifunction);

/* Appends the root port that leads to that bus, counted from 1. */
void xml_add_port(struct xml *xml, xmlNode *devices, unsigned int bus);

#endif
