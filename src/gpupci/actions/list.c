/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --list: names and addresses, as text and as JSON. */
#include <stdio.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/actions/document.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/keep/quarantine.h"

static void write_lines(FILE *file, const struct cards *cards)
{
	char node[PCI_ADDRESS_SIZE];

	for (size_t i = 0; i < cards->count; i++) {
		const struct card *card = &cards->cards[i];

		if (card->kind != CARD_FABRIC)
			fprintf(file, "%s %s\n", card->name,
				pci_address_node(card->members[0].function->address,
						 node));
	}
}

int action_list(struct host *host, const struct options *options)
{
	_cleanup_strbuf_ struct strbuf doubt = STRBUF_EMPTY;
	_cleanup_picks_ struct picks picks = PICKS_EMPTY;
	_cleanup_held_ struct held held = HELD_EMPTY;
	_cleanup_free_ char *name = NULL;
	int error;

	if (!options->json) {
		write_lines(stdout, &host->cards);
		return EXIT_DONE;
	}
	error = pci_scan_read_all(&host->scan);
	for (size_t i = 0; i < host->cards.count && error == 0; i++)
		error = card_read(&host->cards.cards[i], &host->scan, true);
	if (error == 0)
		error = host_read_name(host, &name);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	quarantine_read(host, &doubt);
	error = picks_find_cards(&picks, host);
	if (error == 0)
		error = held_read(&held, &host->scan.root, &picks, HELD_BY_FUNCTION,
				  false);
	if (error < 0)
		return message_failed(error, NULL);
	document_write(stdout, host, &held, name && name[0] ? name : NULL);
	return EXIT_DONE;
}
