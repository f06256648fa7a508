/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What all commands share: arguments, transactions, hosts and tables. */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "src/cli/command.h"
#include "src/cli/usage.h"

const struct argument table_parameters[] = {
	{ "output-header", "no: without the line of column names", 0 },
	{ "output-col", "just these columns, such as gpu,pci_bus", 0 },
	{ "json", "yes: a JSON list with an object for each owner", 0 },
	{ NULL, NULL, 0 },
};

static const char *find_value(const struct argument *arguments, const char *const *values,
			      const char *name, bool *ret_known)
{
	for (size_t i = 0; arguments && arguments[i].name; i++) {
		if (strcmp(arguments[i].name, name) == 0) {
			*ret_known = true;
			return values[i];
		}
	}
	return NULL;
}

const char *argument(const struct invocation *invocation, const char *name)
{
	const struct command *command = invocation->command;
	size_t own = 0;
	bool known = false;
	const char *value =
		find_value(command->arguments, invocation->values, name, &known);

	if (!known)
		value = find_value(command->parameters,
				   invocation->values + ARGUMENTS_MOST, name, &known);
	while (command->parameters && command->parameters[own].name)
		own++;
	if (!known && command->flags & COMMAND_TABLE)
		value = find_value(table_parameters,
				   invocation->values + ARGUMENTS_MOST + own, name,
				   &known);
	assert(known);
	return value;
}

int integer_argument(const struct invocation *invocation, const char *name, int64_t least,
		     int64_t most, int64_t *storage, const int64_t **ret_value)
{
	const char *text = argument(invocation, name);

	*ret_value = NULL;
	if (!text)
		return ROCKS_DONE;
	if (text_parse_integer(text, least, most, storage) < 0)
		return usage_error(invocation->command,
				   "%s= is a number from %" PRId64 " to %" PRId64
				   ", not «%s»",
				   name, least, most, text);
	*ret_value = storage;
	return ROCKS_DONE;
}

bool true_argument(const struct invocation *invocation, const char *name)
{
	const char *text = argument(invocation, name);

	return text && text_is_true(text);
}

int boolean_argument(const struct invocation *invocation, const char *name,
		     bool *ret_value)
{
	static const char *const no[] = { "off", "no", "n", "false", "0" };
	const char *text = argument(invocation, name);
	bool known = !text || text_is_true(text);

	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		known = known || strcasecmp(text, no[i]) == 0;
	if (!known)
		return usage_error(invocation->command, "%s= is yes or no, not «%s»",
				   name, text);
	*ret_value = text && text_is_true(text);
	return ROCKS_DONE;
}

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

int conclude(const struct invocation *invocation, int r)
{
	const struct context context = context_of(invocation);

	return context_conclude(&context, r);
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
	const char *header = argument(invocation, "output-header");
	struct table_style style = {
		.owner_always = owner_always,
		.no_header = header && !text_is_true(header),
		.columns = argument(invocation, "output-col"),
		.json = true_argument(invocation, "json"),
		.key = key,
	};

	switch (table_write(table, &style, stdout)) {
	case 0:
		return ROCKS_DONE;
	case -EINVAL:
		return usage_error(invocation->command,
				   "output-col= names no column: «%s»", style.columns);
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
