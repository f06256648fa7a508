/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A card: the functions it has, and what it is known by. */
#ifndef SRC_GPUPCI_CARDS_CARD_H
#define SRC_GPUPCI_CARDS_CARD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/scan/scan.h"

enum card_kind {
	CARD_PCI,    /* a slot, or slots joined to a board */
	CARD_VF,     /* an SR-IOV virtual function, by itself */
	CARD_FABRIC, /* an NVSwitch: told, but no card that could be assigned */
};

struct card_member {
	unsigned int number;	       /* in the card: PCI function, + 8 a joined slot */
	struct pci_function *function; /* the scan's */
};

enum card_quarantine {
	QUARANTINE_UNKNOWN,
	QUARANTINE_NO,
	QUARANTINE_YES, /* a change of its drivers is not at an end: nobody may have it */
};

struct card {
	enum card_kind kind;
	enum card_quarantine quarantine; /* after quarantine_read() */
	struct pci_address
		board; /* the slot, of joined ones the first; a VF's own address */
	char name[24]; /* "gpupci1"; "" for a fabric */
	bool is_new;   /* the names file does not know it yet */
	char *ids;     /* after card_identify(): "10de:1b06:10de:120f", or NULL */
	char *serial;  /* after card_identify(): "dsn:…", "vpd:…", or NULL */
	struct card_member *members; /* at least one, by number */
	size_t count;
	const char *protection; /* why it stays with the host ("boot display"), or NULL */
};

/*
 * Reads the details of a card's functions, with_serials their serials too, and finds out
 * what protects it. As pci_scan_read().
 */
int card_read(struct card *card, struct pci_scan *scan, bool with_serials);

/*
 * Reads the drivers of a card's functions and what protects it, which is all that changing
 * drivers needs. As pci_scan_read().
 */
int card_read_drivers(struct card *card, struct pci_scan *scan);

/*
 * Reads what the card is known by: the ids of its first function, the serial number of the
 * first that tells one. As pci_scan_read().
 */
int card_identify(struct card *card, struct pci_scan *scan);

/* The same, of the serial number in the Vital Product Data, which is slow. */
int card_read_vpd(struct card *card, struct pci_scan *scan);

/* Whether the function is one of the card's. */
bool card_owns(const struct card *card, const struct pci_function *function);

/*
 * Whether the other is in the function's IOMMU group, not the card's and no bridge. The
 * card is NULL for a function that is part of none.
 */
bool card_is_mate(const struct card *card, const struct pci_function *function,
		  const struct pci_function *other);

/* Whether the card is below the bridge at that address. */
bool card_is_below(const struct card *card, const struct pci_scan *scan,
		   struct pci_address bridge);

/* "pci", "vf", "fabric". */
const char *card_kind_name(enum card_kind kind);

#endif
