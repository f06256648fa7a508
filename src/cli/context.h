/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rooms below the commands work with: the inventory, the user, where errors go. */
#ifndef SRC_CLI_CONTEXT_H
#define SRC_CLI_CONTEXT_H

#include <stdbool.h>

#include "db/store/db.h"
#include "lib/cleanup.h"
#include "lib/strbuf.h"

/*
 * context_of() makes it for a command. A copy may have another db or trouble, which whoever
 * makes the copy owns.
 */
struct context {
	struct db *db;	 /* open; a function says if it must be in a transaction */
	const char *who; /* the name that the history records */
	bool writes;	 /* the command writes: cannot read is ROCKS_FAILED, not _BLIND */
	bool one_state;	 /* everything is read from one state of the file */
	struct strbuf *trouble; /* collects the errors, one per line, which then are not
				   printed; or NULL */
};

/* Prints an error as error() does, or adds it to trouble. ROCKS_FAILED. */
int context_error(const struct context *context, const char *format, ...) _printf_(2, 3);
/* The error that memory ran out. ROCKS_FAILED. */
int context_memory_error(const struct context *context);

/* Reports the database's error. ROCKS_FAILED, or ROCKS_BLIND if it could not be read. */
int context_database_error(const struct context *context);

/* ROCKS_DONE if r, the answer of db/, is 0 or more; else context_database_error(). */
int context_answer(const struct context *context, int r);

/* Writes pending output. ROCKS_DONE, or ROCKS_FAILED after printing an error. */
int flush_output(void);

/* As begin() and commit() of src/cli/command.h. */
int context_begin(const struct context *context);
int context_commit(const struct context *context);

/*
 * Ends the transaction: commits if r, the outcome, is ROCKS_DONE, else rolls back. What to
 * exit with.
 */
int context_conclude(const struct context *context, int r);

#endif
