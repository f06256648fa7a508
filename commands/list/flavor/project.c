/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list flavor project: which projects have which flavor. */
#include "db/flavor.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "FLAVOR", "PROJECT" };

static int add_row(void *data, const char *flavor, const char *project)
{
	struct named_list *list = data;
	int r = is_named(list->invocation, flavor);

	if (r != 1)
		return r;
	table_add_text(list->table, flavor);
	table_add_text(list->table, project);
	return 0;
}

static int fill(struct named_list *list)
{
	return db_flavor_each_project(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_flavor_find, fill,
			  "project");
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("flavor", "flavors, or patterns with %; all by default",
		      ARGUMENT_MANY, FLAVOR),
	ARGUMENTS_END,
};

const struct command cmd_list_flavor_project = {
	.words = "list flavor project",
	.summary = "list the projects that flavors are private to",
	.help = "Everybody can use a flavor that is not listed.",
	.arguments = arguments,
	.examples = "list flavor project two.t4",
	.related = "add flavor project\nremove flavor project\nlist flavor",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
