/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list flavor project: which projects have which flavor. */
#include "db/flavor.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "FLAVOR", "PROJECT" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static int add_row(void *data, const char *flavor, const char *project)
{
	struct listing *listing = data;
	int r = is_named(listing->invocation, flavor);

	if (r != 1)
		return r;
	table_add_text(listing->table, flavor);
	table_add_text(listing->table, project);
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
	r = check_named(invocation, db_flavor_find);
	if (r == 0)
		r = db_flavor_each_project(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "project") : r;
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
