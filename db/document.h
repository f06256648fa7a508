/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all JSON documents of gpupci share: they say what they are, of whom, and where they end. */
#ifndef DB_DOCUMENT_H
#define DB_DOCUMENT_H

#include <stdint.h>

#include "db/store/db.h"

struct document_kind {
	const char *schema; /* as the document says */
	const char *name;   /* as messages call it: scan */
	const char *advice; /* what messages end in */
	int64_t most;	    /* functions */
};

/*
 * -EINVAL unless it is a whole document of that kind, of version 1, of a host of that name
 * if it names one, with an array of functions, of which *ret_count says how many there are.
 */
int db_document_check(struct db *db, const struct document_kind *kind,
		      const char *document, const char *host, size_t *ret_count);

/* "the scan WHAT; ADVICE": -EINVAL. */
int db_document_refuse(struct db *db, const struct document_kind *kind, const char *what);

#endif
