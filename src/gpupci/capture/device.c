/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI device in an archive: its attributes, links and configuration space. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/device.h"
#include "src/gpupci/capture/tar.h"
#include "src/gpupci/scan/sysfs.h"

/* Size of the common PCI header, which says what a device is. */
#define HEADER_SIZE 64
#define CONFIG_SIZE 4096
#define EXTENDED_START 0x100
#define CAPABILITY_DSN 0x0003

/* Attributes of every device: those that scan, status, check, detach and attach read. */
static const char *const attributes[] = { "vendor",
					  "device",
					  "class",
					  "subsystem_vendor",
					  "subsystem_device",
					  "revision",
					  "resource",
					  "irq",
					  "numa_node",
					  "boot_vga",
					  "enable",
					  "modalias",
					  "label",
					  "secondary_bus_number",
					  "sriov_totalvfs",
					  "max_link_speed",
					  "max_link_width",
					  "d3cold_allowed",
					  "power_state",
					  "power/control",
					  "power/runtime_status" };

/* Reading these wakes a sleeping device. */
static const char *const waking_attributes[] = {
	"current_link_speed", "current_link_width", "resource0_resize",
	"resource1_resize",   "resource2_resize",   "resource3_resize",
	"resource4_resize",   "resource5_resize"
};

/* Only for cards: these take the lock of the device, or are slow. */
static const char *const locked_attributes[] = {
	"driver_override", "reset_method", "sriov_numvfs", "unique_id", "vpd",
};

/* Those that distinguish devices of the same kind. */
static bool is_telling(const char *name)
{
	return strcmp(name, "unique_id") == 0 || strcmp(name, "vpd") == 0;
}

/* Links of every device; those of links_below[] come on top. */
static const char *const links[] = { "driver", "iommu_group", "physfn" };

/* Its virtual functions, and its mediated devices, whose names are UUIDs: patterns. */
#define UUID "*-*-*-*-*"
static const char *const links_below[] = { "virtfn*", UUID "/mdev_type",
					   UUID "/iommu_group" };

/* Removes the Device Serial Number from a configuration space, keeping its place. */
static void blank_serial(uint8_t *config, size_t length)
{
	size_t at = EXTENDED_START;

	/* Each has a next pointer past the start; a loop ends with the space. */
	for (size_t steps = 0;
	     at >= EXTENDED_START && at + 12 <= length && steps < CONFIG_SIZE / 4;
	     steps++) {
		if ((config[at] | config[at + 1] << 8) == CAPABILITY_DSN)
			memset(config + at + 4, 0, 8);
		at = (size_t)(config[at + 2] >> 4 | config[at + 3] << 4) & ~(size_t)3;
	}
}

/* Whether the address belongs to a card, as far as the host could be read. */
static bool is_of_card(const struct host *host, struct pci_address address)
{
	const struct pci_function *function = pci_scan_find(&host->scan, address);

	for (size_t i = 0; i < host->cards.count && function; i++)
		if (card_owns(&host->cards.cards[i], function))
			return true;
	return false;
}

/* Whether it is a bridge that leads to a card. */
static bool is_above_card(const struct host *host, struct pci_address address)
{
	for (size_t i = 0; i < host->cards.count; i++)
		if (card_is_below(&host->cards.cards[i], &host->scan, address))
			return true;
	return false;
}

/*
 * For a card and the bridges above it the whole space; for other devices only their kind:
 * reading more can hang some of them.
 */
static int add_config(struct gathering *g, const char *folder, struct pci_address address)
{
	uint8_t config[CONFIG_SIZE];
	bool whole = is_of_card(g->host, address) || is_above_card(g->host, address);
	size_t size = whole ? CONFIG_SIZE : HEADER_SIZE;
	size_t length;
	int error = member_set_path(g, folder, "config");

	if (error == 0)
		error = root_here_bytes(&g->host->scan.root, config, size, &length);
	if (error < 0)
		return member_leave_out(g, error);
	if (g->anonymous)
		blank_serial(config, length);
	return tar_add_file(g->file, member_path(g), config, length);
}

/*
 * Adds attributes that take the lock of the device; once one hangs, the next would, too.
 */
static int add_locked(struct gathering *g, const char *folder, struct pci_address address)
{
	uint8_t bytes[SYSFS_LOCKED_SIZE];
	size_t length;
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(locked_attributes) && error != -ETIMEDOUT;
	     i++) {
		const char *name = locked_attributes[i];

		if (g->anonymous && is_telling(name))
			continue;
		error = sysfs_read_locked(&g->host->scan.root, address, name, bytes,
					  &length);
		if (error < 0 && member_leave_out(g, error) < 0)
			return error;
		if (error < 0)
			continue;
		error = member_set_path(g, folder, name);
		if (error == 0)
			error = tar_add_file(g->file, member_path(g), bytes, length);
		if (error < 0)
			return error;
	}
	return 0;
}

/* Adds the attribute reset, which can only be written, as an empty file. */
static int add_reset(struct gathering *g, const char *folder)
{
	mode_t mode;
	int error = member_set_path(g, folder, "reset");

	if (error == 0)
		error = root_here_mode(&g->host->scan.root, &mode);
	if (error < 0)
		return member_leave_out(g, error);
	return tar_add_file(g->file, member_path(g), "", 0);
}

/*
 * Who gives the function to VMs: the kernel's mark of what is bound to VFIO, and what
 * NVIDIA's driver says of vGPUs, for which it takes locks.
 */
static int add_vfio(struct gathering *g, const char *folder)
{
	static const struct {
		const char *pattern;
		int (*add)(struct gathering *g);
	} files[] = {
		{ "/%s/vfio-dev", member_add_anything },
		{ "/%s/vfio-dev/*", member_add_anything },
		{ "/%s/vfio-dev/*/dev", member_add_anything },
		{ "/%s/vfio-dev/*/uevent", member_add_anything },
		{ "/%s/nvidia/current_vgpu_type", member_add_locked },
		{ "/%s/nvidia/creatable_vgpu_types", member_add_locked },
	};
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files) && error == 0; i++) {
		_cleanup_strbuf_ struct strbuf pattern = STRBUF_EMPTY;

		strbuf_add_format(&pattern, files[i].pattern, folder);
		error = pattern.error ? pattern.error
				      : member_add_pattern(g, strbuf_text(&pattern),
							   files[i].add);
	}
	return error == -ETIMEDOUT ? 0 : error;
}

static int add_links(struct gathering *g, const char *folder)
{
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(links) && error == 0; i++) {
		error = member_set_path(g, folder, links[i]);
		if (error == 0)
			error = member_add_link(g);
	}
	for (size_t i = 0; i < ARRAY_SIZE(links_below) && error == 0; i++) {
		_cleanup_strbuf_ struct strbuf pattern = STRBUF_EMPTY;

		strbuf_add_format(&pattern, "/%s/%s", folder, links_below[i]);
		error = pattern.error ? pattern.error
				      : member_add_pattern(g, strbuf_text(&pattern),
							   member_add_link);
	}
	return error;
}

static bool is_asleep(struct gathering *g, struct pci_address address)
{
	_cleanup_free_ char *power = NULL;

	return sysfs_read_text(&g->host->scan.root, address, "power/runtime_status",
			       &power) == 0 &&
	       strcmp(power, "suspended") == 0;
}

/* Returns a device's folder as a path in the archive. */
int device_add(struct gathering *g, const char *folder, struct pci_address address)
{
	bool of_card = is_of_card(g->host, address);
	int error = 0;

	if (!is_asleep(g, address))
		error = member_add_files(g, folder, waking_attributes,
					 ARRAY_SIZE(waking_attributes));
	if (error == 0)
		error = member_add_files(g, folder, attributes, ARRAY_SIZE(attributes));
	if (error == 0)
		error = add_reset(g, folder);
	if (error == 0)
		error = add_config(g, folder, address);
	if (error == 0)
		error = add_links(g, folder);
	if (error == 0)
		error = add_vfio(g, folder);
	if (error == 0 && of_card)
		error = add_locked(g, folder, address);
	return error;
}

/*
 * Resolves a link in "sys/bus/pci/devices" to "sys/devices/…"; NULL if it leads
 * elsewhere.
 */
const char *device_folder(const char *target)
{
	static const char up[] = "../../../devices/";

	if (strncmp(target, up, strlen(up)) != 0 || strstr(target + strlen(up), ".."))
		return NULL;
	return target + strlen("../../../");
}
