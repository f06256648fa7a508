/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathers what gpupci reads of a host into an archive. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/boot.h"
#include "src/gpupci/capture/device.h"
#include "src/gpupci/capture/gather.h"
#include "src/gpupci/capture/modules.h"
#include "src/gpupci/capture/tar.h"
#include "src/gpupci/scan/sysfs.h"

#define DEVICES "sys/bus/pci/devices"

/* Other files, links and folders, below the root. */
static const char *const patterns[] = {
	"/sys/bus/pci/drivers/*",
	"/sys/bus/pci/drivers/*/module",
	"/sys/bus/pci/drivers_autoprobe",
	"/sys/class/iommu/*",
	"/sys/class/vfio-dev",
	"/sys/class/vfio-dev/*",
	"/sys/kernel/iommu_groups/*/devices/*",
	"/sys/firmware/acpi/tables/DMAR",
	"/sys/firmware/acpi/tables/IVRS",
	"/sys/module/*",
	"/sys/module/vfio*/parameters/*",
	"/sys/kernel/mm/hugepages/*/nr_hugepages",
	"/sys/devices/system/node/online",
	"/sys/class/vtconsole/*",
	"/sys/devices/virtual/vtconsole/*/name",
	"/sys/devices/virtual/vtconsole/*/bind",
	"/sys/bus/platform/drivers/*-framebuffer/*-framebuffer.*",
	"/proc/interrupts",
	"/proc/meminfo",
	"/proc/modules",
	"/proc/sys/kernel/osrelease",
	"/etc/gpupci.conf",
	"/etc/udev/rules.d/*gpupci*",
	"/usr/lib/udev/rules.d/*gpupci*",
	"/lib/udev/rules.d/*gpupci*",
	"/usr/local/lib/udev/rules.d/*gpupci*",
	"/etc/systemd/system/gpupci*",
	"/etc/systemd/system/*/gpupci*",
	"/usr/lib/systemd/system/gpupci*",
	"/usr/lib/systemd/system/*/gpupci*",
};

/* These take the lock of an IOMMU group. */
static const char *const locked_patterns[] = {
	"/sys/kernel/iommu_groups/*/type",
	"/sys/kernel/iommu_groups/*/reserved_regions",
};

/* These identify the host: its name, its disks, serial numbers. */
static const char *const telling_patterns[] = {
	"/etc/hostname",   "/etc/default/grub", "/proc/cmdline",
	"/etc/gpupci.d/*", "/var/lib/gpupci/*", "/run/gpupci/detached",
};

/* Adds an entry of the folder of devices: the link, then its target. */
static int add_entry(struct gathering *g, const char *name)
{
	_cleanup_free_ char *target = NULL;
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;
	struct pci_address address;
	const char *leads_to;
	int error;

	if (pci_address_parse(name, &address) < 0)
		return 0;
	error = sysfs_read_link(&g->host->scan.root, address, "", &target);
	if (error == -ENOMEM)
		return error;
	leads_to = error == 0 ? device_folder(target) : NULL;
	strbuf_add_format(&folder, "%s%s", leads_to ? "sys/" : DEVICES "/",
			  leads_to ? leads_to : name);
	error = folder.error ? folder.error : member_set_path(g, DEVICES, name);
	if (error == 0 && leads_to)
		error = tar_add_link(g->file, member_path(g), target);
	return error < 0 ? error : device_add(g, strbuf_text(&folder), address);
}

static int add_devices(struct gathering *g)
{
	struct dirent **entries = NULL;
	struct root *root = &g->host->scan.root;
	int count = root_list_folder(root, &entries, "/" DEVICES), error = 0;

	if (count == -ENOMEM)
		return count;
	if (count < 0) {
		error = count;
		strbuf_reset(&g->host->scan.fault);
		strbuf_add_format(&g->host->scan.fault,
				  "cannot read %s: %s; nothing to capture",
				  strbuf_text(&root->path), strerror(-error));
		return error;
	}
	for (int i = 0; i < count; i++) {
		if (error == 0 && entries[i]->d_name[0] != '.')
			error = add_entry(g, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return error;
}

/* Adds the relevant words of the kernel's command line, without disks and keys. */
static int add_harmless_words(struct gathering *g)
{
	static const char *const about[] = { "intel_iommu",  "amd_iommu",    "iommu",
					     "vfio",	     "pci",	     "rd.driver",
					     "modprobe.",    "module_",	     "nouveau",
					     "modules_load", "modules-load", "initcall_",
					     "rdblacklist",  "rdloaddriver", "nvidia",
					     "hugepages",    "default_huge", "video" };
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_free_ char *line = NULL;
	char *rest = NULL;
	int error;

	error = root_read_line(&g->host->scan.root, &line, "/proc/cmdline");
	if (error < 0)
		return member_leave_out(g, error);
	for (char *word = strtok_r(line, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		for (size_t i = 0; i < ARRAY_SIZE(about); i++)
			if (strncmp(word, about[i], strlen(about[i])) == 0) {
				strbuf_add_format(&kept, "%s%s", kept.length ? " " : "",
						  word);
				break;
			}
	strbuf_add_char(&kept, '\n');
	if (kept.error)
		return kept.error;
	return tar_add_file(g->file, "proc/cmdline", kept.bytes, kept.length);
}

/*
 * Adds which range lies in which, without their places: those of the running kernel help
 * who attacks it.
 */
static int add_ranges(struct gathering *g)
{
	static const char none[] = "00000000-00000000";
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_fclose_ FILE *file = NULL;
	_cleanup_free_ char *line = NULL;
	int error = root_open_file(&g->host->scan.root, &file, "/proc/iomem");
	size_t size = 0;

	if (error < 0)
		return member_leave_out(g, error);
	while (getline(&line, &size, file) >= 0 && !text.error) {
		const char *name = strstr(line, " : ");

		if (name)
			strbuf_add_format(&text, "%.*s%s%s", (int)strspn(line, " "), line,
					  none, name);
	}
	return text.error ? text.error
			  : tar_add_file(g->file, "proc/iomem", text.bytes, text.length);
}

static int add_telling(struct gathering *g)
{
	int error = 0;

	if (g->anonymous)
		return add_harmless_words(g);
	for (size_t i = 0; i < ARRAY_SIZE(telling_patterns) && error == 0; i++)
		error = member_add_pattern(g, telling_patterns[i], member_add_anything);
	return error;
}

int gather(struct gathering *gathering)
{
	int error = add_devices(gathering);

	for (size_t i = 0; i < ARRAY_SIZE(locked_patterns) && error == 0; i++)
		error = member_add_pattern(gathering, locked_patterns[i],
					   member_add_locked);
	/* If one group is busy, all may be: go on with the rest. */
	if (error == -ETIMEDOUT)
		error = 0;
	for (size_t i = 0; i < ARRAY_SIZE(patterns) && error == 0; i++)
		error = member_add_pattern(gathering, patterns[i], member_add_anything);
	if (error == 0)
		error = add_ranges(gathering);
	if (error == 0)
		error = boot_add(gathering);
	if (error == 0)
		error = modules_add(gathering);
	if (error == 0)
		error = add_telling(gathering);
	if (error == 0)
		tar_end(gathering->file);
	return error;
}
