/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks sync host gpu: bring a host's cards in line with a scan of it. */
#include "commands/document.h"
#include "commands/reconciled.h"

static int run(struct invocation *invocation)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_table_ struct table *table = NULL;
	_cleanup_free_ char *document = NULL;
	bool dryrun;
	int r = boolean_argument(invocation, "dryrun", &dryrun);

	if (r == ROCKS_DONE)
		r = read_document(argument(invocation, "file"), &document);
	if (r == ROCKS_DONE)
		r = reconciled_table(&table);
	if (r == ROCKS_DONE)
		r = begin(invocation);
	if (r == ROCKS_DONE)
		r = take_host(invocation, "host", &hosts);
	if (r == ROCKS_DONE)
		r = reconcile_host(invocation, &hosts.hosts[0], document, table);
	if (r == ROCKS_DONE)
		r = print_table(invocation, table, true, "gpu");
	if (r != ROCKS_DONE || dryrun)
		return r;
	return commit(invocation);
}

static const struct argument arguments[] = {
	{ "host", "the physical host that was scanned", ARGUMENT_REQUIRED },
	{ NULL, NULL, 0 },
};

static const struct argument parameters[] = {
	{ "file", "output of `gpupci --list --json` there; - for stdin",
	  ARGUMENT_REQUIRED },
	{ "dryrun", "yes: tells what would change, and changes nothing", 0 },
	{ NULL, NULL, 0 },
};

const struct command cmd_sync_host_gpu = {
	.words = "sync host gpu",
	.summary = "bring the cards of a host in line with a scan of it",
	.help = "A card is known by its serial number, else by its PCIe path and ids; "
		"else, when "
		"one of its model is missing and one is new, it moved. STATE is new, "
		"same, moved, "
		"missing, or swapped (another card sits there). A missing card keeps its "
		"VM.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "sync host gpu vm-container-0-15 file=scan.json",
	.related = "list host gpu\nset host gpu\nlist history",
	.flags = COMMAND_WRITES | COMMAND_OWN | COMMAND_TABLE,
	.run = run,
};
