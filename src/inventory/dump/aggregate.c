/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore aggregates, host by host. */
#include "db/aggregate.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/sharing.h"

struct dump {
	const char *host;
	struct strbuf line;
};

static int dump_row(void *data, const char *name)
{
	struct dump *dump = data;

	dump_start(&dump->line, "add aggregate host");
	dump_positional(&dump->line, "host", dump->host);
	dump_positional(&dump->line, "aggregate", name);
	return dump_end(&dump->line);
}

int aggregate_dump(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .line = STRBUF_EMPTY };
	int r = take_hosts(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		dump.host = hosts.hosts[i].name;
		r = answer(invocation,
			   db_aggregate_each_of(invocation->db, hosts.hosts[i].id,
						dump_row, &dump));
	}
	strbuf_release(&dump.line);
	return r;
}
