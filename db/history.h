/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history: who had which card when. Triggers of the database write it. */
#ifndef DB_HISTORY_H
#define DB_HISTORY_H

#include <stdint.h>

#include "db/store/db.h"
#include "lib/strbuf.h"

struct event {
	const char *at; /* UTC, 2026-11-20T12:00:00.000Z */
	const char *who, *verb;
	const char *host, *card, *vm, *serial; /* or NULL */
	const int64_t *address;		       /* packed, or NULL */
};

/* The events, oldest first, of a host or VM by name (removed or not); NULL for all. */
int db_history_each(struct db *db, const char *name,
		    int (*each)(void *data, const struct event *row), void *data);

/*
 * Append the last event of a card of a host, or of the cards of a VM, for a sentence:
 * "moved 2026-11-20T12:00Z by root"; nothing if there is none. 0 or -errno.
 */
int db_history_last(struct db *db, const char *host, const char *card,
		    struct strbuf *text);
int db_history_last_of_vm(struct db *db, const char *vm, struct strbuf *text);

#endif
