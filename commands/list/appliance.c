/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list appliance: the kinds of host. */
#include "db/appliance.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "APPLIANCE", "MEMBERSHIP" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static int add_row(void *data, const struct appliance *row)
{
	struct listing *listing = data;
	struct table *table = listing->table;
	int r = is_named(listing->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->membership);
	return 0;
}

static int run(struct invocation *invocation)
{
	struct listing listing = { .invocation = invocation };
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	listing.table = table;
	r = check_named(invocation, db_appliance_find);
	if (r == 0)
		r = db_appliance_each(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
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
