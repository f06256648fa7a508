/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that a run has read of its host. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lib/cleanup.h"
#include "src/gpupci/host.h"

int host_read(struct host *host)
{
	struct strbuf *fault = &host->scan.fault;
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	int error;

	strbuf_add_format(&path, "%s/etc/gpupci.conf", host->scan.sysfs.root);
	error = path.error;
	if (error == 0)
		error = config_read(&host->config, strbuf_text(&path), fault);
	if (error == 0)
		error = pci_scan_read(&host->scan);
	if (error == 0)
		error = cards_find(&host->cards, &host->config, &host->scan);
	return error;
}

void host_release(struct host *host)
{
	cards_release(&host->cards);
	pci_scan_release(&host->scan);
	config_release(&host->config);
}

int host_read_name(struct host *host, char **ret_name)
{
	struct sysfs *sysfs = &host->scan.sysfs;
	struct utsname system;

	*ret_name = NULL;
	if (sysfs->root[0]) {
		int error = sysfs_read_line(sysfs, "/etc/hostname", ret_name);

		if (error == 0 || error == -ENOENT)
			return 0;
		if (error != -ENOMEM)
			strbuf_add_format(&host->scan.fault,
					  "cannot read %s: %s; repair it",
					  strbuf_text(&sysfs->path), strerror(-error));
		return error;
	}
	if (uname(&system) < 0)
		return -errno;
	*ret_name = strdup(system.nodename);
	return *ret_name ? 0 : -ENOMEM;
}

/* Whether the word means the card: its name, the address of a function, or all. */
static bool is_meant(const struct card *card, const char *word)
{
	struct pci_address address;

	if (strcmp(word, "all") == 0 || (card->name[0] && strcmp(word, card->name) == 0))
		return true;
	if (pci_address_parse(word, &address) < 0)
		return false;
	for (size_t i = 0; i < card->count; i++)
		if (pci_address_compare(card->members[i].function->address, address) == 0)
			return true;
	return false;
}

int host_select(const struct host *host, const char *word, bool **ret_selected,
		bool *ret_any)
{
	const struct cards *cards = &host->cards;
	bool *selected = calloc(cards->count + 1, sizeof(*selected));

	if (!selected)
		return -ENOMEM;
	*ret_any = strcmp(word, "all") == 0;
	for (size_t i = 0; i < cards->count; i++) {
		selected[i] = is_meant(&cards->cards[i], word);
		*ret_any = *ret_any || selected[i];
	}
	*ret_selected = selected;
	return 0;
}
