/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Listings of what has a name, but is no host. */
#include <string.h>

#include "db/names.h"
#include "src/inventory/named.h"

int check_named(const struct invocation *invocation,
		int (*find)(struct db *db, const char *name, int64_t *ret_id))
{
	int64_t id;
	int r = 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++)
		if (!strchr(invocation->many[i], '%'))
			r = find(invocation->db, invocation->many[i], &id);
	return r;
}

int is_named(const struct invocation *invocation, const char *name)
{
	int r = invocation->many_count == 0;

	for (size_t i = 0; i < invocation->many_count && r == 0; i++) {
		const char *word = invocation->many[i];

		r = strchr(word, '%') ? db_is_like(invocation->db, name, word)
				      : strcasecmp(name, word) == 0;
	}
	return r;
}

int list_named(const struct invocation *invocation, const char *const *columns,
	       size_t count,
	       int (*find)(struct db *db, const char *name, int64_t *ret_id),
	       int (*fill)(struct named_list *list), const char *key)
{
	_cleanup_table_ struct table *table = NULL;
	struct named_list list = { .invocation = invocation };
	int r;

	if (table_new(&table, columns, count) < 0)
		return memory_error();
	list.table = table;
	r = check_named(invocation, find);
	if (r == 0)
		r = fill(&list);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, key) : r;
}
