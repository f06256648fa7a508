/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check for the host: its effective state, whatever its command line says. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/host.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/memory.h"
#include "src/gpupci/check/no-iommu.h"
#include "src/gpupci/check/processor.h"
#include "src/gpupci/check/rows.h"
#include "src/gpupci/files/root.h"

/* The IOMMU groups by type, as in the kernel's sysfs-kernel-iommu_groups. */
struct groups {
	int count; /* -1 if unknown */
	int types[5];
	bool is_busy; /* the kernel did not answer in time */
};

static const char *const type_names[] = { "DMA", "DMA-FQ", "identity", "blocked",
					  "of unknown type" };

static void count_type(struct root *root, const char *group, struct groups *groups)
{
	_cleanup_free_ char *type = NULL;
	size_t i = 0;

	if (!groups->is_busy)
		groups->is_busy = root_read_locked_line(
					  root, &type, "/sys/kernel/iommu_groups/%s/type",
					  group) == -ETIMEDOUT;
	while (i + 1 < ARRAY_SIZE(type_names) &&
	       (!type || strcmp(type, type_names[i]) != 0))
		i++;
	groups->types[i]++;
}

static struct groups count_groups(struct root *root)
{
	struct groups groups = { .count = 0 };
	_cleanup_closedir_ DIR *folder = NULL;
	const struct dirent *entry;
	int error = root_open_folder(root, &folder, "/sys/kernel/iommu_groups");

	if (error < 0) {
		groups.count = error == -ENOENT ? 0 : -1;
		return groups;
	}
	while ((entry = root_next_entry(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		groups.count++;
		count_type(root, entry->d_name, &groups);
	}
	return groups;
}

/* "DMA" is strict, "DMA-FQ" lazy; "identity" (iommu=pt) only affects host drivers. */
static void add_groups(struct checks *checks, const struct groups *groups)
{
	_cleanup_strbuf_ struct strbuf types = STRBUF_EMPTY;

	for (size_t i = 0; i < ARRAY_SIZE(type_names); i++)
		if (groups->types[i])
			strbuf_add_format(&types, "%s%d %s", types.length ? ", " : "",
					  groups->types[i], type_names[i]);
	if (groups->is_busy)
		checks_add(
			checks, "host", "iommu", CHECK_WARN,
			"see who uses a device: gpupci -s all, dmesg",
			"%d IOMMU groups, but the kernel is busy with one and does not "
			"say its type",
			groups->count);
	else
		checks_add(checks, "host", "iommu", CHECK_OK, NULL, "%d IOMMU groups: %s",
			   groups->count, strbuf_text(&types));
}

static void check_iommu(struct checks *checks, struct host *host)
{
	struct root *root = &host->scan.root;
	struct groups groups = count_groups(&host->scan.root);
	_cleanup_free_ char *unsafe = NULL;

	if (groups.count < 0)
		checks_add(checks, "host", "iommu", CHECK_FAIL, "run it as root",
			   "whether there are IOMMU groups is not known");
	else if (groups.count == 0)
		check_no_iommu(checks, host);
	else
		add_groups(checks, &groups);
	unsafe = check_read_line(
		root, "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
	if (unsafe && strcmp(unsafe, "Y") == 0)
		checks_add(checks, "host", "noiommu", CHECK_FAIL,
			   "remove enable_unsafe_noiommu_mode from /etc/modprobe.d",
			   "vfio gives devices away without an IOMMU: a VM could write "
			   "anywhere");
}

/*
 * Returns what keeps the interrupts of devices apart, by the names of the interrupt
 * controllers; NULL for nothing. The kernel calls remapped ones IR-PCI-MSI and so on;
 * POWER's controllers, XICS until POWER8 and XIVE, always do (arch/powerpc/sysdev).
 */
static const char *find_remapping(const char *interrupts)
{
	static const struct {
		const char *name, *found;
	} kinds[] = {
		{ " IR-", "interrupts are remapped" },
		{ "ITS-", "interrupts go through an ITS" },
		{ "XIVE-", "interrupts go through XIVE" },
		{ "XICS", "interrupts go through XICS" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strstr(interrupts, kinds[i].name))
			return kinds[i].found;
	return NULL;
}

/* Adds what lets the kernel remap interrupts, as far as it is known. */
static void fix_remapping(struct strbuf *fix, struct root *root,
			  const struct boot_facts *facts)
{
	if (processor_is_x86(processor_read(root)) && !processor_is_virtual(root))
		strbuf_add_string(fix,
				  "in the BIOS: \"Interrupt Remapping\" or \"x2APIC\" "
				  "on\n");
	if (cmdline_has(facts->line, "intremap", "off"))
		fix_remove_word(fix, root, facts, "intremap", "off");
}

static void check_interrupts(struct checks *checks, struct host *host)
{
	struct root *root = &host->scan.root;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL, *unsafe = NULL;
	size_t length;

	fix_remapping(&fix, root, &checks->boot);
	unsafe = check_read_line(
		root, "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
	if (unsafe && strcmp(unsafe, "Y") == 0) {
		checks_add(checks, "host", "interrupts", CHECK_WARN,
			   "remove allow_unsafe_interrupts from /etc/modprobe.d",
			   "unsafe interrupts are allowed: a VM could raise the host's");
		return;
	}
	text = check_read(root, &length, "/proc/interrupts");
	if (!text)
		checks_add(checks, "host", "interrupts", CHECK_WARN, NULL,
			   "whether interrupts are remapped is not known");
	else if (find_remapping(text))
		checks_add(checks, "host", "interrupts", CHECK_OK, NULL, "%s",
			   find_remapping(text));
	else
		checks_add(checks, "host", "interrupts", CHECK_WARN, strbuf_text(&fix),
			   "interrupts are not remapped: vfio will refuse devices");
}

/*
 * Returns the module that maps a VM's memory for its devices: type1 on most machines,
 * spapr_tce on POWER, and iommufd where a kernel was built without either
 * (CONFIG_IOMMUFD_VFIO_CONTAINER). Of two it is the one that is certainly there.
 */
static const char *choose_mapper(const struct modules *modules, struct root *root)
{
	static const char *const mappers[] = { "vfio_iommu_type1", "vfio_iommu_spapr_tce",
					       "iommufd" };

	for (size_t i = 0; i < ARRAY_SIZE(mappers); i++) {
		const char *how = modules_find(modules, root, mappers[i]);

		if (how && how[0])
			return mappers[i];
	}
	return mappers[0];
}

static void check_module(struct checks *checks, struct root *root, const char *name,
			 const char *release)
{
	const struct modules *modules = &checks->boot.modules;
	const char *how = modules_find(modules, root, name);

	if (how && how[0])
		checks_add(checks, "host", "vfio", CHECK_OK, NULL, "%s is %s", name, how);
	else if (how && !release[0])
		checks_add(checks, "host", "vfio", CHECK_WARN, NULL,
			   "whether there is %s is not known: nor is which kernel runs",
			   name);
	else if (how)
		checks_add(checks, "host", "vfio", CHECK_WARN, modules_remedy(modules),
			   "whether there is %s for kernel %s is not known", name,
			   release);
	else
		checks_add(checks, "host", "vfio", CHECK_FAIL,
			   "install the package with all modules of this kernel "
			   "(linux-image-…, kernel-modules-…)",
			   "%s is missing for kernel %s", name, release);
}

static void check_vfio(struct checks *checks, struct host *host)
{
	struct root *root = &host->scan.root;
	_cleanup_free_ char *release = check_release_name(root);

	if (!release) {
		checks->error = -ENOMEM;
		return;
	}
	check_module(checks, root, "vfio_pci", release);
	check_module(checks, root, choose_mapper(&checks->boot.modules, root), release);
}

static bool is_anywhere(struct root *root, const char *const folders[], size_t count,
			const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (root_exists(root, "%s/%s", folders[i], name))
			return true;
	return false;
}

static void check_service(struct checks *checks, struct host *host)
{
	static const char *const rules[] = { "/usr/lib/udev/rules.d", "/lib/udev/rules.d",
					     "/usr/local/lib/udev/rules.d",
					     "/etc/udev/rules.d" };
	static const char *const wants[] = {
		"/etc/systemd/system/multi-user.target.wants", "/usr/lib/systemd/system/"
							       "multi-user.target.wants"
	};
	struct root *root = &host->scan.root;

	if (is_anywhere(root, rules, ARRAY_SIZE(rules), "60-gpupci.rules"))
		checks_add(checks, "host", "udev", CHECK_OK, NULL,
			   "the early rule is installed");
	else
		checks_add(checks, "host", "udev", CHECK_WARN,
			   "install 60-gpupci.rules: make install prefix=/usr",
			   "the early rule is not installed: after a boot the host's "
			   "drivers have the cards first");
	if (is_anywhere(root, wants, ARRAY_SIZE(wants), "gpupci.service"))
		checks_add(checks, "host", "service", CHECK_OK, NULL,
			   "gpupci.service is enabled");
	else
		checks_add(checks, "host", "service", CHECK_WARN,
			   "systemctl enable gpupci.service",
			   "gpupci.service is not enabled: cards do not stay detached "
			   "over a reboot");
}

void check_host(struct checks *checks, struct host *host)
{
	check_iommu(checks, host);
	check_interrupts(checks, host);
	check_vfio(checks, host);
	check_memory(checks, host);
	check_service(checks, host);
}
