/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who has cards open through VFIO, read from the document of `gpupci --list --json`. */
#ifndef DB_HOLDER_H
#define DB_HOLDER_H

#include "db/store/db.h"

/* A process that has a function open. */
struct card_holder {
	int64_t address; /* packed, of the function */
	int64_t process;
	char *node;    /* /dev/vfio/7, /dev/vfio/devices/vfio0 */
	char *command; /* its words, blanks between, maybe cut; "" when unknown */
};

/* Of functions that have an IOMMU group: others cannot be opened so. */
enum holders_known {
	HOLDERS_KNOWN,	 /* of all */
	HOLDERS_UNKNOWN, /* the host could not see all */
	HOLDERS_NOT_SAID /* its gpupci is older than holders are */
};

struct card_holders {
	struct card_holder *list; /* in the order of the document */
	size_t count;
	enum holders_known known;
	char *unknown; /* HOLDERS_UNKNOWN: the name of a card that may have more */
};

#define _cleanup_card_holders_ _cleanup_(card_holders_release)

void card_holders_release(struct card_holders *holders);

/*
 * Reads a document that db_scan_parse() took. -EINVAL when it says of holders what no
 * gpupci does. No transaction is needed; the caller releases what it gets.
 */
int db_holders_parse(struct db *db, const char *document,
		     struct card_holders *ret_holders);

#endif
