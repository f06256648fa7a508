/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci reads of a host, gathered into an archive. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/gather.h"
#include "src/gpupci/capture/tar.h"

#define DEVICES "sys/bus/pci/devices"
#define CHUNK_SIZE 65536
#define MOST_BYTES (4 << 20) /* of one file; what is longer is no file we read */

/* Bytes of a configuration space that tell what a device is, PCI's common header. */
#define HEADER_SIZE 64
#define CONFIG_SIZE 4096
#define EXTENDED_START 0x100
#define CAPABILITY_DSN 0x0003

/* Attributes of every device: what scan, status, check, detach and attach look at. */
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

/* Asking for these wakes a device that sleeps. */
static const char *const waking_attributes[] = {
	"current_link_speed", "current_link_width", "resource0_resize",
	"resource1_resize",   "resource2_resize",   "resource3_resize",
	"resource4_resize",   "resource5_resize"
};

/* Of a card; these take the device's lock, or are slow. */
static const char *const locked_attributes[] = {
	"driver_override", "reset_method", "sriov_numvfs", "unique_id", "vpd",
};

/* Which of these tell one device from another of its kind. */
static bool is_telling(const char *name)
{
	return strcmp(name, "unique_id") == 0 || strcmp(name, "vpd") == 0;
}

/* Links of every device; virtfn0, virtfn1, … besides. */
static const char *const links[] = { "driver", "iommu_group", "physfn" };

/* Other files, links and folders, below the root. */
static const char *const patterns[] = {
	"sys/bus/pci/drivers/*",
	"sys/bus/pci/drivers/*/module",
	"sys/bus/pci/drivers_autoprobe",
	"sys/class/iommu/*",
	"sys/kernel/iommu_groups/*/devices/*",
	"sys/firmware/acpi/tables/DMAR",
	"sys/firmware/acpi/tables/IVRS",
	"sys/module/*",
	"sys/module/vfio*/parameters/*",
	"sys/kernel/mm/hugepages/*/nr_hugepages",
	"sys/devices/system/node/online",
	"proc/interrupts",
	"proc/meminfo",
	"proc/modules",
	"proc/sys/kernel/osrelease",
	"etc/gpupci.conf",
	"etc/modprobe.d/*",
	"run/modprobe.d/*",
	"usr/lib/modprobe.d/*",
	"lib/modprobe.d/*",
	"etc/udev/rules.d/*gpupci*",
	"usr/lib/udev/rules.d/*gpupci*",
	"usr/local/lib/udev/rules.d/*gpupci*",
	"etc/systemd/system/gpupci*",
	"etc/systemd/system/*/gpupci*",
	"usr/lib/systemd/system/gpupci*",
	"etc/modules-load.d/*",
	"etc/dracut.conf",
	"etc/dracut.conf.d/*",
	"usr/lib/dracut/dracut.conf.d/*",
	"etc/initramfs-tools/modules",
	"etc/os-release",
};

/* Those that take the lock of an IOMMU group. */
static const char *const locked_patterns[] = {
	"sys/kernel/iommu_groups/*/type",
	"sys/kernel/iommu_groups/*/reserved_regions",
};

/* Those that tell whose host it is: its name, its disks, serial numbers. */
static const char *const telling_patterns[] = {
	"etc/hostname",	  "etc/default/grub", "proc/cmdline",
	"etc/gpupci.d/*", "var/lib/gpupci/*",
};

static int set_path(struct gathering *g, const char *folder, const char *name)
{
	strbuf_reset(&g->path);
	strbuf_add_format(&g->path, "%s/%s%s%s", g->host->scan.sysfs.root, folder,
			  name[0] ? "/" : "", name);
	return g->path.error;
}

/* The path in the archive of what g->path is: without the root and its slash. */
static const char *entry_path(const struct gathering *g)
{
	return strbuf_text(&g->path) + strlen(g->host->scan.sysfs.root) + 1;
}

/* Whether the error says that there is nothing to gather, rather than that we cannot go on. */
static int leave_out(struct gathering *g, int error)
{
	if (error == -EACCES || error == -EPERM)
		g->denied++;
	return error == -ENOMEM ? error : 0;
}

static int read_file(const char *path, size_t most, char **ret_bytes, size_t *ret_length)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	_cleanup_free_ char *bytes = NULL;
	struct stat status;
	size_t length = 0;
	ssize_t got;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	bytes = malloc(most + 1);
	if (!bytes)
		return -ENOMEM;
	do {
		size_t room = most + 1 - length;

		/* /proc/sys makes itself a buffer as large as what is asked for. */
		got = read(fd, bytes + length, room < CHUNK_SIZE ? room : CHUNK_SIZE);
		if (got < 0)
			return -errno;
		length += (size_t)got;
	} while (got > 0 && length <= most);
	if (length > most)
		return -EFBIG;
	*ret_length = length;
	*ret_bytes = take_pointer(bytes);
	return 0;
}

static int add_file(struct gathering *g)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	int error = read_file(strbuf_text(&g->path), MOST_BYTES, &bytes, &length);

	if (error < 0)
		return leave_out(g, error);
	return tar_add_file(g->file, entry_path(g), bytes, length);
}

static int add_link(struct gathering *g)
{
	char target[PATH_MAX];
	ssize_t length = readlink(strbuf_text(&g->path), target, sizeof(target) - 1);

	if (length < 0)
		return leave_out(g, -errno);
	target[length] = '\0';
	return tar_add_link(g->file, entry_path(g), target);
}

static int add_anything(struct gathering *g)
{
	struct stat status;

	if (lstat(strbuf_text(&g->path), &status) < 0)
		return leave_out(g, -errno);
	if (S_ISLNK(status.st_mode))
		return add_link(g);
	if (S_ISDIR(status.st_mode))
		return tar_add_folder(g->file, entry_path(g));
	return add_file(g);
}

/* The pattern below the root, whose own letters are no pattern. */
static int set_pattern(struct gathering *g, const char *pattern)
{
	strbuf_reset(&g->path);
	for (const char *c = g->host->scan.sysfs.root; *c; c++) {
		if (strchr("*?[]\\", *c))
			strbuf_add_char(&g->path, '\\');
		strbuf_add_char(&g->path, *c);
	}
	strbuf_add_format(&g->path, "/%s", pattern);
	return g->path.error;
}

/* The file at g->path; -ETIMEDOUT where the kernel does not hand it out in time. */
static int add_locked_file(struct gathering *g)
{
	struct sysfs *sysfs = &g->host->scan.sysfs;
	uint8_t bytes[SYSFS_LOCKED_SIZE];
	size_t length;
	int error;

	sysfs->deadline.milliseconds = 1000 * sysfs->timeout;
	error = deadline_read_bytes(&sysfs->deadline, strbuf_text(&g->path), bytes,
				    sizeof(bytes), &length);
	if (error < 0)
		return error == -ETIMEDOUT ? error : leave_out(g, error);
	return tar_add_file(g->file, entry_path(g), bytes, length);
}

static int add_pattern(struct gathering *g, const char *pattern,
		       int (*add)(struct gathering *g))
{
	glob_t found = { 0 };
	int error = set_pattern(g, pattern);

	if (error < 0)
		return error;
	if (glob(strbuf_text(&g->path), 0, NULL, &found) == GLOB_NOSPACE)
		error = -ENOMEM;
	for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
		strbuf_reset(&g->path);
		strbuf_add_string(&g->path, found.gl_pathv[i]);
		error = g->path.error ? g->path.error : add(g);
	}
	globfree(&found);
	return error;
}

/* Takes the Device Serial Number out of a configuration space, leaving its place. */
static void blank_serial(uint8_t *config, size_t length)
{
	size_t at = EXTENDED_START;

	/* Each has a next that lies behind the start; a loop ends with the space. */
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
 * Of a card and the bridges above it all of it; of others what tells their kind: some do
 * not bear being read.
 */
static int add_config(struct gathering *g, const char *folder, struct pci_address address)
{
	_cleanup_close_ int fd = -1;
	uint8_t config[CONFIG_SIZE];
	bool whole = is_of_card(g->host, address) || is_above_card(g->host, address);
	size_t size = whole ? CONFIG_SIZE : HEADER_SIZE;
	ssize_t length;
	int error = set_path(g, folder, "config");

	if (error < 0)
		return error;
	fd = open(strbuf_text(&g->path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return leave_out(g, -errno);
	length = pread(fd, config, size, 0);
	if (length < 0)
		return leave_out(g, -errno);
	if (g->anonymous)
		blank_serial(config, (size_t)length);
	return tar_add_file(g->file, entry_path(g), config, (size_t)length);
}

/* What takes the device's lock; where one does not return the next would not either. */
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
		error = sysfs_read_locked(&g->host->scan.sysfs, address, name, bytes,
					  &length);
		if (error < 0 && leave_out(g, error) < 0)
			return error;
		if (error < 0)
			continue;
		error = set_path(g, folder, name);
		if (error == 0)
			error = tar_add_file(g->file, entry_path(g), bytes, length);
		if (error < 0)
			return error;
	}
	return 0;
}

static int add_links(struct gathering *g, const char *folder)
{
	_cleanup_strbuf_ struct strbuf virtual = STRBUF_EMPTY;
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(links) && error == 0; i++) {
		error = set_path(g, folder, links[i]);
		if (error == 0)
			error = add_link(g);
	}
	strbuf_add_format(&virtual, "%s/virtfn*", folder);
	if (virtual.error)
		return virtual.error;
	return error < 0 ? error : add_pattern(g, strbuf_text(&virtual), add_link);
}

static int add_attributes(struct gathering *g, const char *folder,
			  const char *const *names, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++) {
		error = set_path(g, folder, names[i]);
		if (error == 0)
			error = add_file(g);
	}
	return error;
}

static bool is_asleep(struct gathering *g, struct pci_address address)
{
	_cleanup_free_ char *power = NULL;

	return sysfs_read_text(&g->host->scan.sysfs, address, "power/runtime_status",
			       &power) == 0 &&
	       strcmp(power, "suspended") == 0;
}

/* A device's folder, as a path in the archive. */
static int add_device(struct gathering *g, const char *folder, struct pci_address address)
{
	bool of_card = is_of_card(g->host, address);
	int error = 0;

	if (!is_asleep(g, address))
		error = add_attributes(g, folder, waking_attributes,
				       ARRAY_SIZE(waking_attributes));
	if (error == 0)
		error = add_attributes(g, folder, attributes, ARRAY_SIZE(attributes));
	if (error == 0)
		error = add_config(g, folder, address);
	if (error == 0)
		error = add_links(g, folder);
	if (error == 0 && of_card)
		error = add_locked(g, folder, address);
	return error;
}

/* What "sys/bus/pci/devices" and a link in it lead to, "sys/devices/…"; NULL for elsewhere. */
static const char *device_folder(const char *target)
{
	static const char up[] = "../../../devices/";

	if (strncmp(target, up, strlen(up)) != 0 || strstr(target + strlen(up), ".."))
		return NULL;
	return target + strlen("../../../");
}

/* An entry of the folder of devices: the link, then what it leads to. */
static int add_entry(struct gathering *g, const char *name)
{
	_cleanup_free_ char *target = NULL;
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;
	struct pci_address address;
	const char *leads_to;
	int error;

	if (pci_address_parse(name, &address) < 0)
		return 0;
	error = sysfs_read_link(&g->host->scan.sysfs, address, "", &target);
	if (error == -ENOMEM)
		return error;
	leads_to = error == 0 ? device_folder(target) : NULL;
	strbuf_add_format(&folder, "%s%s", leads_to ? "sys/" : DEVICES "/",
			  leads_to ? leads_to : name);
	error = folder.error ? folder.error : set_path(g, DEVICES, name);
	if (error == 0 && leads_to)
		error = tar_add_link(g->file, entry_path(g), target);
	return error < 0 ? error : add_device(g, strbuf_text(&folder), address);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_devices(struct gathering *g)
{
	struct dirent **entries = NULL;
	int count, error = set_path(g, DEVICES, "");

	if (error < 0)
		return error;
	count = scandir(strbuf_text(&g->path), &entries, NULL, by_name);
	if (count < 0) {
		error = -errno;
		strbuf_reset(&g->host->scan.fault);
		strbuf_add_format(&g->host->scan.fault,
				  "cannot read %s: %s; there is nothing to capture",
				  strbuf_text(&g->path), strerror(-error));
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

/* The words of the kernel's command line that are about us, without disks and keys. */
static int add_harmless_words(struct gathering *g)
{
	static const char *const about[] = { "intel_iommu", "amd_iommu", "iommu",
					     "vfio",	    "pci",	 "rd.driver",
					     "modprobe.",   "module_",	 "nouveau",
					     "nvidia",	    "hugepages", "default_huge",
					     "video" };
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_free_ char *line = NULL;
	char *rest = NULL;
	int error;

	error = sysfs_read_line(&g->host->scan.sysfs, "/proc/cmdline", &line);
	if (error < 0)
		return leave_out(g, error);
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

static int add_telling(struct gathering *g)
{
	int error = 0;

	if (g->anonymous)
		return add_harmless_words(g);
	for (size_t i = 0; i < ARRAY_SIZE(telling_patterns) && error == 0; i++)
		error = add_pattern(g, telling_patterns[i], add_anything);
	return error;
}

/* Whether a line of modules.alias is about a vendor of this host's cards, or about any. */
static bool is_alias_of_card(const struct host *host, const char *line)
{
	static const char start[] = "alias pci:v";
	char vendor[9];

	if (strncmp(line, start, strlen(start)) != 0)
		return false;
	line += strlen(start);
	for (size_t i = 0; i < host->cards.count; i++)
		for (size_t j = 0; j < host->cards.cards[i].count; j++) {
			snprintf(vendor, sizeof(vendor), "%08X",
				 host->cards.cards[i].members[j].function->vendor);
			if (strncmp(line, vendor, 8) == 0)
				return true;
		}
	return line[0] == '*';
}

static bool is_about_vfio(const struct host *host, const char *line)
{
	(void)host;
	return strstr(line, "vfio") != NULL;
}

/* The lines of a long list of the running kernel's modules that are about us. */
static int add_module_list(struct gathering *g, const char *folder, const char *name,
			   bool (*keep)(const struct host *host, const char *line))
{
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = NULL;
	char *rest = NULL;
	size_t length = 0;
	int error = set_path(g, folder, name);

	if (error == 0)
		error = read_file(strbuf_text(&g->path), MOST_BYTES - 1, &bytes, &length);
	if (error < 0)
		return leave_out(g, error);
	bytes[length] = '\0';
	for (char *line = strtok_r(bytes, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (keep(g->host, line))
			strbuf_add_format(&kept, "%s\n", line);
	if (kept.error)
		return kept.error;
	return tar_add_file(g->file, entry_path(g), strbuf_text(&kept), kept.length);
}

static int add_modules(struct gathering *g)
{
	static const char *const whole[] = { "modules.builtin",
					     "modules.builtin.modinfo" };
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;
	_cleanup_free_ char *release = NULL;
	int error = sysfs_read_line(&g->host->scan.sysfs, "/proc/sys/kernel/osrelease",
				    &release);

	if (error < 0)
		return leave_out(g, error);
	if (!release[0] || release[0] == '.' || strchr(release, '/'))
		return 0;
	strbuf_add_format(&folder, "lib/modules/%s", release);
	if (folder.error)
		return folder.error;
	error = add_attributes(g, strbuf_text(&folder), whole, ARRAY_SIZE(whole));
	if (error == 0)
		error = add_module_list(g, strbuf_text(&folder), "modules.dep",
					is_about_vfio);
	return error < 0 ? error
			 : add_module_list(g, strbuf_text(&folder), "modules.alias",
					   is_alias_of_card);
}

int gather(struct gathering *gathering)
{
	int error = add_devices(gathering);

	for (size_t i = 0; i < ARRAY_SIZE(locked_patterns) && error == 0; i++)
		error = add_pattern(gathering, locked_patterns[i], add_locked_file);
	/* One group that is busy may be all of them: the rest is there. */
	if (error == -ETIMEDOUT)
		error = 0;
	for (size_t i = 0; i < ARRAY_SIZE(patterns) && error == 0; i++)
		error = add_pattern(gathering, patterns[i], add_anything);
	if (error == 0)
		error = add_modules(gathering);
	if (error == 0)
		error = add_telling(gathering);
	if (error == 0)
		tar_end(gathering->file);
	return error;
}
