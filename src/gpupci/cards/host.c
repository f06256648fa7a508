/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything that a run has read of its host. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/cards/names.h"
#include "src/gpupci/files/state.h"

static int read_config(struct host *host)
{
	return config_read(&host->config, &host->scan.root, "/etc/gpupci.conf",
			   &host->scan.fault);
}

/* Moves the names file aside: no card is known from it any more. */
static int set_names_aside(struct host *host)
{
	int error;

	names_release(&host->names);
	strbuf_reset(&host->names_content);
	error = state_set_aside(&host->scan.root, NAMES_PATH, &host->names_aside);
	if (error == 0)
		strbuf_reset(&host->scan.fault);
	return error;
}

static int read_names(struct host *host, bool set_aside)
{
	int error = names_read(&host->names, &host->scan.root, &host->names_content,
			       &host->scan.fault);

	if (set_aside && (error == -EINVAL || error == -EFBIG))
		error = set_names_aside(host);
	/* Until names are saved, cards are named by address, as cards_find() did. */
	if (error < 0 || !host->names_content.length)
		return error;
	return names_match(&host->names, &host->cards, &host->scan);
}

/* Returns the largest number of an IOMMU group, plus one. */
static size_t count_group_numbers(const struct pci_scan *scan)
{
	size_t count = 0;

	for (size_t i = 0; i < scan->count; i++)
		if (scan->functions[i].group >= 0 &&
		    (size_t)scan->functions[i].group >= count)
			count = (size_t)scan->functions[i].group + 1;
	return count;
}

/* Reads the kind of each function that shares an IOMMU group with a card. */
static int read_mates(struct host *host)
{
	struct pci_scan *scan = &host->scan;
	size_t count = count_group_numbers(scan);
	_cleanup_free_ bool *wanted = calloc(count + 1, sizeof(*wanted));
	int error = wanted ? 0 : -ENOMEM;

	for (size_t i = 0; i < host->cards.count && error == 0; i++)
		for (size_t j = 0; j < host->cards.cards[i].count; j++) {
			int group = host->cards.cards[i].members[j].function->group;

			if (group >= 0)
				wanted[group] = true;
		}
	for (size_t i = 0; i < scan->count && error == 0; i++)
		if (scan->functions[i].group >= 0 && wanted[scan->functions[i].group])
			error = pci_scan_read_kind(scan, &scan->functions[i]);
	return error;
}

static int read_devices(struct host *host, unsigned int reading)
{
	int error = pci_scan_read(&host->scan);

	if (error == 0 && reading & HOST_MATES_ONLY)
		error = pci_scan_read_groups(&host->scan);
	else if (error == 0 && !(reading & HOST_CARDS_ONLY))
		error = pci_scan_read_all(&host->scan);
	if (error == 0)
		error = cards_find(&host->cards, &host->config, &host->scan);
	if (error == 0 && reading & HOST_MATES_ONLY)
		error = read_mates(host);
	if (error < 0 || reading & HOST_NO_NAMES)
		return error;
	return read_names(host, reading & HOST_SET_ASIDE);
}

/* Whether a device plugged or removed meanwhile can explain the error. */
static bool may_have_changed(int error)
{
	return error == -EAGAIN || error == -ENOENT || error == -ENODEV || error == -EIO;
}

static void release_devices(struct host *host)
{
	names_release(&host->names);
	strbuf_reset(&host->names_content);
	cards_release(&host->cards);
	pci_scan_release(&host->scan);
}

int host_read(struct host *host, unsigned int reading)
{
	const struct timespec pause = { .tv_nsec = 20000000 };
	int error;

	if (reading & HOST_NOTHING)
		return 0;
	error = read_config(host);
	if (error == 0)
		error = read_devices(host, reading);
	for (int again = 0; again < 2 && may_have_changed(error); again++) {
		nanosleep(&pause, NULL);
		release_devices(host);
		error = read_devices(host, reading);
	}
	return error;
}

int host_name_cards(struct host *host)
{
	if (host->names_content.length)
		return 0;
	names_release(&host->names);
	return names_match(&host->names, &host->cards, &host->scan);
}

int host_identify_cards(struct host *host)
{
	struct cards *cards = &host->cards;
	int error = 0;

	for (size_t i = 0; i < cards->count && error == 0; i++)
		if (!cards->cards[i].ids)
			error = card_identify(&cards->cards[i], &host->scan);
	return error;
}

int host_save_names(struct host *host)
{
	int error = host_name_cards(host);

	return error < 0 ? error
			 : names_write(&host->names, &host->scan.root,
				       &host->names_content, &host->scan.fault);
}

void host_release(struct host *host)
{
	release_devices(host);
	strbuf_release(&host->names_content);
	free(host->names_aside);
	config_release(&host->config);
}

int host_read_name(struct host *host, char **ret_name)
{
	struct root *root = &host->scan.root;
	struct utsname system;

	*ret_name = NULL;
	if (root->folder[0]) {
		int error = root_read_line(root, ret_name, "/etc/hostname");

		if (error == 0 || error == -ENOENT)
			return 0;
		if (error != -ENOMEM)
			strbuf_add_format(&host->scan.fault,
					  "cannot read %s: %s; repair it",
					  strbuf_text(&root->path), strerror(-error));
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
