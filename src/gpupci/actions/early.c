/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --early: the driver_override a device gets before any driver sees it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/keep/detached-file.h"
#include "src/gpupci/scan/sysfs.h"

static bool is_any_function(const struct detached *detached, uint16_t vendor,
			    uint16_t device)
{
	for (size_t i = 0; i < detached->count; i++)
		for (size_t j = 0; j < detached->cards[i].count; j++)
			if (detached->cards[i].functions[j].vendor == vendor &&
			    detached->cards[i].functions[j].device == device)
				return true;
	return false;
}

/* udev runs this for every device, and most are not cards. */
static int may_be_meant(const struct detached *detached, struct root *root,
			struct pci_address address)
{
	uint32_t vendor = 0, device = 0;
	int error;

	error = sysfs_read_hex(root, address, "vendor", 0xffff, &vendor);
	if (error == 0)
		error = sysfs_read_hex(root, address, "device", 0xffff, &device);
	return error < 0 ? error
			 : is_any_function(detached, (uint16_t)vendor, (uint16_t)device);
}

static const struct card_member *find_member(const struct card *card,
					     struct pci_address address)
{
	for (size_t i = 0; i < card->count; i++)
		if (pci_address_compare(card->members[i].function->address, address) == 0)
			return &card->members[i];
	return NULL;
}

/* Prints the driver if the device is a function of a card that stays detached. */
static int print_driver(const struct detached *detached, struct host *host,
			struct pci_address address)
{
	int error = host_read(host, HOST_CARDS_ONLY | HOST_NO_NAMES);

	if (error == 0)
		error = host_identify_cards(host);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	for (size_t i = 0; i < detached->count; i++) {
		const struct detached_card *record = &detached->cards[i];
		struct card *card = detached_match(record, &host->cards);
		const struct card_member *member =
			card ? find_member(card, address) : NULL;

		if (!member || !detached_function(record, member->number))
			continue;
		error = card_read_drivers(card, &host->scan);
		if (error < 0)
			return message_failed(error, &host->scan.fault);
		/* It became the boot display, say: --restore reports why it stays. */
		if (card->protection)
			return EXIT_REFUSED;
		puts(record->driver);
		return EXIT_DONE;
	}
	return EXIT_FAILED;
}

int action_early(struct host *host, const struct options *options)
{
	_cleanup_detached_ struct detached detached = DETACHED_EMPTY;
	struct pci_address address;
	int error;

	if (pci_address_parse(options->target, &address) < 0) {
		fputs("gpupci: --early needs the address of a device\n", stderr);
		return EXIT_USAGE;
	}
	error = detached_read(&detached, &host->scan.root, DETACHED_PATH);
	if (error < 0) {
		fprintf(stderr, "gpupci: cannot read %s%s: %s; see gpupci --restore\n",
			host->scan.root.folder, DETACHED_PATH, strerror(-error));
		return EXIT_FAILED;
	}
	error = may_be_meant(&detached, &host->scan.root, address);
	if (error < 0) {
		fprintf(stderr, "gpupci: cannot read %s: %s\n",
			strbuf_text(&host->scan.root.path), strerror(-error));
		return EXIT_FAILED;
	}
	return error ? print_driver(&detached, host, address) : EXIT_FAILED;
}
