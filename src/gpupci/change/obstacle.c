/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What forbids taking a card from its current user. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/change/obstacle.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/hold/holder.h"
#include "src/gpupci/scan/details.h"

/* Finds who has the card; towards the host, among what the host does not have yet. */
static int find_holders(const struct change *change, const struct card *card,
			bool for_host, struct holders *holders, struct strbuf *fault)
{
	_cleanup_nodes_ struct nodes nodes = NODES_EMPTY;
	struct root *root = &change->host->scan.root;
	int error = 0;

	/* A sleeping card wakes when its driver releases it. */
	nodes.may_wake = true;
	for (size_t i = 0; i < card->count && error == 0; i++)
		if (!for_host || !pci_function_is_of_host(card->members[i].function))
			error = nodes_find(&nodes, root, card->members[i].function,
					   fault);
	if (error == 0)
		error = holders_find_processes(holders, root, &nodes);
	if (error == 0)
		error = holders_find_uses(holders, root, &nodes, false);
	for (size_t i = 0; i < card->count && error == 0 && !for_host; i++)
		holders_doubt_nodes(holders, &nodes, card->members[i].function);
	return error;
}

static int look_at_mate(const struct change *change, struct pci_function *mate,
			struct holders *holders, struct strbuf *idle,
			struct strbuf *fault)
{
	_cleanup_nodes_ struct nodes nodes = NODES_EMPTY;
	size_t before = holders->count, doubts = holders->unknown.length;
	char address[PCI_ADDRESS_SIZE];
	int error;

	error = pci_scan_read_driver(&change->host->scan, mate);
	if (error < 0)
		strbuf_add_string(fault, strbuf_text(&change->host->scan.fault));
	if (error < 0 || !pci_function_is_of_host(mate))
		return error;
	error = nodes_find(&nodes, &change->host->scan.root, mate, fault);
	if (error == 0)
		error = holders_find_uses(holders, &change->host->scan.root, &nodes,
					  false);
	if (error < 0)
		return error;
	holders_doubt_nodes(holders, &nodes, mate);
	if (holders->count == before && holders->unknown.length == doubts)
		strbuf_add_format(idle, "%s%s (driver %s)", idle->length ? ", " : "",
				  pci_address_sysfs(mate->address, address),
				  mate->details.driver);
	return 0;
}

static int find_mates(const struct change *change, const struct card *card,
		      struct holders *holders, struct strbuf *idle, struct strbuf *fault)
{
	struct pci_scan *scan = &change->host->scan;

	for (size_t i = 0; i < scan->count; i++)
		for (size_t j = 0; j < card->count; j++) {
			int error;

			if (!card_is_mate(card, card->members[j].function,
					  &scan->functions[i]))
				continue;
			error = look_at_mate(change, &scan->functions[i], holders, idle,
					     fault);
			if (error < 0)
				return error;
			break;
		}
	return 0;
}

static int refuse(const struct card *card, const struct holders *holders,
		  const char *advice)
{
	if (holders->count)
		fprintf(stderr, "gpupci: %s is in use; %s:\n", card->name, advice);
	else
		fprintf(stderr,
			"gpupci: who holds %s is not known; nothing was changed:\n",
			card->name);
	holders_print(stderr, holders);
	return EXIT_REFUSED;
}

int obstacles_to_detach(const struct change *change, struct card *card)
{
	_cleanup_holders_ struct holders holders = HOLDERS_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf idle = STRBUF_EMPTY;
	int error;

	error = find_holders(change, card, false, &holders, &fault);
	if (error == 0)
		error = find_mates(change, card, &holders, &idle, &fault);
	if (error < 0)
		return message_failed(error, &fault);
	if (holders.count || holders.unknown.length)
		return refuse(card, &holders, "end these, then run this again");
	if (idle.length)
		fprintf(stderr,
			"gpupci: %s shares its IOMMU group with %s: no VM can have it "
			"until the host's drivers release these too\n",
			card->name, strbuf_text(&idle));
	return EXIT_DONE;
}

int obstacles_to_attach(const struct change *change, const struct card *card)
{
	_cleanup_holders_ struct holders holders = HOLDERS_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	int error = find_holders(change, card, true, &holders, &fault);

	if (error < 0)
		return message_failed(error, &fault);
	if (holders.count || holders.unknown.length)
		return refuse(card, &holders, "end its VM, then run this again");
	return EXIT_DONE;
}

bool obstacles_to_host(const struct change *change, const struct card *card,
		       struct strbuf *fault)
{
	_cleanup_holders_ struct holders holders = HOLDERS_EMPTY;
	const struct holder *first;
	int error = find_holders(change, card, true, &holders, fault);

	if (error < 0)
		return true;
	if (holders.count) {
		first = &holders.holders[0];
		strbuf_add_format(fault, "process %d", (int)first->process);
		if (first->unit)
			strbuf_add_format(fault, " of %s", first->unit);
		strbuf_add_format(fault, " has %s open; end it, then run this again",
				  first->what);
		return true;
	}
	if (holders.unknown.length)
		strbuf_add_format(fault, "who holds it is not known: %s",
				  strbuf_text(&holders.unknown));
	return holders.unknown.length > 0;
}
