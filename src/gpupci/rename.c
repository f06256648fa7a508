/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --rename: where only a person can know which card it is. */
#include <stdio.h>
#include <string.h>

#include "src/gpupci/actions.h"
#include "src/gpupci/exit-code.h"
#include "src/gpupci/message.h"

/* Virtual functions are known by the name of their physical card. */
static void rename_parents(struct names *names, const char *new, const char *old)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->records[i].parent, old) == 0)
			snprintf(names->records[i].parent, NAME_SIZE, "%s", new);
}

static int refuse_present(const struct name_record *record)
{
	char address[PCI_ADDRESS_SIZE];

	fprintf(stderr,
		"gpupci: %s is the card at %s; give that card another name first\n",
		record->name, pci_address_sysfs(record->address, address));
	return EXIT_REFUSED;
}

static int rename_card(struct host *host, const char *new, const char *old)
{
	struct name_record *record = names_find(&host->names, old);
	struct name_record *other = names_find(&host->names, new);

	if (!record)
		return message_unknown_card(&host->cards, old);
	if (record == other)
		return EXIT_DONE;
	if (other && other->card != NAME_NO_CARD)
		return refuse_present(other);
	if (other) {
		/* What bore the name is gone for good: it was this card, or is no more. */
		names_remove(&host->names, other);
		record = names_find(&host->names, old);
	}
	snprintf(record->name, sizeof(record->name), "%s", new);
	rename_parents(&host->names, new, old);
	names_sort(&host->names);
	return EXIT_DONE;
}

int action_rename(struct host *host, const struct options *options)
{
	const char *new = options->target, *old = options->old_name;
	int error, code;

	error = host_name_cards(host);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	code = rename_card(host, new, old);
	if (code != EXIT_DONE || options->dry_run)
		return code;
	error = names_write(&host->names, host->scan.sysfs.root, &host->names_content,
			    &host->scan.fault);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}
