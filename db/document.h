/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all JSON documents of gpupci share: their kind, version, host and end mark. */
#ifndef DB_DOCUMENT_H
#define DB_DOCUMENT_H

#include <stdint.h>

#include "db/store/db.h"

struct document_kind {
	const char *schema; /* as the document names it */
	const char *name;   /* as messages call it: scan */
	const char *advice; /* how messages end */
	int64_t most;	    /* functions */
};

/* What is read of a scan besides its functions, after db_scan_parse() accepted these. */
extern const struct document_kind document_of_scan;

/*
 * Checks that it is a complete document of this kind, of version 1, of this host if it
 * names one, with an array of functions, and counts these. 0 or -EINVAL.
 */
int db_document_check(struct db *db, const struct document_kind *kind,
		      const char *document, const char *host, size_t *ret_count);

/* "the scan WHAT; ADVICE": -EINVAL. */
int db_document_refuse(struct db *db, const struct document_kind *kind, const char *what);

#endif
