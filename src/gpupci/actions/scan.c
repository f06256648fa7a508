/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --scan: saves the names of the cards and prints what changed. */
#include <stdio.h>

#include "lib/table.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"

/* Whether another card is now where this one last was. */
static bool is_place_taken(const struct names *names, const struct name_record *record)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->records[i].card != NAME_NO_CARD &&
		    pci_address_compare(names->records[i].address, record->address) == 0)
			return true;
	return false;
}

static const char *change_of(const struct names *names, const struct name_record *record)
{
	if (record->card == NAME_NO_CARD)
		return is_place_taken(names, record) ? "swapped" : "missing";
	if (!record->is_known)
		return "new";
	return pci_address_compare(record->was, record->address) ? "moved" : "same";
}

static void add_row(struct table *table, const struct names *names,
		    const struct name_record *record)
{
	char text[PCI_ADDRESS_SIZE];

	table_add_text(table, record->name);
	table_add_text(table, change_of(names, record));
	table_add_text(table, record->card == NAME_NO_CARD
				      ? NULL
				      : pci_address_sysfs(record->address, text));
	table_add_text(table,
		       record->is_known ? pci_address_sysfs(record->was, text) : NULL);
	table_add_text(table, record->serial);
}

static int write_changes(FILE *file, const struct names *names)
{
	static const char *const columns[] = { "GPU", "CHANGE", "ADDRESS", "WAS",
					       "SERIAL" };
	static const struct table_style style = { .owner_always = true };
	_cleanup_table_ struct table *table = NULL;
	int error = table_new(&table, columns, ARRAY_SIZE(columns));

	for (size_t i = 0; i < names->count && error == 0; i++)
		add_row(table, names, &names->records[i]);
	return error < 0 ? error : table_write(table, &style, file);
}

int action_scan(struct host *host, const struct options *options)
{
	int error = options->dry_run ? host_name_cards(host) : host_save_names(host);

	if (error < 0)
		return message_failed(error, &host->scan.fault);
	if (host->names_aside)
		fprintf(stderr,
			"gpupci: the names file could not be parsed; it was moved to %s, "
			"and the cards got new names\n",
			host->names_aside);
	error = write_changes(stdout, &host->names);
	return error < 0 ? message_failed(error, NULL) : EXIT_DONE;
}
