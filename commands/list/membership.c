/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list membership: the names by which people know appliances. */
#include "db/appliance.h"
#include "src/cli/command.h"

static const char *const columns[] = { "MEMBERSHIP", "APPLIANCE" };

static int add_row(void *data, const struct appliance *row)
{
	table_add_text(data, row->membership);
	table_add_text(data, row->name);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_table_ struct table *table = NULL;
	int r;

	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	r = answer(invocation, db_appliance_each(invocation->db, add_row, table));
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
}

const struct command cmd_list_membership = {
	.words = "list membership",
	.summary = "list the memberships, each with its appliance",
	.examples = "list membership",
	.related = "list appliance\nlist host",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
