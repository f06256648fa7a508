/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list project user: who is in which project. */
#include "db/project.h"
#include "src/inventory/named.h"

static const char *const columns[] = { "PROJECT", "USER" };

static int add_row(void *data, const char *project, const char *user)
{
	struct named_list *list = data;
	int r = is_named(list->invocation, project);

	if (r != 1)
		return r;
	table_add_text(list->table, project);
	table_add_text(list->table, user);
	return 0;
}

static int fill(struct named_list *list)
{
	return db_member_each(list->invocation->db, add_row, list);
}

static int run(struct invocation *invocation)
{
	return list_named(invocation, columns, ARRAY_SIZE(columns), db_project_find, fill,
			  "user");
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
