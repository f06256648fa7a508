/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else is on a card's board, in a slot of its own behind the board's switch. */
#include <stdio.h>

#include "src/gpupci/cards/board.h"
#include "src/gpupci/scan/port.h"

#define CLASS_BASE_MULTIMEDIA 0x04

static bool is_of_any_card(const struct cards *cards, const struct pci_function *function)
{
	for (size_t i = 0; i < cards->count; i++)
		if (card_owns(&cards->cards[i], function))
			return true;
	return false;
}

static bool may_be_sound(const struct host *host, const struct card *card,
			 const struct pci_function *function)
{
	return function->class >> 16 == CLASS_BASE_MULTIMEDIA &&
	       function->vendor == card->members[0].function->vendor &&
	       !is_of_any_card(&host->cards, function) &&
	       !config_excludes(&host->config, function->address);
}

int board_find_sound(struct host *host, const struct card *card,
		     const struct pci_function **ret_sound)
{
	const struct pci_function *port = NULL, *other;
	int error = port_find(&host->scan, card->members[0].function, &port);

	*ret_sound = NULL;
	for (size_t i = 0; i < host->scan.count && port && error == 0; i++) {
		const struct pci_function *function = &host->scan.functions[i];

		if (!may_be_sound(host, card, function))
			continue;
		error = port_find(&host->scan, function, &other);
		if (error == 0 && other == port) {
			*ret_sound = function;
			return 0;
		}
	}
	return error;
}

const char *board_format_join(const struct card *card, const struct pci_function *sound,
			      char text[BOARD_JOIN_SIZE])
{
	struct pci_address slots[] = { card->members[0].function->address,
				       sound->address };
	char first[PCI_ADDRESS_SIZE], second[PCI_ADDRESS_SIZE];

	slots[0].function = slots[1].function = 0;
	snprintf(text, BOARD_JOIN_SIZE, "join %s %s", pci_address_sysfs(slots[0], first),
		 pci_address_sysfs(slots[1], second));
	return text;
}
