/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore networks. */
#include "db/network.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

static int dump(void *data, const struct network *row)
{
	struct strbuf *line = data;

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
	_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;

	return answer(invocation, db_network_each(invocation->db, dump, &line));
}
