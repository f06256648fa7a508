/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as seen by code that changes drivers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/bind/kernel.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/scan/sysfs.h"

static int write_below(struct kernel *kernel, const char *path, const char *text)
{
	int error = root_set_path(kernel->root, "%s", path);

	return error < 0 ? error
			 : deadline_write(&kernel->deadline,
					  root_entered(strbuf_text(&kernel->root->path)),
					  text);
}

static int read_below(struct kernel *kernel, const char *path, char **ret_text)
{
	int error = root_set_path(kernel->root, "%s", path);

	return error < 0 ? error
			 : deadline_read(&kernel->deadline,
					 root_entered(strbuf_text(&kernel->root->path)),
					 ret_text);
}

static int run_here(struct kernel *kernel, const char *const argv[], int *ret_status)
{
	if (kernel->root->folder[0])
		return -EROFS;
	return deadline_run(&kernel->deadline, argv, ret_status);
}

void kernel_init(struct kernel *kernel, struct root *root, unsigned int seconds)
{
	*kernel = (struct kernel){ .root = root,
				   .deadline = { .milliseconds = seconds * 1000 },
				   .write = write_below,
				   .read = read_below,
				   .run = run_here };
}

/* Copies a name; "" for NULL and for the kernel's "(null)". */
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
	_cleanup_free_ char *ids = NULL, *name = NULL;
	int error;

	error = sysfs_read_link_name(kernel->root, device, "driver", &name);
	if (error == -ENOENT) {
		error = sysfs_read_text(kernel->root, device, "vendor", &ids);
		error = error == -ENOENT ? -ENODEV : error;
	}
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

int kernel_module(const struct kernel *kernel, const char *driver,
		  char ret_module[DRIVER_SIZE])
{
	_cleanup_free_ char *name = NULL;
	int error;

	ret_module[0] = '\0';
	error = root_read_link_name(kernel->root, &name, "/sys/bus/pci/drivers/%s/module",
				    driver);
	if (error < 0)
		return error == -ENOENT ? 0 : error;
	return take_name(name, ret_module);
}

bool kernel_has_driver(const struct kernel *kernel, const char *driver)
{
	return root_exists(kernel->root, "/sys/bus/pci/drivers/%s", driver);
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
