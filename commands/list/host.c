/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks list host: the machines and where they are. */
#include "db/host.h"
#include "src/cli/command.h"

static const char *const columns[] = { "HOST", "MEMBERSHIP", "CPUS",	     "RACK",
				       "RANK", "RUNACTION",  "INSTALLACTION" };

static int add_row(void *data, const struct host *row)
{
	table_add_text(data, row->name);
	table_add_text(data, row->membership);
	table_add_integer(data, row->cpus);
	table_add_integer(data, row->rack);
	table_add_integer(data, row->rank);
	table_add_text(data, row->runaction);
	table_add_text(data, row->installaction);
	return 0;
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	if (table_new(&table, columns, ARRAY_SIZE(columns)) < 0)
		return memory_error();
	r = answer(invocation, db_host_each(invocation->db, &hosts, add_row, table));
	return r == ROCKS_DONE ? print_table(invocation, table, false, "list") : r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts to list; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

const struct command cmd_list_host = {
	.words = "list host",
	.summary = "list hosts with their appliance and place",
	.help = "A host is given by its name, a pattern with % (vm-container-0-%), a "
		"group (rack0, or an appliance such as compute), an IP or MAC address, "
		"its full name, localhost, or a `select name from nodes where …`.",
	.arguments = arguments,
	.examples = "list host\nlist host rack0\n"
		    "list host 'select name from nodes where cpus > 8'",
	.related = "add host\nset host\nremove host\nlist host gpu\nlist host vm",
	.flags = COMMAND_READS | COMMAND_TABLE,
	.run = run,
};
