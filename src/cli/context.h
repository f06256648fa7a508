/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rooms below the commands work with: the inventory, and who asks for the work. */
#ifndef SRC_CLI_CONTEXT_H
#define SRC_CLI_CONTEXT_H

#include <stdbool.h>

#include "db/store/db.h"
#include "lib/cleanup.h"
#include "lib/strbuf.h"

/* Made by context_of() for a command. Copies of it may differ: in db, in trouble. */
struct context {
	struct db *db;	 /* open; whether in a transaction the function says */
	const char *who; /* whom the history is to note */
	bool writes;	 /* the command does: a file that cannot be read is a failure */
	bool one_state;	 /* all that is read is of one state of the file */
	struct strbuf *trouble; /* gets the sentences on what is wrong, a line each, in
				   place of standard error; or NULL */
};

/* Says what is wrong, as error() does or in trouble: ROCKS_FAILED. */
int context_error(const struct context *context, const char *format, ...) _printf_(2, 3);
int context_memory_error(const struct context *context);

/* Says what the database said: ROCKS_FAILED, or ROCKS_BLIND when it could not be read. */
int context_database_error(const struct context *context);

/* ROCKS_DONE for 0 and more, else context_database_error(). */
int context_answer(const struct context *context, int r);

/* ROCKS_DONE when all that was printed has been written, else after a word about it. */
int flush_output(void);

/* As begin(), commit() and conclude() do for a COMMAND_OWN. */
int context_begin(const struct context *context);
int context_commit(const struct context *context);
int context_conclude(const struct context *context, int r);

#endif
