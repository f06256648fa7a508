/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks dump host gpu: the commands that record the cards again. */
#include <string.h>

#include "commands/gpu.h"

struct dump {
	struct db *db;
	const char *host;
	bool vms; /* now those that VMs have, else those of hosts */
	struct strbuf line;
};

static int dump_row(void *data, const struct gpu *row)
{
	struct dump *dump = data;
	bool of_vm = strcmp(row->host, dump->host) != 0;
	const int64_t *address = row->address ? row->address : row->last_address;
	char text[PCI_ADDRESS_SIZE];
	int r = 0;

	if (of_vm != dump->vms)
		return 0;
	dump_start(&dump->line, "add host gpu");
	dump_positional(&dump->line, "host", dump->host);
	dump_positional(&dump->line, "gpu", row->name);
	dump_positional(&dump->line, "value",
			of_vm && !row->address ? row->card_name
					       : gpu_address_text(address, text));
	if (!of_vm)
		r = dump_gpu_facts(dump->db, row, &dump->line);
	return r < 0 ? r : dump_end(&dump->line);
}

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct dump dump = { .db = invocation->db };
	int r = take_hosts(invocation, &hosts);

	/* A VM's card is there to be given only when its host's is recorded. */
	for (int vms = 0; vms <= 1; vms++) {
		dump.vms = vms;
		for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
			dump.host = hosts.hosts[i].name;
			r = answer(invocation,
				   db_gpu_each(invocation->db, hosts.hosts[i].id,
					       dump_row, &dump));
		}
	}
	strbuf_release(&dump.line);
	return r;
}

static const struct argument arguments[] = {
	{ "host", "hosts and VMs to dump; all unless given", ARGUMENT_MANY },
	{ NULL, NULL, 0 },
};

const struct command cmd_dump_host_gpu = {
	.words = "dump host gpu",
	.summary = "print the commands that restore cards",
	.help = "Cards of hosts first, then those that VMs have.",
	.arguments = arguments,
	.examples = "dump host gpu\ndump host gpu vm-container-0-15",
	.related = "add host gpu\ndump host\ndump host vm",
	.flags = COMMAND_READS,
	.run = run,
};
