/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `gpupci --list --json` found on a host, parsed from its document. */
#ifndef DB_SCAN_H
#define DB_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "db/store/db.h"
#include "lib/driver-name.h"

struct scan_function {
	size_t card; /* index into the scan's cards */
	int64_t number;
	int64_t address; /* packed */
	int64_t class;	 /* -1 when unknown */
	int64_t bars;	 /* bytes of 64-bit prefetchable windows, -1 when unknown */
	char ids[10];	 /* vendor:device */
	char driver[DRIVER_SIZE]; /* "" for none or unknown */
	bool vfio; /* bound to VFIO: a VM can have it, whatever its driver is called */
};

struct scan_card {
	char *name;
	char *kind;	  /* pci or vf */
	char *serial;	  /* NULL when unknown */
	char *path;	  /* NULL when unknown */
	char ids[20];	  /* vendor:device:subvendor:subdevice, of its first function */
	int64_t number;	  /* of its first function: the lowest */
	int64_t address;  /* packed, of its first function */
	int64_t parent;	  /* packed, -1 for none */
	int64_t numa;	  /* -1 when unknown */
	int64_t group;	  /* -1 when unknown */
	int64_t vfs_most; /* virtual functions it can have; -1 when unknown */
	bool quarantined; /* according to its host nobody may get it now */
	bool is_dead;	  /* quarantined because it does not answer on the PCI bus */
	/*
	 * Of a virtual function that its vendor's driver keeps: "ready" if a VM can have
	 * it, "none" if the driver has made no vGPU of it; else NULL. Static.
	 */
	const char *vgpu;
	const struct scan_function *functions; /* a part of the scan's */
	size_t function_count;
};

/* Sorted by name of the card, gpupci2 before gpupci10, whatever the document's order. */
struct scan {
	struct scan_card *cards;
	size_t card_count;
	struct scan_function *functions;
	size_t function_count;
};

#define _cleanup_scan_ _cleanup_(scan_release)

void scan_release(struct scan *scan);

/* Why a quarantined card is, after its name and a colon; static. */
const char *scan_why_quarantined(const struct scan_card *card);

/* The function at a packed address, or NULL. Owned by the scan. */
const struct scan_function *scan_find_function(const struct scan *scan, int64_t address);

/*
 * Parses a complete document. 0, and the caller releases the scan; -EINVAL if it is cut
 * short, not such a document, of another version or another host, larger than
 * db/store/limits.h allows, or has values that gpupci never prints. Needs no transaction.
 */
int db_scan_parse(struct db *db, const char *document, const char *host,
		  struct scan *ret_scan);

#endif
