/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report host gpu: cards for scripts, without padding. */
#include <string.h>

#include "src/cli/pairs.h"
#include "src/inventory/gpu.h"
#include "src/inventory/report/gpu.h"

struct report {
	struct pairs *pairs;
	const char *host, *wanted;
};

static int add_pair(void *data, const struct gpu *row)
{
	struct report *report = data;
	char address[PCI_ADDRESS_SIZE];

	/* gpu= asks for an address, which a missing card does not have. */
	if (report->wanted && (strcmp(report->wanted, row->name) != 0 || !row->address))
		return 0;
	return pairs_add(report->pairs, report->host, row->name,
			 gpu_address_text(row->address, address));
}

static int run(struct invocation *invocation)
{
	struct pairs_style style = { argument(invocation, "gpu"),
				     boolean_argument(invocation, "pydict", false),
				     boolean_argument(invocation, "json", false),
				     "host",
				     "gpu",
				     "pci_bus" };
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_pairs_ struct pairs *pairs = NULL;
	int r = pairs_new(&pairs) < 0 ? memory_error() : take_hosts(invocation, &hosts);

	if (r == ROCKS_DONE && argument(invocation, "format"))
		return gpu_report(invocation, &hosts, argument(invocation, "format"));
	for (size_t i = 0; i < hosts.count && r == ROCKS_DONE; i++) {
		struct report report = { pairs, hosts.hosts[i].name, style.wanted };

		r = answer(invocation, db_gpu_each(invocation->db, hosts.hosts[i].id,
						   add_pair, &report));
	}
	if (r == ROCKS_DONE && pairs_print(pairs, &style) < 0)
		return memory_error();
	return r;
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "hosts and VMs; all by default", ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("gpu", "only this card's address; hosts without it are skipped", 0,
		      CARD),
	ARGUMENT_BOOLEAN("pydict", "yes: a Python dictionary"),
	ARGUMENT_BOOLEAN("json", "yes: a JSON list"),
	ARGUMENT_WORD("format", "cards of physical hosts", 0, "prometheus slurm"),
	ARGUMENTS_END,
};

const struct command cmd_report_host_gpu = {
	.words = "report host gpu",
	.summary = "print cards and addresses for scripts",
	.help = "Prints one name:address per line, HOST: in front if there are "
		"several.\n\nprometheus: metrics for the textfile folder of "
		"node_exporter; a card is free if it is present and no VM has it. slurm: "
		"lines for Slurm, without VM hosts, whose cards are for VMs.",
	.arguments = arguments,
	.parameters = parameters,
	.examples =
		"report host gpu vm-container-0-15\nreport host gpu rocks-33 gpu=gpupci\n"
		"report host gpu format=prometheus",
	.related = "list host gpu\nreport host vm config",
	.flags = COMMAND_READS,
	.run = run,
};
