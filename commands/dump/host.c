/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host: the commands that add the machines again. */
#include "commands/command.h"
#include "db/host.h"

static int dump(void *data, const struct host *row)
{
	struct strbuf *line = data;

	dump_start(line, "add host");
	dump_positional(line, "host", row->name);
	dump_integer(line, "cpus", row->cpus);
	dump_integer(line, "rack", row->rack);
	dump_integer(line, "rank", row->rank);
	dump_parameter(line, "membership", row->membership);
	dump_parameter(line, "os", row->os);
	dump_parameter(line, "runaction", row->runaction);
	dump_parameter(line, "installaction", row->installaction);
	return dump_end(line);
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_host_each(invocation->db, &hosts, dump, &line));
}

static const struct argument arguments[] = {
	{ "host", "hosts to dump; all unless given", ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_dump_host = {
	.words = "dump host",
	.summary = "print the commands that restore hosts",
	.arguments = arguments,
	.examples = "dump host\ndump host vm-container-0-15",
	.related = "add host\ndump host attr\ndump host vm\ndump host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
