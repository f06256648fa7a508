/* SPDX-License-Identifier: GPL-2.0-or-later */
/* After a boot, detaches the cards that must stay detached. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/change/detach.h"
#include "src/gpupci/change/restore.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/keep/detached-file.h"

/* Returns the function where the card was, or NULL. */
static const struct pci_function *find_successor(const struct host *host,
						 const struct detached_card *record)
{
	for (size_t i = 0; i < host->scan.count; i++)
		if (pci_address_compare(host->scan.functions[i].address,
					record->functions[0].address) == 0)
			return &host->scan.functions[i];
	return NULL;
}

static void say_missing(const struct host *host, const struct detached_card *record)
{
	const struct pci_function *other = find_successor(host, record);
	char address[PCI_ADDRESS_SIZE];

	pci_address_sysfs(record->functions[0].address, address);
	fprintf(stderr, "gpupci: %s is missing; it stays recorded as detached",
		record->name);
	if (other)
		fprintf(stderr,
			"; at its place %s there is %04x:%04x, which is left alone",
			address, other->vendor, other->device);
	fputs("\n", stderr);
}

/* A card that later gets the recorded name must not be taken for this one. */
static int note_names(struct change *change)
{
	const struct root *root = &change->host->scan.root;
	bool any = false;
	int error = 0;

	for (size_t i = 0; i < change->records.kept.count; i++) {
		const struct detached_card *record = &change->records.kept.cards[i];

		if (strcmp(record->name, detached_name(record)) == 0)
			continue;
		fprintf(stderr, "gpupci: %s is now called %s\n", record->name,
			detached_name(record));
		any = true;
	}
	if (!any || change->options->dry_run)
		return EXIT_DONE;
	error = host_save_names(change->host);
	if (error < 0)
		return message_failed(error, &change->host->scan.fault);
	error = detached_write(&change->records.kept, root, DETACHED_PATH);
	if (error == 0)
		return EXIT_DONE;
	fprintf(stderr, "gpupci: cannot write %s%s: %s; run it again\n", root->folder,
		DETACHED_PATH, strerror(-error));
	return EXIT_FAILED;
}

static int restore_one(struct change *change, const struct detached_card *record)
{
	int code;

	if (!record->card) {
		say_missing(change->host, record);
		return EXIT_DONE;
	}
	change->driver = record->driver;
	code = change_detach(change, record->card);
	change->driver = NULL;
	return code;
}

int change_restore(struct change *change)
{
	_cleanup_detached_ struct detached records = DETACHED_EMPTY;
	size_t done = 0, failed = 0;
	int code = note_names(change);

	/* Detach even if it cannot be recorded. */
	failed = code != EXIT_DONE;
	/* Work on copies: the records change while cards are detached. */
	for (size_t i = 0; i < change->records.kept.count; i++)
		if (detached_copy(&records, &change->records.kept.cards[i]) < 0)
			return message_failed(-ENOMEM, NULL);
	for (size_t i = 0; i < records.count; i++) {
		int result = restore_one(change, &records.cards[i]);

		done += result == EXIT_DONE;
		failed += result != EXIT_DONE;
		code = result != EXIT_DONE && code == EXIT_DONE ? result : code;
	}
	return done && failed ? EXIT_PARTLY : code;
}
