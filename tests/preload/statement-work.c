/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into rocks by a test: what each statement of a call took. */
/*
 * The file that STATEMENT_WORK names gets a line a statement: the steps of SQLite's machine
 * that it took in all, and its SQL.
 */
#include <dlfcn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void tell(sqlite3_stmt *statement)
{
	const char *path = getenv("STATEMENT_WORK");
	FILE *file = path ? fopen(path, "a") : NULL;

	if (!file)
		return;
	fprintf(file, "%d ",
		sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 0));
	for (const char *at = sqlite3_sql(statement); at && *at; at++)
		fputc(*at == '\n' ? ' ' : *at, file);
	fputc('\n', file);
	fclose(file);
}

int sqlite3_finalize(sqlite3_stmt *statement)
{
	int (*finalize)(sqlite3_stmt *);

	*(void **)&finalize = dlsym(RTLD_NEXT, "sqlite3_finalize");
	if (statement)
		tell(statement);
	return finalize ? finalize(statement) : SQLITE_MISUSE;
}
