/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that is not there: binds and unbinds the devices of a made-up tree. */
#ifndef TESTS_UNIT_FAKE_KERNEL_H
#define TESTS_UNIT_FAKE_KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/gpupci/bind/kernel.h"

/* What goes wrong, counted in writes from 1; 0 for never. */
struct fake {
	int writes;	  /* so far */
	int fail_at;	  /* this write fails with */
	int fail_error;	  /* this */
	int fail_for;	  /* and so do as many after it */
	int die_before;	  /* the program is killed before this write */
	int die_after;	  /* or after it */
	int signal_at;	  /* a SIGTERM comes with this write */
	int hang_at;	  /* this write does not come back, and the device is busy */
	bool has_modules; /* modprobe finds what it is asked for */
	char busy[24];	  /* which device that is */
	char lost[24];	  /* a device that goes when the busy one is asked */
	pid_t left;	  /* who is left in the kernel by the write that hangs */
	pid_t asking;	  /* and by asking the busy device */
	char deaf[24];	  /* a device whose bind works and changes nothing */
};

static struct fake fake;
static char fake_root[64];
static const char *const fake_devices[] = { "0000:02:00.0", "0000:02:00.1",
					    "0000:03:00.0" };

static const char *fake_path(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
static const char *fake_path(const char *format, ...)
{
	static char paths[8][512];
	static int next;
	char *path = paths[next = (next + 1) % 8], below[400];
	va_list list;

	va_start(list, format);
	vsnprintf(below, sizeof(below), format, list);
	va_end(list);
	snprintf(path, sizeof(paths[0]), "%s%s", fake_root, below);
	return path;
}

static void fake_folder(const char *path)
{
	char each[512];

	for (const char *slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		snprintf(each, sizeof(each), "%.*s", (int)(slash - path), path);
		mkdir(each, 0755);
	}
	mkdir(path, 0755);
}

static void fake_file(const char *path, const void *bytes, size_t length)
{
	char folder[512];
	FILE *file;

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	fake_folder(folder);
	file = fopen(path, "we");
	if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0)
		abort();
}

static void fake_text(const char *path, const char *text)
{
	fake_file(path, text, strlen(text));
}

/* The driver of a device, "" when it has none. */
static const char *fake_driver(const char *address)
{
	static char target[512];
	ssize_t length = readlink(fake_path("/sys/bus/pci/devices/%s/driver", address),
				  target, sizeof(target) - 1);
	char *slash;

	if (length < 0)
		return "";
	target[length] = '\0';
	slash = strrchr(target, '/');
	return slash ? slash + 1 : target;
}

static const char *fake_override(const char *address)
{
	static char text[128];
	FILE *file = fopen(fake_path("/sys/bus/pci/devices/%s/driver_override", address),
			   "re");

	if (!file || !fgets(text, sizeof(text), file))
		abort();
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, "(null)") == 0 ? "" : text;
}

static int fake_bind(const char *address, const char *driver)
{
	char target[160];

	if (strcmp(address, fake.deaf) == 0)
		return 0;
	if (fake_driver(address)[0])
		return -EBUSY;
	if (fake_override(address)[0] ? strcmp(fake_override(address), driver) != 0
				      : strcmp(driver, "vfio-pci") == 0)
		return -ENODEV;
	snprintf(target, sizeof(target), "../../../../bus/pci/drivers/%s", driver);
	return symlink(target, fake_path("/sys/bus/pci/devices/%s/driver", address)) < 0
		       ? -errno
		       : 0;
}

static int fake_unbind(const char *address, const char *driver)
{
	if (strcmp(fake_driver(address), driver) != 0)
		return -ENODEV;
	return unlink(fake_path("/sys/bus/pci/devices/%s/driver", address)) < 0 ? -errno
										: 0;
}

/* The driver that the tree's "knows" says for a device. */
static int fake_probe(const char *address)
{
	char driver[64] = "";
	FILE *file;

	if (fake_override(address)[0])
		return fake_bind(address, fake_override(address));
	file = fopen(fake_path("/sys/bus/pci/devices/%s/knows", address), "re");
	if (!file)
		return -EINVAL;
	if (fscanf(file, "%63s", driver) != 1)
		driver[0] = '\0';
	fclose(file);
	return driver[0] ? fake_bind(address, driver) : -EINVAL;
}

static int fake_do(const char *path, const char *text)
{
	char name[128];

	if (sscanf(path, "/sys/bus/pci/devices/%127[^/]/driver_override", name) == 1) {
		fake_text(fake_path("%s", path),
			  strcmp(text, "\n") == 0 ? "(null)\n" : text);
		return 0;
	}
	if (strcmp(path, "/sys/bus/pci/drivers_probe") == 0)
		return fake_probe(text);
	if (sscanf(path, "/sys/bus/pci/drivers/%127[^/]/", name) != 1)
		return -ENOENT;
	return strstr(path, "/unbind") ? fake_unbind(text, name) : fake_bind(text, name);
}

static int fake_late(struct kernel *kernel, pid_t left)
{
	kernel->deadline.passed = true;
	kernel->deadline.left = left;
	kernel->deadline.left_since = 0;
	if (left)
		process_started(left, &kernel->deadline.left_since);
	return -ETIMEDOUT;
}

static int fake_write(struct kernel *kernel, const char *path, const char *text)
{
	int number = ++fake.writes, error;

	kernel->deadline.passed = false;
	if (number == fake.die_before)
		_exit(9);
	if (number == fake.hang_at) {
		snprintf(fake.busy, sizeof(fake.busy), "%s", text);
		/* As a real one: the driver is gone already when its end hangs. */
		unlink(fake_path("/sys/bus/pci/devices/%s/driver", text));
		return fake_late(kernel, fake.left);
	}
	if (number == fake.signal_at)
		kill(getpid(), SIGTERM);
	if (fake.fail_at && number >= fake.fail_at &&
	    number <= fake.fail_at + fake.fail_for)
		return fake.fail_error;
	error = fake_do(path, text);
	if (number == fake.die_after)
		_exit(9);
	return error;
}

static int fake_read(struct kernel *kernel, const char *path, char **ret_text)
{
	char name[64];

	kernel->deadline.passed = false;
	if (sscanf(path, "/sys/bus/pci/devices/%63[^/]/driver_override", name) != 1)
		return -ENOENT;
	if (strcmp(name, fake.busy) == 0) {
		if (fake.lost[0])
			unlink(fake_path("/sys/bus/pci/devices/%s", fake.lost));
		return fake_late(kernel, fake.asking);
	}
	*ret_text = strdup(fake_override(name));
	return *ret_text ? 0 : -ENOMEM;
}

static int fake_run(struct kernel *kernel, const char *const argv[], int *ret_status)
{
	(void)kernel;
	*ret_status = fake.has_modules ? 0 : 1;
	if (!fake.has_modules)
		return 0;
	/* Its driver takes at once what driver_override keeps for it. */
	fake_folder(fake_path("/sys/bus/pci/drivers/%s", argv[3]));
	for (size_t i = 0; i < sizeof(fake_devices) / sizeof(*fake_devices); i++)
		if (strcmp(fake_override(fake_devices[i]), argv[3]) == 0)
			fake_bind(fake_devices[i], argv[3]);
	return 0;
}

static void fake_config(const char *address, unsigned int vendor, unsigned int device)
{
	const unsigned char config[256] = { (unsigned char)vendor,
					    (unsigned char)(vendor >> 8),
					    (unsigned char)device,
					    (unsigned char)(device >> 8) };

	fake_file(fake_path("/sys/bus/pci/devices/%s/config", address), config,
		  sizeof(config));
}

/* Where a device sits: behind the bridge that has its bus's number as slot. */
static const char *fake_folder_of(const char *address)
{
	static char folders[2][128];
	static int next;
	char *folder = folders[next ^= 1];

	snprintf(folder, sizeof(folders[0]), "devices/pci0000:00/0000:00:%.2s.0/%s",
		 address + 5, address);
	return folder;
}

static void fake_place(const char *address)
{
	char target[160];

	snprintf(target, sizeof(target), "../../../%s", fake_folder_of(address));
	fake_folder(fake_path("/sys/%s", fake_folder_of(address)));
	fake_folder(fake_path("/sys/bus/pci/devices"));
	if (symlink(target, fake_path("/sys/bus/pci/devices/%s", address)) < 0)
		abort();
}

/* A device sits elsewhere from now on. */
static inline void fake_move(const char *from, const char *to)
{
	if (unlink(fake_path("/sys/bus/pci/devices/%s", from)) < 0)
		abort();
	fake_place(to);
	if (rename(fake_path("/sys/%s", fake_folder_of(from)),
		   fake_path("/sys/%s", fake_folder_of(to))) < 0)
		abort();
}

/* Adds a device, its group's number in group. */
static void fake_device(const char *address, unsigned int vendor, unsigned int device,
			unsigned int class, int group, const char *driver)
{
	char text[256];

	fake_place(address);
	snprintf(text, sizeof(text), "0x%04x\n", vendor);
	fake_text(fake_path("/sys/bus/pci/devices/%s/vendor", address), text);
	snprintf(text, sizeof(text), "0x%04x\n", device);
	fake_text(fake_path("/sys/bus/pci/devices/%s/device", address), text);
	snprintf(text, sizeof(text), "0x%06x\n", class);
	fake_text(fake_path("/sys/bus/pci/devices/%s/class", address), text);
	fake_text(fake_path("/sys/bus/pci/devices/%s/irq", address), "0\n");
	fake_text(fake_path("/sys/bus/pci/devices/%s/resource", address), "");
	fake_text(fake_path("/sys/bus/pci/devices/%s/driver_override", address),
		  "(null)\n");
	fake_text(fake_path("/sys/bus/pci/devices/%s/knows", address), driver);
	fake_config(address, vendor, device);
	snprintf(text, sizeof(text), "../../../../kernel/iommu_groups/%d", group);
	if (symlink(text, fake_path("/sys/bus/pci/devices/%s/iommu_group", address)) < 0)
		abort();
	fake_folder(fake_path("/sys/bus/pci/drivers/%s", driver));
	if (driver[0] && fake_bind(address, driver) < 0)
		abort();
}

/* A host with two cards, of two functions and of one. */
static void fake_host(void)
{
	memset(&fake, 0, sizeof(fake));
	snprintf(fake_root, sizeof(fake_root), "/tmp/gpupci-kernel-XXXXXX");
	if (!mkdtemp(fake_root))
		abort();
	fake_folder(fake_path("/proc/1/fd"));
	fake_text(fake_path("/proc/1/net/route"), "Iface\tDestination\n");
	fake_text(fake_path("/proc/sys/kernel/random/boot_id"), "boot-1\n");
	fake_folder(fake_path("/sys/bus/pci/drivers/vfio-pci"));
	fake_folder(fake_path("/etc"));
	fake_folder(fake_path("/var/lib"));
	fake_folder(fake_path("/run"));
	fake_device("0000:02:00.0", 0x10de, 0x1b06, 0x030000, 12, "nouveau");
	fake_device("0000:02:00.1", 0x10de, 0x10ef, 0x040300, 12, "snd_hda_intel");
	fake_device("0000:03:00.0", 0x10de, 0x1eb8, 0x030200, 13, "nvidia");
}

static void fake_kernel(struct kernel *kernel)
{
	kernel->write = fake_write;
	kernel->read = fake_read;
	kernel->run = fake_run;
}

#endif
