/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for one card. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/board.h"
#include "src/gpupci/check/acs.h"
#include "src/gpupci/check/boot.h"
#include "src/gpupci/check/card.h"
#include "src/gpupci/check/display.h"
#include "src/gpupci/check/fabric.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/reset.h"
#include "src/gpupci/check/vendor.h"
#include "src/gpupci/check/windows.h"
#include "src/gpupci/hold/holder.h"
#include "src/gpupci/scan/sysfs.h"

static char *read_attribute(struct host *host, const struct pci_function *function,
			    const char *attribute)
{
	char *text = NULL;
	int error =
		sysfs_read_text(&host->scan.root, function->address, attribute, &text);

	return error < 0 ? NULL : text;
}

static void check_protection(struct checks *checks, const struct card *card)
{
	bool has_parts = false;

	for (size_t i = 0; i < card->count; i++)
		has_parts |= card->members[i].function->virtual_count > 0;
	if (card->protection)
		checks_add(checks, card->name, "protected", CHECK_WARN,
			   has_parts
				   ? "give VMs the virtual functions, or, when nobody "
				     "uses them: echo 0 > the card's sriov_numvfs in "
				     "sysfs"
				   : "in the BIOS: another \"primary display\", such as "
				     "the one of the management controller\n"
				     "or, where a VM is to have the only display: see "
				     "--force-boot-display in gpupci(8)",
			   "%s: it stays with the host", card->protection);
}

static void check_answer(struct checks *checks, const struct card *card)
{
	const struct pci_function *dead = card_find_dead(card);
	char address[PCI_ADDRESS_SIZE];

	if (dead)
		checks_add(checks, card->name, "config", CHECK_FAIL,
			   "switch the host off and on; see dmesg for \"device "
			   "inaccessible\" or \"has fallen off the bus\"\n"
			   "if it comes back: options vfio-pci disable_idle_d3=1 in "
			   "/etc/modprobe.d; the card's seat, its power cables, a riser",
			   "%s " CARD_DEAD, pci_address_sysfs(dead->address, address));
}

static void check_driver(struct checks *checks, const struct card *card)
{
	const char *verdict =
		card_find_dead(card) ? "detached" : "detached: a VM can have it";
	const char *driver = card->members[0].function->details.driver;
	size_t vfio = 0, stub = 0;

	for (size_t i = 0; i < card->count; i++) {
		const struct pci_details *details = &card->members[i].function->details;

		vfio += details->vfio;
		stub += details->driver && strcmp(details->driver, "pci-stub") == 0;
	}
	if (card_is_vendors(card)) {
		check_vendor(checks, card);
		return;
	}
	if (vfio == card->count)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL, "%s", verdict);
	else if (stub == card->count)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL,
			   "reserved by pci-stub, which does nothing with it; for a VM: "
			   "gpupci --detach");
	else if (!vfio)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL,
			   "with the host (%s)", driver ? driver : "no driver");
	else
		checks_add(checks, card->name, "drivers", CHECK_FAIL,
			   "gpupci --detach or gpupci --attach brings it to one side",
			   "%zu of %zu functions are detached", vfio, card->count);
}

static void check_quarantine(struct checks *checks, const struct card *card,
			     const struct strbuf *doubt)
{
	if (card->quarantine == QUARANTINE_UNKNOWN)
		checks_add(checks, card->name, "quarantine", CHECK_FAIL, NULL, "%s",
			   strbuf_text(doubt));
	if (card->quarantine == QUARANTINE_YES)
		checks_add(checks, card->name, "quarantine", CHECK_FAIL,
			   "gpupci --attach or --detach, once its user has ended",
			   "a change of its drivers is unfinished");
}

static void name_mate(struct strbuf *names, const struct pci_function *mate)
{
	char address[PCI_ADDRESS_SIZE];

	strbuf_add_format(names, "%s%s (class %06x)", names->length ? ", " : "",
			  pci_address_sysfs(mate->address, address), mate->class);
}

static bool is_mate_of_any(const struct card *card, const struct pci_function *other)
{
	for (size_t i = 0; i < card->count; i++)
		if (card_is_mate(card, card->members[i].function, other))
			return true;
	return false;
}

/* Returns what the host certainly does with a mate; else NULL. */
static char *find_use(struct host *host, const struct pci_function *mate)
{
	_cleanup_holders_ struct holders holders = HOLDERS_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_nodes_ struct nodes nodes = NODES_EMPTY;
	struct root *root = &host->scan.root;

	if (nodes_find(&nodes, root, mate, &fault) < 0 ||
	    holders_find_uses(&holders, root, &nodes, false) < 0 || !holders.count)
		return NULL;
	return strdup(holders.holders[0].what);
}

/* Returns "DMA-FQ" and such, "" if unknown. */
static char *read_type(struct host *host, int group)
{
	char *type = NULL;
	int error = root_read_locked_line(&host->scan.root, &type,
					  "/sys/kernel/iommu_groups/%d/type", group);

	return error < 0 ? strdup("") : type;
}

/* Names the sound of a board with two slots, which a VM gets only with a join line. */
static void check_board(struct checks *checks, struct host *host, const struct card *card)
{
	const struct pci_function *sound = NULL;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	char line[BOARD_JOIN_SIZE], address[PCI_ADDRESS_SIZE];
	int error = board_find_sound(host, card, &sound);

	if (error < 0 && !checks->error)
		checks->error = error;
	if (!sound)
		return;
	pci_address_sysfs(sound->address, address);
	strbuf_add_format(&fix,
			  "to give both to a VM, in /etc/gpupci.conf: %s\n"
			  "then: gpupci --detach %s\n"
			  "to leave it with the host: exclude %s",
			  board_format_join(card, sound, line), card->name, address);
	checks_add(checks, card->name, "board", CHECK_WARN, strbuf_text(&fix),
		   "the sound of its board, %s, is in a slot of its own: it is not part "
		   "of the card",
		   address);
	if (fix.error)
		checks->error = fix.error;
}

static void check_group(struct checks *checks, struct host *host, const struct card *card)
{
	static const char advice[] =
		"put the card into another slot, or, in the BIOS, ACS on; a slot at the "
		"CPU has a group of its own more often than one at the chipset";
	int group = card->members[0].function->group;
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	_cleanup_free_ char *use = NULL, *type = NULL;

	if (group < 0) {
		checks_add(checks, card->name, "group", CHECK_FAIL, NULL,
			   "it is in no IOMMU group");
		return;
	}
	for (size_t i = 0; i < host->scan.count; i++) {
		const struct pci_function *other = &host->scan.functions[i];

		if (!is_mate_of_any(card, other))
			continue;
		name_mate(&names, other);
		if (!use)
			use = find_use(host, other);
	}
	type = read_type(host, group);
	if (use)
		checks_add(checks, card->name, "group", CHECK_FAIL, advice,
			   "its IOMMU group has %s too, and %s", strbuf_text(&names),
			   use);
	else if (names.length)
		checks_add(checks, card->name, "group", CHECK_WARN, advice,
			   "its IOMMU group has %s too: one VM gets all of it or none",
			   strbuf_text(&names));
	else
		checks_add(checks, card->name, "group", CHECK_OK, NULL,
			   "IOMMU group %d (%s) %s", group,
			   type && type[0] ? type : "its type is not known",
			   acs_is_pretended(checks, host, card)
				   ? "has nothing else in it, by pcie_acs_override"
				   : "is its own");
	check_acs(checks, host, card, names.length > 0);
}

static void check_power(struct checks *checks, struct host *host, const struct card *card)
{
	const struct pci_function *first = card->members[0].function;
	_cleanup_free_ char *state = read_attribute(host, first, "power_state");
	_cleanup_free_ char *cold = read_attribute(host, first, "d3cold_allowed");

	/*
	 * The kernel does not know the state of a device until a driver enables it
	 * (vfio_pci_core_register_device() says so): no fault.
	 */
	if (state && strcmp(state, "error") == 0)
		checks_add(checks, card->name, "power", CHECK_FAIL,
			   "restart the host; if it comes back: "
			   "options vfio-pci disable_idle_d3=1 in /etc/modprobe.d",
			   "its power state is \"%s\": it may have fallen off the bus",
			   state);
	else if (card_find_dead(card))
		checks_add(checks, card->name, "power", CHECK_FAIL, NULL,
			   "its power state is \"%s\", as far as the kernel knows: it "
			   "does not answer",
			   state ? state : "unknown");
	else if (state && strcmp(state, "unknown") == 0)
		checks_add(checks, card->name, "power", CHECK_OK, NULL,
			   "its power state is unknown: no driver has enabled it yet");
	else if (cold && strcmp(cold, "1") == 0)
		checks_add(checks, card->name, "power", CHECK_OK, NULL,
			   "D3cold is allowed; should it not wake up: options vfio-pci "
			   "disable_idle_d3=1");
	else
		checks_add(checks, card->name, "power", CHECK_OK, NULL,
			   "D3cold is not used");
}

static void check_numa(struct checks *checks, struct host *host, const struct card *card)
{
	int node = card->members[0].function->details.numa_node;
	_cleanup_free_ char *nodes =
		check_read_line(&host->scan.root, "/sys/devices/system/node/online");

	if (node >= 0)
		checks_add(checks, card->name, "numa", CHECK_OK, NULL, "NUMA node %d",
			   node);
	else if (nodes && strcmp(nodes, "0") != 0)
		checks_add(checks, card->name, "numa", CHECK_WARN,
			   "in the BIOS: \"NUMA\" on, \"Node Interleaving\" off; else "
			   "update "
			   "it",
			   "its NUMA node is not known, the host has nodes %s", nodes);
	else
		checks_add(checks, card->name, "numa", CHECK_OK, NULL,
			   "the host has one NUMA node");
}

void check_card(struct checks *checks, struct host *host, struct card *card,
		const struct strbuf *doubt)
{
	check_quarantine(checks, card, doubt);
	check_answer(checks, card);
	check_protection(checks, card);
	check_driver(checks, card);
	check_board(checks, host, card);
	check_group(checks, host, card);
	check_fabric(checks, host, card);
	check_display(checks, host, card);
	check_boot(checks, host, card);
	check_reset(checks, host, card);
	check_power(checks, host, card);
	check_windows(checks, host, card);
	check_numa(checks, host, card);
}
