/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list project: projects, and how many users and VMs they have. */
#include "db/project.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "PROJECT", "GROUP", "USERS", "VMS" };

static int add_row(void *data, const struct project *row)
{
	struct named_list *list = data;
	struct table *table = list->table;
	int r = is_named(list->invocation, row->name);

	if (r != 1)
		return r;
	table_add_text(table, row->name);
	table_add_text(table, row->group);
	table_add_integer(table, row->users);
	table_add_integer(table, row->vms);
	return 0;
}

static int fill(struct named_list *list)
{
	return db_project_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_project_find, fill,
			  "list");
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
