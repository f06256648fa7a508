/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore flavors. */
#include <string.h>

#include "db/flavor.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/sharing.h"
#include "src/inventory/named.h"

struct dump {
	const struct invocation *invocation;
	struct strbuf line, cards;
};

static int dump_flavor(void *data, const struct flavor *row)
{
	struct dump *dump = data;
	struct strbuf *line = &dump->line;
	int r = is_named(dump->invocation, row->name);

	if (r != 1)
		return r;
	strbuf_reset(&dump->cards);
	wish_list_add(&dump->cards, &row->cards);
	dump_start(line, "add flavor");
	dump_positional(line, "flavor", row->name);
	if (row->cards.count)
		dump_parameter(line, "gpu", strbuf_text(&dump->cards));
	if (row->cpus)
		dump_integer(line, "cpus", *row->cpus);
	if (row->mem)
		dump_integer(line, "mem", *row->mem);
	if (row->disk_sizes)
		dump_parameter(line, "disksize", row->disk_sizes);
	if (strcmp(row->near, "no") != 0)
		dump_parameter(line, "near", row->near);
	if (row->aggregate)
		dump_parameter(line, "aggregate", row->aggregate);
	r = dump_end(line);
	return r < 0 ? r : dump->cards.error;
}

static int dump_project(void *data, const char *flavor, const char *project)
{
	struct dump *dump = data;
	int r = is_named(dump->invocation, flavor);

	if (r != 1)
		return r;
	dump_start(&dump->line, "add flavor project");
	dump_positional(&dump->line, "project", project);
	dump_positional(&dump->line, "flavor", flavor);
	return dump_end(&dump->line);
}

int flavor_dump(struct invocation *invocation)
{
	struct dump dump = { .invocation = invocation };
	int r = check_named(invocation, db_flavor_find);

	if (r == 0)
		r = db_flavor_each(invocation->db, dump_flavor, &dump);
	strbuf_release(&dump.line);
	strbuf_release(&dump.cards);
	return answer(invocation, r);
}

int flavor_project_dump(struct invocation *invocation)
{
	struct dump dump = { .invocation = invocation };
	int r = check_named(invocation, db_flavor_find);

	if (r == 0)
		r = db_flavor_each_project(invocation->db, dump_project, &dump);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}
