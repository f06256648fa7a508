/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list project: projects, and how many users and VMs they have. */
#include "db/project.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "PROJECT", "GROUP", "USERS", "VMS" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static int add_row(void *data, const struct project *row)
{
	struct listing *listing = data;
	struct table *table = listing->table;
	int r = is_named(listing->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->group);
	table_add_integer(table, row->users);
	table_add_integer(table, row->vms);
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
	r = check_named(invocation, db_project_find);
	if (r == 0)
		r = db_project_each(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "list") : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects, or patterns with %; all by default",
		      ARGUMENT_MANY, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_list_project = {
	.words = "list project",
	.summary = "list the projects",
	.help = "USERS are those that `rocks add project user` added; the users of GROUP "
		"are not counted.",
	.arguments = arguments,
	.examples = "list project",
	.related = "add project\nlist project user\nlist flavor\nlist host vm",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
