/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as seen by code that changes drivers; tests substitute their own. */
#ifndef SRC_GPUPCI_BIND_KERNEL_H
#define SRC_GPUPCI_BIND_KERNEL_H

#include <stdbool.h>

#include "lib/driver-name.h"
#include "lib/pci-address.h"
#include "src/gpupci/files/root.h"

struct kernel {
	struct root *root; /* borrowed; must outlive this */
	struct deadline deadline;
	/*
	 * Paths are below the root. Errors as deadline_write(), deadline_read() and
	 * deadline_run().
	 */
	int (*write)(struct kernel *kernel, const char *path, const char *text);
	int (*read)(struct kernel *kernel, const char *path, char **ret_text);
	int (*run)(struct kernel *kernel, const char *const argv[], int *ret_status);
};

/*
 * Initialises the kernel of the root; each call waits at most so many seconds. Below a
 * root other than "" it runs no programs: -EROFS.
 */
void kernel_init(struct kernel *kernel, struct root *root, unsigned int seconds);

/*
 * Copies the name of the driver bound to the device, "" if there is none. Takes no lock.
 * Returns 0 or -errno: -ENODEV if there is no such device, -EINVAL for an impossible
 * name.
 */
int kernel_driver(const struct kernel *kernel, struct pci_address device,
		  char ret_driver[DRIVER_SIZE]);

/*
 * Copies the driver_override of the device, "" if it is unset. Takes the lock of the
 * device: returns 0 or -errno, -ETIMEDOUT with kernel->deadline.passed set while the
 * kernel is busy with the device.
 */
int kernel_override(struct kernel *kernel, struct pci_address device,
		    char ret_driver[DRIVER_SIZE]);

/*
 * Copies the name of the module of the driver, "" if built in or unknown. Returns 0 or
 * -errno.
 */
int kernel_module(const struct kernel *kernel, const char *driver,
		  char ret_module[DRIVER_SIZE]);

/* Whether the PCI driver is registered now. */
bool kernel_has_driver(const struct kernel *kernel, const char *driver);

/* Runs modprobe for a module or an alias. As deadline_run(). */
int kernel_load(struct kernel *kernel, const char *module, int *ret_status);

#endif
