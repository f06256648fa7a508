/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore projects. */
#include "db/project.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/sharing.h"
#include "src/inventory/named.h"

struct dump {
	const struct invocation *invocation;
	struct strbuf line;
};

static int dump_project(void *data, const struct project *row)
{
	struct dump *dump = data;
	int r = is_named(dump->invocation, row->name);

	if (r != 1)
		return r;
	dump_start(&dump->line, "add project");
	dump_positional(&dump->line, "project", row->name);
	if (row->group)
		dump_parameter(&dump->line, "group", row->group);
	return dump_end(&dump->line);
}

static int dump_member(void *data, const char *project, const char *user)
{
	struct dump *dump = data;
	int r = is_named(dump->invocation, project);

	if (r != 1)
		return r;
	dump_start(&dump->line, "add project user");
	dump_positional(&dump->line, "user", user);
	dump_positional(&dump->line, "project", project);
	return dump_end(&dump->line);
}

int project_dump(struct invocation *invocation)
{
	struct dump dump = { .invocation = invocation, .line = STRBUF_EMPTY };
	int r = check_named(invocation, db_project_find);

	if (r == 0)
		r = db_project_each(invocation->db, dump_project, &dump);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}

int member_dump(struct invocation *invocation)
{
	struct dump dump = { .invocation = invocation, .line = STRBUF_EMPTY };
	int r = check_named(invocation, db_project_find);

	if (r == 0)
		r = db_member_each(invocation->db, dump_member, &dump);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}
