/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list project user: who is in which project. */
#include "db/project.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "PROJECT", "USER" };

struct listing {
	const struct invocation *invocation;
	struct table *table;
};

static int add_row(void *data, const char *project, const char *user)
{
	struct listing *listing = data;
	int r = is_named(listing->invocation, project);

	if (r != 1)
		return r;
	table_add_text(listing->table, project);
	table_add_text(listing->table, user);
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
		r = db_member_each(invocation->db, add_row, &listing);
	r = answer(invocation, r);
	return r == ROCKS_DONE ? print_table(invocation, table, true, "user") : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("project", "projects, or patterns with %; all by default",
		      ARGUMENT_MANY, PROJECT),
	ARGUMENTS_END,
};

const struct command cmd_list_project_user = {
	.words = "list project user",
	.summary = "list the users of projects",
	.arguments = arguments,
	.examples = "list project user\nlist project user hpc-physics",
	.related = "add project user\nremove project user\nlist project",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
