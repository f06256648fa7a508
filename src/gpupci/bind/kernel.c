/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as what changes drivers sees it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/bind/kernel.h"
#include "src/gpupci/scan/sysfs.h"

static int write_below(struct kernel *kernel, const char *path, const char *text)
{
	_cleanup_strbuf_ struct strbuf whole = STRBUF_EMPTY;

	strbuf_add_format(&whole, "%s%s", kernel->root, path);
	if (whole.error)
		return whole.error;
	return deadline_write(&kernel->deadline, strbuf_text(&whole), text);
}

static int read_below(struct kernel *kernel, const char *path, char **ret_text)
{
	_cleanup_strbuf_ struct strbuf whole = STRBUF_EMPTY;

	strbuf_add_format(&whole, "%s%s", kernel->root, path);
	if (whole.error)
		return whole.error;
	return deadline_read(&kernel->deadline, strbuf_text(&whole), ret_text);
}

static int run_here(struct kernel *kernel, const char *const argv[], int *ret_status)
{
	if (kernel->root[0])
		return -EROFS;
	return deadline_run(&kernel->deadline, argv, ret_status);
}

void kernel_init(struct kernel *kernel, const char *root, unsigned int seconds)
{
	*kernel = (struct kernel){ .root = root,
				   .deadline = { .milliseconds = seconds * 1000 },
				   .write = write_below,
				   .read = read_below,
				   .run = run_here };
}

/* Takes a name; "" for NULL and for the kernel's "(null)". */
static int take_name(const char *text, char ret_name[DRIVER_SIZE])
{
	ret_name[0] = '\0';
	if (!text || !text[0] || strcmp(text, "(null)") == 0)
		return 0;
	if (!driver_is_name(text))
		return -EINVAL;
	snprintf(ret_name, DRIVER_SIZE, "%s", text);
	return 0;
}

int kernel_driver(const struct kernel *kernel, struct pci_address device,
		  char ret_driver[DRIVER_SIZE])
{
	struct root below = ROOT_EMPTY(kernel->root);
	_cleanup_free_ char *ids = NULL, *name = NULL;
	int error;

	error = sysfs_read_link_name(&below, device, "driver", &name);
	if (error == -ENOENT) {
		error = sysfs_read_text(&below, device, "vendor", &ids);
		error = error == -ENOENT ? -ENODEV : error;
	}
	root_release(&below);
	return error < 0 ? error : take_name(name, ret_driver);
}

int kernel_override(struct kernel *kernel, struct pci_address device,
		    char ret_driver[DRIVER_SIZE])
{
	char path[96], name[PCI_ADDRESS_SIZE];
	_cleanup_free_ char *text = NULL;
	int error;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override",
		 pci_address_sysfs(device, name));
	error = kernel->read(kernel, path, &text);
	return error < 0 ? error : take_name(text, ret_driver);
}

/* What a link below the root points to, its last part; -ENOENT when there is none. */
static int read_link(const struct kernel *kernel, const char *path, char *target,
		     size_t size)
{
	_cleanup_strbuf_ struct strbuf whole = STRBUF_EMPTY;
	ssize_t length;

	strbuf_add_format(&whole, "%s%s", kernel->root, path);
	if (whole.error)
		return whole.error;
	length = readlink(strbuf_text(&whole), target, size - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	return 0;
}

int kernel_module(const struct kernel *kernel, const char *driver,
		  char ret_module[DRIVER_SIZE])
{
	char path[128], target[1024];
	const char *slash;
	int error;

	ret_module[0] = '\0';
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/module", driver);
	error = read_link(kernel, path, target, sizeof(target));
	if (error < 0)
		return error == -ENOENT ? 0 : error;
	slash = strrchr(target, '/');
	return take_name(slash ? slash + 1 : target, ret_module);
}

bool kernel_has_driver(const struct kernel *kernel, const char *driver)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;

	strbuf_add_format(&path, "%s/sys/bus/pci/drivers/%s", kernel->root, driver);
	return !path.error && access(strbuf_text(&path), F_OK) == 0;
}

int kernel_load(struct kernel *kernel, const char *module, int *ret_status)
{
	static const char *const programs[] = { "/usr/sbin/modprobe", "/sbin/modprobe" };
	int error = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(programs) && error == -ENOENT; i++) {
		const char *const argv[] = { programs[i], "-q", "--", module, NULL };

		error = kernel->run(kernel, argv, ret_status);
	}
	return error;
}
