/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes two sightings one card: the one rule, of gpupci's files and the inventory. */
#ifndef LIB_CARD_IDENTITY_H
#define LIB_CARD_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "vendor:device", which "subvendor:subdevice" may follow. */
#define CARD_DEVICE_LENGTH 9

/*
 * A serial number and where it was read: a Device Serial Number, amdgpu's unique_id and the
 * SN of the Vital Product Data of one card differ, so only numbers of one kind compare.
 */
struct card_serial {
	const char *kind; /* not NUL-terminated */
	size_t kind_length;
	const char *number; /* NULL if unknown; points into the original text */
};

/* Splits "dsn:52-54-…", as gpupci keeps them; NULL is an unknown number. */
struct card_serial card_serial_split(const char *text);

/*
 * For a number without its kind, as in scan documents and the inventory. Recognises the
 * kind by its form: "52-54-00-ff-ff-12-34-56" is a DSN, 16 hexadecimal digits are a
 * unique_id, anything else comes from the VPD or from a person. NULL is an unknown
 * number.
 */
struct card_serial card_serial_guess(const char *number);

/* A card at one time. Unknown values are NULL. The caller owns the texts. */
struct card_sighting {
	const char *ids; /* as CARD_DEVICE_LENGTH says */
	struct card_serial serial;
	bool serial_is_shared; /* by another card: it identifies neither */
	const char *path;      /* PCIe path */
	int64_t address;       /* packed; below 0 if unknown */
	bool needs_ids;	       /* with unknown ids, the same place does not identify it */
};

/* Whether two sightings are one card, and how we know. */
enum card_identity {
	IDENTITY_OTHER, /* two cards: other ids, or another serial number of the same kind */
	IDENTITY_UNKNOWN, /* cannot tell */
	IDENTITY_ADDRESS, /* one card: the same address, where one has no path */
	IDENTITY_PATH,	  /* one card: the same path */
	IDENTITY_SERIAL,  /* one card, wherever it sits */
};

/*
 * Compares a known sighting with a new one:
 * 1. the same serial number and no other vendor:device: one card;
 * 2. another serial number, or other ids (either may lack the subsystem): two cards;
 * 3. the same path, or the same address where one knows no path: one card.
 * Never fails.
 */
enum card_identity card_identity(const struct card_sighting *known,
				 const struct card_sighting *found);

/* Whether both ids are known and may be of one card; either may lack the subsystem. */
bool card_ids_are_alike(const char *a, const char *b);

#endif
