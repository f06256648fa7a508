/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: whether the kernel has found room for a card's memory windows. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/processor.h"
#include "src/gpupci/check/windows.h"
#include "src/gpupci/scan/libpci.h"
#include "src/gpupci/scan/sysfs.h"

/* include/linux/ioport.h in the kernel. */
#define RESOURCE_MEMORY 0x200
#define RESOURCE_64_BITS 0x100000

/* A Base Address Register: PCI Local Bus 3.0, 6.2.5.1. */
#define REGISTER_IO 0x1
#define REGISTER_64_BITS 0x4

/* The memory windows of a card. */
struct windows {
	int assigned, unassigned;
	int unsized;	   /* of those unassigned; the kernel forgot their size */
	uint64_t largest;  /* bytes */
	uint64_t possible; /* largest size that a window could have; 0 if none can grow */
};

/* A line of a resource file: start, end and flags of struct resource. */
struct resource {
	uint64_t start, end, flags;
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
	if (sysfs_read_text(&host->scan.root, function->address, attribute, &text) < 0 ||
	    sscanf(text, "%" SCNx64, &sizes) != 1)
		return;
	for (int bit = 0; bit < 43; bit++)
		if (sizes >> bit & 1 && UINT64_C(1) << (20 + bit) > size &&
		    UINT64_C(1) << (20 + bit) > windows->possible)
			windows->possible = UINT64_C(1) << (20 + bit);
}

/*
 * Whether the kernel gave up on a window: reset_resource() in drivers/pci/setup-bus.c
 * leaves zeros, and the flags at most, while the device's register keeps its type, and
 * mostly the address from the firmware.
 */
static bool is_given_up(const struct resource *line, uint32_t reg)
{
	if (line->start || line->end)
		return false;
	return line->flags & RESOURCE_MEMORY || (reg && !(reg & REGISTER_IO));
}

static void count_window(struct windows *windows, struct host *host,
			 const struct pci_function *function, int index,
			 const struct resource *line)
{
	uint64_t size = line->end - line->start + 1;

	if (!(line->flags & RESOURCE_MEMORY))
		return;
	if (line->start)
		windows->assigned++;
	else
		windows->unassigned++;
	if (size > windows->largest)
		windows->largest = size;
	look_at_size(windows, host, function, index, size);
}

/* Counts the windows of a resource file, and separately those without an address. */
static void count_windows(struct windows *windows, struct host *host,
			  const struct pci_function *function, const char *text,
			  const uint32_t registers[LIBRARY_WINDOWS])
{
	struct resource line;

	for (int i = 0; i < LIBRARY_WINDOWS && text; i++) {
		bool is_wide =
			registers[i] & REGISTER_64_BITS && !(registers[i] & REGISTER_IO);

		if (sscanf(text, "%" SCNx64 " %" SCNx64 " %" SCNx64, &line.start,
			   &line.end, &line.flags) != 3)
			return;
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
		if (is_given_up(&line, registers[i])) {
			windows->unassigned++;
			windows->unsized++;
		} else if (line.start || line.end) {
			count_window(windows, host, function, i, &line);
		}
		/* The next register is the upper half of a 64-bit window. */
		if ((is_wide || line.flags & RESOURCE_64_BITS) && text) {
			text = strchr(text, '\n');
			text = text ? text + 1 : NULL;
			i++;
		}
	}
}

static int read_windows(struct windows *windows, struct host *host,
			const struct card *card)
{
	for (size_t i = 0; i < card->count; i++) {
		const struct pci_function *function = card->members[i].function;
		uint32_t registers[LIBRARY_WINDOWS] = { 0 };
		char address[PCI_ADDRESS_SIZE];
		_cleanup_free_ char *text = NULL;
		int error = 0;

		/* A device that does not answer says nothing of its windows. */
		if (function->answer == PCI_ANSWER_YES)
			error = library_read_windows(&host->scan, function, registers);
		if (error < 0)
			return error;
		if (root_read_text(&host->scan.root, &text,
				   "/sys/bus/pci/devices/%s/resource",
				   pci_address_sysfs(function->address, address)) == 0)
			count_windows(windows, host, function, text, registers);
	}
	return 0;
}

/* "256 MiB", and KiB for what is smaller than one MiB. */
static void add_size(struct strbuf *text, uint64_t bytes)
{
	if (bytes >> 20)
		strbuf_add_format(text, "%" PRIu64 " MiB", bytes >> 20);
	else
		strbuf_add_format(text, "%" PRIu64 " KiB", bytes >> 10);
}

/*
 * What gives the windows room: the firmware, or the kernel, which on its own moves nothing
 * that the firmware has placed.
 */
static void fix_room(struct strbuf *fix, struct root *root,
		     const struct boot_facts *facts)
{
	_cleanup_free_ char *option = cmdline_option(facts->line, "pci", "realloc");

	strbuf_add_string(fix, processor_is_x86(processor_read(root))
				       ? "in the BIOS: \"Above 4G Decoding\" on, "
					 "\"MMIO High Size\" large enough\n"
				       : "a firmware with more room for what is behind "
					 "the card's bridge\n");
	if (option && strcmp(option, "off") != 0)
		return;
	strbuf_add_string(fix, "or:\n");
	fix_add_words(fix, root, facts, "pci=realloc");
}

static void add_unassigned(struct checks *checks, struct root *root,
			   const struct card *card, const struct windows *windows)
{
	_cleanup_strbuf_ struct strbuf largest = STRBUF_EMPTY, fix = STRBUF_EMPTY;

	fix_room(&fix, root, &checks->boot);
	if (!windows->unsized) {
		strbuf_add_string(&largest, ", the largest is of ");
		add_size(&largest, windows->largest);
	}
	checks_add(checks, card->name, "bars", CHECK_FAIL, strbuf_text(&fix),
		   "%d of %d memory windows have no address%s", windows->unassigned,
		   windows->unassigned + windows->assigned, strbuf_text(&largest));
	if (largest.error || fix.error)
		checks->error = -ENOMEM;
}

static void add_assigned(struct checks *checks, const struct card *card,
			 const struct windows *windows)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	strbuf_add_format(&text, "%d memory windows, the largest of ", windows->assigned);
	add_size(&text, windows->largest);
	if (windows->possible)
		strbuf_add_format(&text, "; one could be of %" PRIu64,
				  windows->possible >> 20);
	checks_add(checks, card->name, "bars", CHECK_OK,
		   windows->possible ? "in the BIOS: \"Resizable BAR\" on, where a VM's "
				       "programs want more of its memory at once"
				     : NULL,
		   "%s", strbuf_text(&text));
	if (text.error)
		checks->error = text.error;
}

void check_windows(struct checks *checks, struct host *host, const struct card *card)
{
	struct windows windows = { .assigned = 0 };
	int error = read_windows(&windows, host, card);

	if (error < 0) {
		checks_add(checks, card->name, "bars", CHECK_FAIL, NULL, "%s",
			   strbuf_text(&host->scan.fault));
		strbuf_reset(&host->scan.fault);
	} else if (windows.unassigned) {
		add_unassigned(checks, &host->scan.root, card, &windows);
	} else if (windows.assigned) {
		add_assigned(checks, card, &windows);
	} else {
		checks_add(checks, card->name, "bars", CHECK_WARN, NULL,
			   "it has no known memory windows");
	}
}
