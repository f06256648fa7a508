/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --rename: for when only a person can know which card it is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/keep/detached-file.h"

static const char *const paths[] = { DETACHED_PATH, DETACHED_RUN_PATH };

/* Virtual functions are recorded by the name of their physical card. */
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
		/*
		 * The old record of the name goes for good: it was this card, or one that
		 * is gone.
		 */
		names_remove(&host->names, other);
		record = names_find(&host->names, old);
	}
	snprintf(record->name, sizeof(record->name), "%s", new);
	if (record->card != NAME_NO_CARD)
		snprintf(host->cards.cards[record->card].name, NAME_SIZE, "%s", new);
	rename_parents(&host->names, new, old);
	names_sort(&host->names);
	return EXIT_DONE;
}

/* A file that cannot be parsed stays; the next change moves it aside. */
static int read_records(struct host *host, struct detached lists[2])
{
	struct detached *const both[] = { &lists[0], &lists[1] };
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(paths) && error == 0; i++) {
		error = detached_read(&lists[i], &host->scan.root, paths[i]);
		if (error == -EINVAL)
			error = 0;
		if (error < 0)
			strbuf_add_format(&host->scan.fault, "cannot read %s%s: %s",
					  host->scan.root.folder, paths[i],
					  strerror(-error));
	}
	if (error == 0)
		error = host_identify_cards(host);
	if (error == 0)
		detached_identify(both, ARRAY_SIZE(both), &host->cards,
				  host->names_content.length > 0);
	return error;
}

/* Renames the card in its record, even if the card is missing. */
static int write_records(struct host *host, struct detached lists[2], const char *new,
			 const char *old)
{
	const struct name_record *named = names_find(&host->names, new);
	bool is_there = named && named->card != NAME_NO_CARD;
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(paths) && error == 0; i++) {
		for (size_t j = 0; j < lists[i].count && !is_there; j++) {
			struct detached_card *record = &lists[i].cards[j];

			if (!record->card && strcmp(record->name, old) == 0)
				snprintf(record->name, sizeof(record->name), "%s", new);
		}
		if (lists[i].count)
			error = detached_write(&lists[i], &host->scan.root, paths[i]);
		if (error < 0)
			strbuf_add_format(
				&host->scan.fault, "cannot write %s%s: %s; run it again",
				host->scan.root.folder, paths[i], strerror(-error));
	}
	return error;
}

static int rename_all(struct host *host, const struct options *options,
		      struct detached lists[2])
{
	const char *new = options->target, *old = options->old_name;
	int error = host_name_cards(host), code;

	if (error == 0)
		error = read_records(host, lists);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	code = rename_card(host, new, old);
	if (code != EXIT_DONE || options->dry_run)
		return code;
	/* Records are not matched by name alone, so they may be renamed first. */
	error = write_records(host, lists, new, old);
	if (error == 0)
		error = names_write(&host->names, &host->scan.root, &host->names_content,
				    &host->scan.fault);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}

int action_rename(struct host *host, const struct options *options)
{
	struct detached lists[2] = { DETACHED_EMPTY, DETACHED_EMPTY };
	int code = rename_all(host, options, lists);

	detached_release(&lists[0]);
	detached_release(&lists[1]);
	return code;
}
