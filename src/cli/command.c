/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands share: transactions, hosts and tables. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "src/cli/command.h"
#include "src/cli/usage.h"

struct context context_of(const struct invocation *invocation)
{
	unsigned int flags = invocation->command->flags;

	return (struct context){
		.db = invocation->db,
		.who = invocation->who,
		.writes = flags & COMMAND_WRITES,
		.one_state = (flags & (COMMAND_READS | COMMAND_OWN)) == COMMAND_READS,
	};
}

int database_error(const struct invocation *invocation)
{
	const struct context context = context_of(invocation);

	return context_database_error(&context);
}

int answer(const struct invocation *invocation, int r)
{
	return r < 0 ? database_error(invocation) : ROCKS_DONE;
}

int begin(const struct invocation *invocation)
{
	const struct context context = context_of(invocation);

	return context_begin(&context);
}

int commit(const struct invocation *invocation)
{
	const struct context context = context_of(invocation);

	return context_commit(&context);
}

int take_hosts(const struct invocation *invocation, struct host_set *ret_hosts)
{
	if (!invocation->many_count)
		return answer(invocation, db_hosts_all(invocation->db, ret_hosts));
	return answer(invocation, db_hosts_resolve(invocation->db, invocation->many,
						   invocation->many_count, ret_hosts));
}

int take_vms(const struct invocation *invocation, struct host_set *ret_hosts)
{
	return answer(invocation,
		      db_hosts_resolve_vms(invocation->db, invocation->many,
					   invocation->many_count, ret_hosts));
}

int take_host(const struct invocation *invocation, const char *name,
	      struct host_set *ret_hosts)
{
	const char *word = argument(invocation, name);

	return answer(invocation, db_hosts_resolve_one(invocation->db, word, ret_hosts));
}

int print_table(const struct invocation *invocation, const struct table *table,
		bool owner_always, const char *key)
{
	struct table_style style = {
		.owner_always = owner_always,
		.no_header = !boolean_argument(invocation, "output-header", true),
		.columns = argument(invocation, "output-col"),
		.json = boolean_argument(invocation, "json", false),
		.key = key,
	};

	switch (table_write(table, &style, stdout)) {
	case 0:
		return ROCKS_DONE;
	case -EINVAL:
		return usage_error(invocation->command,
				   "output-col= has an unknown column: «%s»",
				   style.columns);
	default:
		return memory_error();
	}
}

int list_by_host(const struct invocation *invocation, const char *const *columns,
		 size_t count,
		 int (*add)(struct db *db, const struct host_ref *host,
			    struct table *table),
		 bool owner_always, const char *key)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	if (table_new(&table, columns, count) < 0)
		return memory_error();
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++)
		r = answer(invocation, add(invocation->db, &hosts.hosts[i], table));
	return r == ROCKS_DONE ? print_table(invocation, table, owner_always, key) : r;
}
