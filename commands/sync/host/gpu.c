/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks sync host gpu: bring the cards of hosts in line with scans of them. */
#include "db/store/limits.h"
#include "src/cli/file-value.h"
#include "src/cli/usage.h"
#include "src/drift/sync.h"
#include "src/fleet/hosts.h"

/* A file is the scan of one host. Commits only after the table has been written. */
static int sync_file(const struct invocation *invocation, struct sync *sync)
{
	_cleanup_free_ char *document = NULL;
	int r = read_document(argument(invocation, "file"), DB_SCAN_MIB_MOST, NULL,
			      &document);

	if (r == ROCKS_DONE)
		r = answer(invocation, reconcile_host(sync, *invocation->many, document));
	r = r == ROCKS_DONE ? print_table(invocation, sync->table, true, "gpu") : r;
	return r == ROCKS_DONE && !sync->dryrun ? commit(invocation) : r;
}

static int sync_fleet(const struct invocation *invocation, struct sync *sync)
{
	_cleanup_host_set_ struct host_set hosts = { 0 };
	int printed, r = take_vm_hosts(invocation, &hosts);

	r = r == ROCKS_DONE ? reconcile_fleet(sync, &hosts) : r;
	printed = print_table(invocation, sync->table, true, "gpu");
	return r == ROCKS_DONE ? printed : r;
}

static int run(struct invocation *invocation)
{
	_cleanup_(sync_close) struct sync sync = { .context = context_of(invocation) };
	bool file = argument(invocation, "file");

	sync.dryrun = boolean_argument(invocation, "dryrun", false);
	sync.adopt = argument(invocation, "adopt");
	if ((file || sync.adopt) && invocation->many_count != 1)
		return usage_error(invocation->command, "file=, adopt=: name one host");
	if (sync_open(&sync) != ROCKS_DONE)
		return ROCKS_FAILED;
	return file ? sync_file(invocation, &sync) : sync_fleet(invocation, &sync);
}

static const struct argument arguments[] = {
	ARGUMENT_TEXT("host", "physical hosts; by default all that may have cards",
		      ARGUMENT_MANY, HOST),
	ARGUMENTS_END,
};

static const struct argument parameters[] = {
	ARGUMENT_TEXT("file", "one host's `gpupci --list --json`; - for stdin", 0, PATH),
	ARGUMENT_TEXT("adopt", "cards moved here by hand: SERIAL or UUID,…", 0, NOTHING),
	ARGUMENT_BOOLEAN("dryrun", "yes: shows what would change, and changes nothing"),
	ARGUMENTS_END,
};

const struct command cmd_sync_host_gpu = {
	.words = "sync host gpu",
	.summary = "bring the cards of hosts in line with scans of them",
	.help = "Runs `gpupci --list --json` on each host, unless file= is given, and "
		"records the cards that it prints. If a host does not answer, or its "
		"answer is refused, an error says so and its cards stay as recorded. "
		"Limits: 1,024 cards, 4,096 functions, 2 MiB, and 1,024 missing cards "
		"without a VM.\n\nA card is recognised by its serial number, or without "
		"one by its PCIe path and ids. If one card of a model is missing and one "
		"is new, the card moved. STATE is new, same, moved, missing, or swapped: "
		"another card is in its slot. WAS is its last address.\n\nA new card "
		"with the serial number of a card missing elsewhere goes to no VM until "
		"adopt= says that it is that card, or `rocks set host gpu` with "
		"same-as=none says that it is not.",
	.arguments = arguments,
	.parameters = parameters,
	.examples = "sync host gpu\nsync host gpu vm-container-0-15 file=scan.json",
	.related = "list host gpu\nset host gpu\nrun host\nlist history",
	.flags = COMMAND_WRITES | COMMAND_OWN | COMMAND_TABLE,
	.run = run,
};
