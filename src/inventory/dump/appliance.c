/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that turn the appliances of a new inventory into those of this one. */
#include "db/appliance.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

struct dump {
	struct strbuf line;
	bool found[DB_APPLIANCES_BUILT_IN]; /* unchanged */
	bool adds;			    /* this pass prints additions */
};

static int dump_row(void *data, const struct appliance *row)
{
	struct dump *dump = data;
	const struct appliance *built_in =
		db_appliance_built_in(row->name, row->membership);

	if (built_in)
		dump->found[built_in - db_appliances_built_in] = true;
	if (built_in || !dump->adds)
		return 0;
	dump_start(&dump->line, "add appliance");
	dump_positional(&dump->line, "appliance", row->name);
	dump_parameter(&dump->line, "membership", row->membership);
	return dump_end(&dump->line);
}

static int dump_removals(struct dump *dump)
{
	int r = 0;

	for (size_t i = 0; i < DB_APPLIANCES_BUILT_IN && r == 0; i++) {
		if (dump->found[i])
			continue;
		dump_start(&dump->line, "remove appliance");
		dump_positional(&dump->line, "appliance", db_appliances_built_in[i].name);
		r = dump_end(&dump->line);
	}
	return r;
}

int appliance_dump(struct invocation *invocation)
{
	struct dump dump = { .adds = false };
	int r = db_appliance_each(invocation->db, dump_row, &dump);

	if (r == 0)
		r = dump_removals(&dump);
	dump.adds = true;
	if (r == 0)
		r = db_appliance_each(invocation->db, dump_row, &dump);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}
