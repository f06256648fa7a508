/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The history: who had which card when. It is written by the database itself. */
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

/* Oldest first; of a host or VM by name (gone or not), or of all when name is NULL. */
int db_history_each(struct db *db, const char *name,
		    int (*each)(void *data, const struct event *row), void *data);

/*
 * What happened last to a card of a host, or (vm) to the cards of a VM, as a sentence has it:
 * "moved 2026-11-20T12:00Z by root". Appends nothing, and answers 0, when nothing ever did.
 */
int db_history_last(struct db *db, const char *host, const char *card,
		    struct strbuf *text);
int db_history_last_of_vm(struct db *db, const char *vm, struct strbuf *text);

#endif
