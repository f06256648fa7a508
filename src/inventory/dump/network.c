/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore networks. */
#include "db/network.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"
#include "src/inventory/named.h"

struct dump {
	const struct invocation *invocation;
	struct strbuf line;
};

static int dump_row(void *data, const struct network *row)
{
	struct dump *dump = data;
	struct strbuf *line = &dump->line;
	int r = is_named(dump->invocation, row->name);

	if (r != 1)
		return r;
	dump_start(line, "add network");
	dump_positional(line, "network", row->name);
	if (row->subnet)
		dump_parameter(line, "subnet", row->subnet);
	if (row->netmask)
		dump_parameter(line, "netmask", row->netmask);
	if (row->mtu)
		dump_integer(line, "mtu", *row->mtu);
	if (row->dnszone)
		dump_parameter(line, "dnszone", row->dnszone);
	return dump_end(line);
}

int network_dump(struct invocation *invocation)
{
	struct dump dump = { .invocation = invocation, .line = STRBUF_EMPTY };
	int r = check_named(invocation, db_network_find);

	if (r == 0)
		r = db_network_each(invocation->db, dump_row, &dump);
	strbuf_release(&dump.line);
	return answer(invocation, r);
}
