/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the plugin device share: the <hostdev> elements of cards. */
#ifndef PLUGINS_DEVICE_DEVICE_H
#define PLUGINS_DEVICE_DEVICE_H

#include "plugins/xml.h"

/* One slot of the guest holds so many. */
#define CARD_FUNCTIONS 8

/* Functions of a card that go into one slot of the guest. */
struct card_part {
	const struct rocks_function **functions; /* sorted by number */
	uint32_t count;
	unsigned int bus, slot;
	unsigned int taken; /* bits: functions of the slot that are in use */
};

/* The number that a card's name ends in: 1 for gpupci, 2 for gpupci2. */
unsigned long card_place(const char *name);

/* The highest index of a PCI controller so far. */
unsigned int card_last_bus(const xmlNode *devices);

/* Sets xml->error if the card cannot be given to a VM. */
void card_check(struct xml *xml, const struct rocks_card *card);

/* Appends a <hostdev> for each of the functions; the slot has room for them. */
void card_add(struct xml *xml, xmlNode *devices, const struct rocks_card *card,
	      const struct card_part *part);

/*
 * own.c: the operation amend_own of the plugin: the cards of a VM in libvirt's own
 * definition of it.
 */
int device_amend_own(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure);

#endif
