/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how the kernel resets a card, so that it forgets its last VM. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/reset.h"

#define VENDOR_ATI 0x1002
/* The last resort of a fix. */
#define RESTART "or restart the host before another VM gets it"

/*
 * Families of AMD's that a bus reset leaves dead: those that vendor-reset handles
 * (gnif/vendor-reset, src/device-db.h, read 2026-11), without its processors' graphics,
 * and without Navi 23 and MI100, of which no such report is known.
 */
static const struct family {
	const char *name;
	uint16_t devices[16]; /* ends with 0 */
} families[] = {
	{ "Polaris 10",
	  { 0x67c0, 0x67c1, 0x67c2, 0x67c4, 0x67c7, 0x67d0, 0x67df, 0x67c8, 0x67c9,
	    0x67ca, 0x67cc, 0x67cf, 0x6fdf } },
	{ "Polaris 11",
	  { 0x67e0, 0x67e3, 0x67e8, 0x67eb, 0x67ef, 0x67ff, 0x67e1, 0x67e7, 0x67e9 } },
	{ "Polaris 12",
	  { 0x6980, 0x6981, 0x6985, 0x6986, 0x6987, 0x6995, 0x6997, 0x699f } },
	{ "Vega 10",
	  { 0x6860, 0x6861, 0x6862, 0x6863, 0x6864, 0x6867, 0x6868, 0x6869, 0x686a,
	    0x686b, 0x686c, 0x686d, 0x686e, 0x686f, 0x687f } },
	{ "Vega 20", { 0x66a0, 0x66a1, 0x66a2, 0x66a3, 0x66a4, 0x66a7, 0x66af } },
	{ "Navi 10", { 0x7310, 0x7312, 0x7318, 0x7319, 0x731a, 0x731b, 0x731e, 0x731f } },
	{ "Navi 12", { 0x7360, 0x7362 } },
	{ "Navi 14", { 0x7340, 0x7341, 0x7347, 0x734f } },
};

/* Returns the family of a device that a bus reset leaves dead, or NULL. */
static const char *find_family(const struct pci_function *function)
{
	if (function->vendor != VENDOR_ATI)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		for (const uint16_t *device = families[i].devices; *device; device++)
			if (*device == function->device)
				return families[i].name;
	return NULL;
}

/* reset_method is there since Linux 5.15, for what can be reset; some kernels have it. */
static bool names_methods(const char *release)
{
	int major, minor;

	return sscanf(release, "%d.%d", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 15));
}

static void add_impossible(struct checks *checks, const struct card *card)
{
	checks_add(checks, card->name, "reset", CHECK_WARN,
		   "restart the host before another VM gets it",
		   "it cannot be reset, the kernel has no method for it: the next VM "
		   "finds what the last one left");
}

/*
 * Says whether a reset of the bus will do for the card: for "bus" in reset_method, and for
 * VFIO, which resets a bus when one VM has all of its functions. how says it in words.
 */
static void add_bus(struct checks *checks, const struct card *card, const char *how,
		    const char *fix)
{
	const char *family = find_family(card->members[0].function);

	if (family)
		checks_add(checks, card->name, "reset", CHECK_WARN, fix,
			   "by bus only, which %s does not survive (AMD's reset bug): "
			   "the next VM may find a card that does not start",
			   family);
	else
		checks_add(checks, card->name, "reset", CHECK_OK, NULL, "%s", how);
}

/*
 * Whether the card has its bus for itself and several functions on it. A kernel then does
 * not reset one of them by bus, and older ones say that they have no method
 * (pci_parent_bus_reset()); VFIO resets them together (vfio_pci_ioctl_pci_hot_reset()).
 */
static bool is_alone_on_bus(const struct pci_scan *scan, const struct card *card)
{
	const struct pci_function *first = card->members[0].function;
	size_t count = 0;

	if (first->on_root_bus || first->is_virtual)
		return false;
	for (size_t i = 0; i < scan->count; i++) {
		const struct pci_function *other = &scan->functions[i];

		if (other->address.domain != first->address.domain ||
		    other->address.bus != first->address.bus)
			continue;
		if (!card_owns(card, other))
			return false;
		count++;
	}
	return count > 1;
}

/*
 * Without reset_method: a new kernel has no method; "bus" is one of a slot's first function,
 * which is probed before there are others. An older one has the attribute reset, which is
 * there if it has one (drivers/pci/pci-sysfs.c, pci_create_capabilities_sysfs()).
 */
static void add_unnamed(struct checks *checks, struct host *host, const struct card *card,
			const char *address)
{
	struct root *root = &host->scan.root;
	_cleanup_free_ char *release = check_release_name(root);
	bool can_reset = root_exists(root, "/sys/bus/pci/devices/%s/reset", address);

	if (!release || !release[0])
		checks_add(checks, card->name, "reset", CHECK_WARN, NULL,
			   "how it is reset is not known: nor is which kernel runs");
	else if (names_methods(release))
		add_impossible(checks, card);
	else if (can_reset)
		checks_add(checks, card->name, "reset", CHECK_OK, NULL,
			   "kernel %s can reset it; how, kernels say since 5.15",
			   release);
	else if (is_alone_on_bus(&host->scan, card))
		add_bus(checks, card, "by bus, all of its functions together",
			"install the module vendor-reset, and load it at boot\n" RESTART);
	else
		add_impossible(checks, card);
}

static void add_methods(struct checks *checks, const struct card *card,
			const char *methods, const char *address)
{
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;

	if (strcmp(methods, "bus") != 0) {
		checks_add(checks, card->name, "reset", CHECK_OK, NULL, "by %s", methods);
		return;
	}
	strbuf_add_format(
		&fix,
		"install the module vendor-reset, load it at boot, then: echo "
		"device_specific > /sys/bus/pci/devices/%s/reset_method\n" RESTART,
		address);
	add_bus(checks, card, "by bus", strbuf_text(&fix));
	if (fix.error)
		checks->error = fix.error;
}

void check_reset(struct checks *checks, struct host *host, const struct card *card)
{
	char address[PCI_ADDRESS_SIZE];
	_cleanup_free_ char *methods = NULL;
	int error;

	pci_address_sysfs(card->members[0].function->address, address);
	error = root_read_locked_line(&host->scan.root, &methods,
				      "/sys/bus/pci/devices/%s/reset_method", address);
	if (error == -ETIMEDOUT)
		checks_add(checks, card->name, "reset", CHECK_FAIL,
			   "see who uses it: gpupci -s, dmesg",
			   "the kernel does not say within %u s how it is reset: it is "
			   "busy with the device",
			   host->scan.root.timeout);
	else if (error == -ENOENT)
		add_unnamed(checks, host, card, address);
	else if (error < 0)
		checks_add(checks, card->name, "reset", CHECK_WARN, NULL,
			   "how it is reset is not known: %s", strerror(-error));
	else if (methods[0])
		add_methods(checks, card, methods, address);
	else
		add_impossible(checks, card);
}
