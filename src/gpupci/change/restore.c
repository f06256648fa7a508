/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --restore: after a boot, detach again what was detached; --forget: no more. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/change.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/files/state.h"

/* Who sits where the card was, or NULL. */
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
	fprintf(stderr, "gpupci: %s is not there; it stays noted as detached",
		record->name);
	if (other)
		fprintf(stderr,
			"; at its place %s there is %04x:%04x, which is left alone",
			address, other->vendor, other->device);
	fputs("\n", stderr);
}

/* A card that has its record's old name one day must not be taken for the record's. */
static int note_names(struct change *change)
{
	const char *root = change->options->root;
	bool any = false;
	int error = 0;

	for (size_t i = 0; i < change->kept.count; i++) {
		const struct detached_card *record = &change->kept.cards[i];

		if (strcmp(record->name, detached_name(record)) == 0)
			continue;
		fprintf(stderr, "gpupci: %s is called %s now\n", record->name,
			detached_name(record));
		any = true;
	}
	if (!any || change->options->dry_run)
		return EXIT_DONE;
	error = host_save_names(change->host);
	if (error < 0)
		return message_failed(error, &change->host->scan.fault);
	error = detached_write(&change->kept, root, DETACHED_PATH);
	if (error == 0)
		return EXIT_DONE;
	fprintf(stderr, "gpupci: cannot write %s%s: %s; run it again\n", root,
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

	/* What cannot be noted is detached all the same. */
	failed = code != EXIT_DONE;
	/* Copies: the records change while cards are detached. */
	for (size_t i = 0; i < change->kept.count; i++)
		if (detached_copy(&records, &change->kept.cards[i]) < 0)
			return message_failed(-ENOMEM, NULL);
	for (size_t i = 0; i < records.count; i++) {
		int result = restore_one(change, &records.cards[i]);

		done += result == EXIT_DONE;
		failed += result != EXIT_DONE;
		code = result != EXIT_DONE && code == EXIT_DONE ? result : code;
	}
	return done && failed ? EXIT_PARTLY : code;
}

int action_restore(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		change_recover(&change);
		code = change_restore(&change);
		/* Of a file that was put aside nothing could be restored. */
		if (code == EXIT_DONE && change.was_broken)
			code = EXIT_FAILED;
	}
	change_close(&change);
	return code;
}

/* What is detached now is known still, for --attach. */
static int forget_all(struct change *change)
{
	const char *root = change->options->root;
	int error = 0;

	for (size_t i = 0; i < change->kept.count && error == 0; i++)
		error = detached_copy(&change->here, &change->kept.cards[i]);
	if (error == 0 && !change->options->dry_run)
		error = detached_write(&change->here, root, DETACHED_RUN_PATH);
	if (error == 0 && !change->options->dry_run)
		error = state_remove(root, DETACHED_PATH);
	if (error < 0) {
		fprintf(stderr, "gpupci: cannot change %s%s or %s%s: %s; run it again\n",
			root, DETACHED_PATH, root, DETACHED_RUN_PATH, strerror(-error));
		return EXIT_FAILED;
	}
	if (!change->kept.count)
		puts("no card is to stay detached over a reboot");
	for (size_t i = 0; i < change->kept.count; i++)
		printf("%s: with the host again from the next boot on; now with gpupci "
		       "--attach %s\n",
		       detached_name(&change->kept.cards[i]),
		       detached_name(&change->kept.cards[i]));
	return EXIT_DONE;
}

int action_forget(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		/* What was interrupted would note its card again. */
		change_recover(&change);
		code = forget_all(&change);
	}
	change_close(&change);
	return code;
}
