/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list appliance: the kinds of host. */
#include "db/appliance.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "APPLIANCE", "MEMBERSHIP" };

static int add_row(void *data, const struct appliance *row)
{
	struct named_list *list = data;
	struct table *table = list->table;
	int r = is_named(list->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->membership);
	return 0;
}

static int fill(struct named_list *list)
{
	return db_appliance_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_appliance_find,
			  fill, "list");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("appliance", "appliances, or patterns with %; all by default",
		      ARGUMENT_MANY, APPLIANCE),
	ARGUMENTS_END,
};

const struct command cmd_list_appliance = {
	.words = "list appliance",
	.summary = "list the appliances: the kinds of host",
	.arguments = arguments,
	.examples = "list appliance",
	.related = "add appliance\nremove appliance\nlist appliance attr",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
