/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the rooms below the commands work with: errors and transactions. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/cli/context.h"
#include "src/cli/error.h"

int context_error(const struct context *context, const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	const char *sentence;
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(&text, format, list);
	va_end(list);
	sentence = text.error ? "out of memory" : strbuf_text(&text);
	if (!context->trouble)
		return error("%s", sentence);
	strbuf_add_format(context->trouble, "%s\n", sentence);
	return ROCKS_FAILED;
}

int context_memory_error(const struct context *context)
{
	return context_error(context, "out of memory");
}

int context_database_error(const struct context *context)
{
	/* Without an error in the database, a callback of ours ran out of memory. */
	if (!*db_error(context->db))
		return context_memory_error(context);
	context_error(context, "%s", db_error(context->db));
	return db_is_unreadable(context->db) && !context->writes ? ROCKS_BLIND
								 : ROCKS_FAILED;
}

int context_answer(const struct context *context, int r)
{
	return r < 0 ? context_database_error(context) : ROCKS_DONE;
}

int context_begin(const struct context *context)
{
	return context_answer(context, db_begin(context->db, context->who));
}

int flush_output(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return ROCKS_DONE;
	return error("the output cannot be written: %s", strerror(errno));
}

int context_commit(const struct context *context)
{
	int r = flush_output();

	return r == ROCKS_DONE ? context_answer(context, db_commit(context->db)) : r;
}

int context_conclude(const struct context *context, int r)
{
	if (r == ROCKS_DONE)
		r = context_commit(context);
	db_rollback(context->db);
	return r;
}
