/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore hosts. */
#include "db/host.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

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

int host_dump(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
	int r = take_hosts(invocation, &hosts);

	if (r != ROCKS_DONE)
		return r;
	return answer(invocation, db_host_each(invocation->db, &hosts, dump, &line));
}
