/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has cards open through VFIO, parsed from the document of `gpupci --list --json`. */
#ifndef DB_HOLDER_H
#define DB_HOLDER_H

#include "db/store/db.h"

/* A process that has a function open. */
struct card_holder {
	int64_t address; /* packed, of the function */
	int64_t process;
	char *node;    /* /dev/vfio/7, /dev/vfio/devices/vfio0 */
	char *command; /* its command line, maybe cut; "" if unknown */
};

/*
 * Whether the holders are known, of functions with an IOMMU group: others cannot be
 * opened this way.
 */
enum holders_known {
	HOLDERS_KNOWN,	 /* of all functions */
	HOLDERS_UNKNOWN, /* the host could not see them all */
	HOLDERS_NOT_SAID /* its gpupci is too old to report holders */
};

struct card_holders {
	struct card_holder *list; /* in the order of the document */
	size_t count;
	enum holders_known known;
	char *unknown; /* with HOLDERS_UNKNOWN: the name of a card that may have more */
};

#define _cleanup_card_holders_ _cleanup_(card_holders_release)

void card_holders_release(struct card_holders *holders);

/*
 * Parses the holders in a document that db_scan_parse() accepted. 0, or -EINVAL if they
 * make no sense. Needs no transaction; the caller releases the holders.
 */
int db_holders_parse(struct db *db, const char *document,
		     struct card_holders *ret_holders);

#endif
