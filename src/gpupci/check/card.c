/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for one card. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "src/gpupci/check/acs.h"
#include "src/gpupci/check/boot.h"
#include "src/gpupci/check/card.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/hold/holder.h"
#include "src/gpupci/scan/sysfs.h"

/* include/linux/ioport.h in the kernel. */
#define RESOURCE_MEMORY 0x200
#define MOST_BARS 6

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
				     "the one of the management controller",
			   "%s: it stays with the host", card->protection);
}

static void check_driver(struct checks *checks, const struct card *card)
{
	size_t vfio = 0, stub = 0;

	for (size_t i = 0; i < card->count; i++) {
		const char *driver = card->members[i].function->details.driver;

		vfio += driver && driver_is_vfio(driver);
		stub += driver && strcmp(driver, "pci-stub") == 0;
	}
	if (vfio == card->count)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL,
			   "detached: a VM can have it");
	else if (stub == card->count)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL,
			   "reserved by pci-stub, which does nothing with it; for a VM: "
			   "gpupci --detach");
	else if (!vfio)
		checks_add(checks, card->name, "drivers", CHECK_OK, NULL,
			   "with the host (%s)",
			   card->members[0].function->details.driver
				   ? card->members[0].function->details.driver
				   : "no driver");
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
			   "IOMMU group %d (%s) is its own", group,
			   type && type[0] ? type : "its type is not known");
	check_acs(checks, host, card, names.length > 0);
}

/*
 * Checks how the kernel resets it, so that it forgets its last VM: empty for not at all.
 */
static void check_reset(struct checks *checks, struct host *host, const struct card *card)
{
	char address[PCI_ADDRESS_SIZE];
	_cleanup_free_ char *methods = NULL;
	int error;

	error = root_read_locked_line(
		&host->scan.root, &methods, "/sys/bus/pci/devices/%s/reset_method",
		pci_address_sysfs(card->members[0].function->address, address));
	if (error == -ETIMEDOUT)
		checks_add(checks, card->name, "reset", CHECK_FAIL,
			   "see who uses it: gpupci -s, dmesg",
			   "the kernel does not say within %u s how it is reset: it is "
			   "busy with the device",
			   host->scan.root.timeout);
	else if (methods && methods[0])
		checks_add(checks, card->name, "reset", CHECK_OK, NULL, "by %s", methods);
	else if (methods)
		checks_add(
			checks, card->name, "reset", CHECK_WARN,
			"restart the host before another VM gets it",
			"it cannot be reset: the next VM finds what the last one left");
	else
		checks_add(checks, card->name, "reset", CHECK_WARN, NULL,
			   "how it is reset is not known: the kernel has no reset_method "
			   "for it");
}

static void check_power(struct checks *checks, struct host *host, const struct card *card)
{
	const struct pci_function *first = card->members[0].function;
	_cleanup_free_ char *state = read_attribute(host, first, "power_state");
	_cleanup_free_ char *cold = read_attribute(host, first, "d3cold_allowed");

	if (state && (strcmp(state, "unknown") == 0 || strcmp(state, "error") == 0))
		checks_add(checks, card->name, "power", CHECK_FAIL,
			   "restart the host; if it comes back: "
			   "options vfio-pci disable_idle_d3=1 in /etc/modprobe.d",
			   "its power state is \"%s\": it may have fallen off the bus",
			   state);
	else if (cold && strcmp(cold, "1") == 0)
		checks_add(checks, card->name, "power", CHECK_OK, NULL,
			   "D3cold is allowed; should it not wake up: options vfio-pci "
			   "disable_idle_d3=1");
	else
		checks_add(checks, card->name, "power", CHECK_OK, NULL,
			   "D3cold is not used");
}

/* The memory windows of a card. */
struct windows {
	int assigned, unassigned;
	uint64_t largest;  /* bytes */
	uint64_t possible; /* largest size that a window could have; 0 if none can grow */
};

/*
 * Reads how large a window could be: bit 0 of the attribute means 1 MiB, bit 1 means 2
 * MiB, and so on (sysfs-bus-pci in the kernel's ABI). Does not wake a sleeping device.
 */
static void look_at_size(struct windows *windows, struct host *host,
			 const struct pci_function *function, int index, uint64_t size)
{
	const char *power = function->details.power;
	_cleanup_free_ char *text = NULL;
	char attribute[32];
	uint64_t sizes;

	if (power && strcmp(power, "suspended") == 0)
		return;
	snprintf(attribute, sizeof(attribute), "resource%d_resize", index);
	text = read_attribute(host, function, attribute);
	if (!text || sscanf(text, "%" SCNx64, &sizes) != 1)
		return;
	for (int bit = 0; bit < 43; bit++)
		if (sizes >> bit & 1 && UINT64_C(1) << (20 + bit) > size &&
		    UINT64_C(1) << (20 + bit) > windows->possible)
			windows->possible = UINT64_C(1) << (20 + bit);
}

/* Counts the windows of a resource file, and separately those without an address. */
static void count_windows(struct windows *windows, struct host *host,
			  const struct pci_function *function, const char *text)
{
	uint64_t start, end, flags;

	for (int i = 0; i < MOST_BARS && text; i++) {
		if (sscanf(text, "%" SCNx64 " %" SCNx64 " %" SCNx64, &start, &end,
			   &flags) != 3)
			return;
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
		if (!(flags & RESOURCE_MEMORY) || (!start && !end))
			continue;
		if (!start)
			windows->unassigned++;
		else
			windows->assigned++;
		if (end - start + 1 > windows->largest)
			windows->largest = end - start + 1;
		look_at_size(windows, host, function, i, end - start + 1);
	}
}

static struct windows read_windows(struct host *host, const struct card *card)
{
	struct windows windows = { .assigned = 0 };

	for (size_t i = 0; i < card->count; i++) {
		const struct pci_function *function = card->members[i].function;
		char address[PCI_ADDRESS_SIZE];
		_cleanup_free_ char *text = NULL;

		if (root_read_text(&host->scan.root, &text,
				   "/sys/bus/pci/devices/%s/resource",
				   pci_address_sysfs(function->address, address)) == 0)
			count_windows(&windows, host, function, text);
	}
	return windows;
}

static void check_bars(struct checks *checks, struct host *host, const struct card *card)
{
	const struct windows windows = read_windows(host, card);

	if (windows.unassigned)
		checks_add(checks, card->name, "bars", CHECK_FAIL,
			   "in the BIOS: \"Above 4G Decoding\" on, \"MMIO High Size\" "
			   "large enough\n"
			   "or pci=realloc on the kernel's command line",
			   "%d of %d memory windows have no address, the largest is of "
			   "%" PRIu64 " MiB",
			   windows.unassigned, windows.unassigned + windows.assigned,
			   windows.largest >> 20);
	else if (windows.possible)
		checks_add(
			checks, card->name, "bars", CHECK_OK,
			"in the BIOS: \"Resizable BAR\" on, where a VM's programs want "
			"more of its memory at once",
			"%d memory windows, the largest of %" PRIu64
			" MiB; one could be of %" PRIu64,
			windows.assigned, windows.largest >> 20, windows.possible >> 20);
	else if (windows.assigned)
		checks_add(checks, card->name, "bars", CHECK_OK, NULL,
			   "%d memory windows, the largest of %" PRIu64 " MiB",
			   windows.assigned, windows.largest >> 20);
	else
		checks_add(checks, card->name, "bars", CHECK_WARN, NULL,
			   "it has no known memory windows");
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
	check_protection(checks, card);
	check_driver(checks, card);
	check_group(checks, host, card);
	check_boot(checks, host, card);
	check_reset(checks, host, card);
	check_power(checks, host, card);
	check_bars(checks, host, card);
	check_numa(checks, host, card);
}
