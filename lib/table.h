/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table as Rocks prints it: owner first, every column padded; or the same as JSON. */
#ifndef LIB_TABLE_H
#define LIB_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A cell wider than 4096 columns is printed whole, but does not widen its column. */
struct table;

struct table_style {
	bool owner_always;   /* show the owner column even if all rows have one owner */
	bool no_header;	     /* output-header=no */
	const char *columns; /* output-col=a,b: only these columns; NULL: all */
	bool json;	     /* a list with one object per owner */
	const char *key;     /* JSON: the name of the list inside an owner's object */
};

/*
 * Makes a table with these columns, the first for the owner. Keeps the names, not
 * the list, by reference. 0 or -ENOMEM; free it with table_free(), which takes NULL.
 */
int table_new(struct table **ret_table, const char *const *columns, size_t count);
void table_free(struct table *table);

/*
 * Add cells row by row, left to right; a row ends with its last column. NULL and "" print
 * as an empty cell. Text may be anything: what a terminal would not show is written as an
 * escape (lib/visible.h), in JSON as JSON escapes it. table_write() reports a failed
 * allocation.
 */
void table_add_text(struct table *table, const char *text);
void table_add_integer(struct table *table, int64_t value);
void table_add_null(struct table *table);
void table_add_optional(struct table *table, const int64_t *value); /* or NULL */

/*
 * Prints the table. 0, -ENOMEM, or -EINVAL, without printing anything, if style->columns
 * names no existing column. Errors of the stream stay in the stream.
 */
int table_write(const struct table *table, const struct table_style *style, FILE *file);

static inline void cleanup_table(struct table **table)
{
	table_free(*table);
}

#define _cleanup_table_ __attribute__((cleanup(cleanup_table)))

#endif
