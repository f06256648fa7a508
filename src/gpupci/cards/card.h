/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A card: its functions, and what identifies it. */
#ifndef SRC_GPUPCI_CARDS_CARD_H
#define SRC_GPUPCI_CARDS_CARD_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/scan/scan.h"

enum card_kind {
	CARD_PCI,    /* a slot, or slots joined to a board */
	CARD_VF,     /* a single SR-IOV virtual function */
	CARD_FABRIC, /* an NVSwitch that no include line makes a card of its own */
};

struct card_member {
	unsigned int number; /* in the card: PCI function, + 8 per joined slot */
	struct pci_function *function; /* owned by the scan */
};

enum card_quarantine {
	QUARANTINE_UNKNOWN,
	QUARANTINE_NO,
	QUARANTINE_YES, /* a change of its drivers is unfinished: nobody may have it */
};

struct card {
	enum card_kind kind;
	enum card_quarantine quarantine; /* after quarantine_read() */
	struct pci_address
		board; /* the slot, the first one if joined; a VF: its own address */
	char name[24]; /* "gpupci1"; "" for a fabric */
	bool is_new;   /* not in the names file yet */
	char *ids;     /* after card_identify(): "10de:1b06:10de:120f", or NULL */
	char *serial;  /* after card_identify(): "dsn:…", "vpd:…", or NULL */
	struct card_member *members; /* at least one, by number */
	size_t count;
	const char *protection; /* why it stays with the host ("boot display"), or NULL */
};

/*
 * Reads the details of a card's functions, with_serials also their serials, and finds out
 * what protects the card and whether it answers. Returns as pci_scan_read().
 */
int card_read(struct card *card, struct pci_scan *scan, bool with_serials);

/*
 * Reads only what changing drivers needs: the drivers of a card's functions, and what
 * protects it. Returns as pci_scan_read().
 */
int card_read_drivers(struct card *card, struct pci_scan *scan);

/*
 * Reads what identifies the card: the ids of its first function, and the first serial
 * number that a function has. Returns as pci_scan_read().
 */
int card_identify(struct card *card, struct pci_scan *scan);

/*
 * Reads the serial number in the Vital Product Data, which is slow. As card_identify().
 */
int card_read_vpd(struct card *card, struct pci_scan *scan);

/*
 * Asks whether the functions of a card are still there, as pci_scan_read_answer() does.
 * Returns as pci_scan_read().
 */
int card_read_answer(struct card *card, struct pci_scan *scan, bool may_wake);

/* Returns the first function of the card that does not answer, or NULL. */
const struct pci_function *card_find_dead(const struct card *card);

/* What is wrong with such a card, after its name or "it": words to search for. */
#define CARD_DEAD                                                                 \
	"does not answer: its configuration space reads as all ones (ff, header " \
	"type 7f), it fell off the bus"

/*
 * Whether the card, usually a virtual function, is one that its vendor's driver gives to
 * VMs, after card_read() or card_read_drivers(). It stays with that driver: binding it to
 * vfio-pci would destroy its vGPU.
 */
bool card_is_vendors(const struct card *card);

/* Whether the function is an NVSwitch by its vendor and class, whether a card or not. */
bool card_function_is_switch(const struct pci_function *function);

/* Whether the function belongs to the card. */
bool card_owns(const struct card *card, const struct pci_function *function);

/*
 * Whether the other function shares the function's IOMMU group, is not the card's, and is
 * not a bridge. card is NULL for a function that belongs to none.
 */
bool card_is_mate(const struct card *card, const struct pci_function *function,
		  const struct pci_function *other);

/* Whether the card is below the bridge at that address. */
bool card_is_below(const struct card *card, const struct pci_scan *scan,
		   struct pci_address bridge);

/* Returns "pci", "vf" or "fabric"; static. */
const char *card_kind_name(enum card_kind kind);

#endif
