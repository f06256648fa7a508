/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that restore network interfaces. */
#include "db/interface.h"
#include "src/cli/dump-line.h"
#include "src/inventory/dump/host.h"

struct dump {
	const char *host;
	struct strbuf line;
};

static void add(struct dump *dump, const char *name, const char *value)
{
	if (value)
		dump_parameter(&dump->line, name, value);
}

static int dump_row(void *data, const struct interface *row)
{
	struct dump *dump = data;

	dump_start(&dump->line, "add host interface");
	dump_positional(&dump->line, "host", dump->host);
	dump_positional(&dump->line, "iface", row->device);
	add(dump, "subnet", row->network);
	add(dump, "mac", row->mac);
	add(dump, "ip", row->ip);
	add(dump, "name", row->name);
	add(dump, "module", row->module);
	if (row->vlan)
		dump_integer(&dump->line, "vlan", *row->vlan);
	add(dump, "options", row->options);
	add(dump, "channel", row->channel);
	return dump_end(&dump->line);
}

int interface_dump(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .line = STRBUF_EMPTY };
	int r = take_hosts(invocation, &hosts);

	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		dump.host = hosts.hosts[i].name;
		r = answer(invocation,
			   db_interface_each(invocation->db, hosts.hosts[i].id, dump_row,
					     &dump));
	}
	strbuf_release(&dump.line);
	return r;
}
