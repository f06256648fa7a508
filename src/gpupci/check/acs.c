/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which bridge above a card does not isolate devices. */
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/acs.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/scan/libpci.h"

/* Bridges between a card and its root bus; more cannot be a tree of buses. */
#define MOST_BRIDGES 64

struct bridges {
	struct strbuf without, off, unknown, dead, with; /* addresses and ids, by kind */
};

#define BRIDGES_EMPTY                                                                \
	{                                                                            \
		STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY \
	}

static void add_bridge(struct strbuf *list, const struct pci_function *bridge)
{
	char address[PCI_ADDRESS_SIZE];

	strbuf_add_format(list, "%s%s (%04x:%04x)", list->length ? ", " : "",
			  pci_address_sysfs(bridge->address, address), bridge->vendor,
			  bridge->device);
}

/* Sorts the bridges above the card by their ACS. */
static void find_bridges(struct bridges *bridges, struct host *host,
			 const struct card *card)
{
	const struct pci_function *function = card->members[0].function;

	for (int i = 0; i < MOST_BRIDGES && function && function->has_bridge; i++) {
		function = pci_scan_find(&host->scan, function->bridge);
		if (!function)
			return;
		switch (library_read_acs(&host->scan, function)) {
		case LIBRARY_ACS_UNKNOWN:
			add_bridge(&bridges->unknown, function);
			break;
		case LIBRARY_ACS_NONE:
			add_bridge(&bridges->without, function);
			break;
		case LIBRARY_ACS_OFF:
			add_bridge(&bridges->off, function);
			break;
		case LIBRARY_ACS_ON:
			add_bridge(&bridges->with, function);
			break;
		case LIBRARY_ACS_NEEDLESS:
			break;
		case LIBRARY_ACS_DEAD:
			add_bridge(&bridges->dead, function);
			break;
		}
	}
}

/* disable_acs_redir= is an option of pci=, which may have more. */
static void fix_off(struct strbuf *fix, struct root *root, const struct boot_facts *facts)
{
	static const char option[] = "disable_acs_redir";
	_cleanup_free_ char *devices = cmdline_option(facts->line, "pci", option);
	_cleanup_free_ char *all = cmdline_value(facts->line, "pci");

	if (devices && all && strncmp(all, option, strlen(option)) == 0 &&
	    !strchr(all, ','))
		fix_remove_word(fix, root, facts, "pci", all);
	else if (devices)
		strbuf_add_format(fix,
				  "take %s= out of pci= on the kernel's command line\n",
				  option);
	strbuf_add_string(fix, "in the BIOS: \"ACS Enable\" or \"ACS Control\"");
}

static void add_off(struct checks *checks, struct root *root, const struct card *card,
		    const struct bridges *bridges)
{
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	fix_off(&fix, root, &checks->boot);
	checks_add(checks, card->name, "acs", CHECK_WARN, strbuf_text(&fix),
		   "%s has ACS, but not all of it is on: what is below and beside it is "
		   "not kept apart",
		   strbuf_text(&bridges->off));
	if (fix.error)
		checks->error = fix.error;
}

/* Checks a card that shares its group. */
static void add_shared(struct checks *checks, struct root *root, const struct card *card,
		       const struct bridges *bridges)
{
	static const char other_slot[] =
		"put the card into another slot, and run this again\n"
		"in the BIOS: \"ACS Enable\" or \"ACS Control\" (AMD: under AMD CBS, "
		"NBIO; "
		"Intel: under PCIe or IIO)";

	if (bridges->off.length)
		add_off(checks, root, card, bridges);
	else if (bridges->without.length)
		checks_add(checks, card->name, "acs", CHECK_WARN, other_slot,
			   "%s has no ACS: what is below and beside it is not kept apart",
			   strbuf_text(&bridges->without));
	else if (bridges->unknown.length)
		checks_add(checks, card->name, "acs", CHECK_WARN, "run it as root",
			   "whether %s has ACS is not known: its configuration cannot be "
			   "read",
			   strbuf_text(&bridges->unknown));
	else
		checks_add(checks, card->name, "acs", CHECK_WARN, other_slot,
			   "no bridge above it lacks ACS: its mates are functions of one "
			   "device, or the kernel knows better");
}

static const char override_name[] = "pcie_acs_override";

/*
 * The value of the parameter of the ACS override patch, which takes PCIe bridges without
 * ACS for ones with it; NULL if the running kernel has none.
 */
static char *find_override(const struct checks *checks)
{
	return cmdline_value(checks->boot.line, override_name);
}

static void add_pretended(struct checks *checks, struct root *root,
			  const struct card *card, const struct bridges *bridges,
			  const char *value)
{
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	fix_remove_word(&fix, root, &checks->boot, override_name, value);
	strbuf_add_string(&fix,
			  "then put the card into a slot with a group of its own\n"
			  "or give all that is below and beside that bridge to VMs that "
			  "trust each other");
	checks_add(checks, card->name, "acs", CHECK_WARN, strbuf_text(&fix),
		   "%s has no ACS: pcie_acs_override pretends groups that nothing keeps "
		   "apart; devices there can reach each other's memory, whichever VM has "
		   "them",
		   strbuf_text(&bridges->without));
	if (fix.error)
		checks->error = fix.error;
}

static void add_own(struct checks *checks, const struct card *card,
		    const struct bridges *bridges)
{
	if (bridges->without.length || bridges->off.length)
		checks_add(
			checks, card->name, "acs", CHECK_OK, NULL,
			"%s has no ACS%s: what is plugged in beside the card may share "
			"its group",
			bridges->without.length ? strbuf_text(&bridges->without)
						: strbuf_text(&bridges->off),
			bridges->without.length ? "" : " on");
	else if (bridges->unknown.length)
		checks_add(checks, card->name, "acs", CHECK_OK, NULL,
			   "whether %s has ACS is not known: only root can see it",
			   strbuf_text(&bridges->unknown));
	else if (bridges->with.length)
		checks_add(checks, card->name, "acs", CHECK_OK, NULL, "%s has ACS",
			   strbuf_text(&bridges->with));
	else
		checks_add(checks, card->name, "acs", CHECK_OK, NULL,
			   "there is no bridge above it");
}

static void release_bridges(struct bridges *bridges)
{
	strbuf_release(&bridges->without);
	strbuf_release(&bridges->off);
	strbuf_release(&bridges->unknown);
	strbuf_release(&bridges->dead);
	strbuf_release(&bridges->with);
}

bool acs_is_pretended(const struct checks *checks, struct host *host,
		      const struct card *card)
{
	_cleanup_free_ char *value = find_override(checks);
	struct bridges bridges = BRIDGES_EMPTY;
	bool is_pretended = false;

	if (value) {
		find_bridges(&bridges, host, card);
		is_pretended = bridges.without.length > 0;
	}
	release_bridges(&bridges);
	return is_pretended;
}

void check_acs(struct checks *checks, struct host *host, const struct card *card,
	       bool is_shared)
{
	_cleanup_free_ char *value = find_override(checks);
	struct root *root = &host->scan.root;
	struct bridges bridges = BRIDGES_EMPTY;

	find_bridges(&bridges, host, card);
	if (bridges.dead.length)
		checks_add(checks, card->name, "acs", CHECK_WARN, NULL,
			   "whether %s has ACS is not known: it does not answer",
			   strbuf_text(&bridges.dead));
	else if (is_shared)
		add_shared(checks, root, card, &bridges);
	else if (bridges.without.length && value)
		add_pretended(checks, root, card, &bridges, value);
	else
		add_own(checks, card, &bridges);
	release_bridges(&bridges);
}
