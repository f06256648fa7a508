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
