/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel as what changes drivers sees it; a test puts one of its own here. */
#ifndef SRC_GPUPCI_BIND_KERNEL_H
#define SRC_GPUPCI_BIND_KERNEL_H

#include <stdbool.h>

#include "lib/driver-name.h"
#include "lib/pci-address.h"
#include "src/gpupci/files/root.h"

struct kernel {
	struct root *root; /* the run's, which outlives this */
	struct deadline deadline;
	/* Paths are below the root. As deadline_write(), deadline_read(), deadline_run(). */
	int (*write)(struct kernel *kernel, const char *path, const char *text);
	int (*read)(struct kernel *kernel, const char *path, char **ret_text);
	int (*run)(struct kernel *kernel, const char *const argv[], int *ret_status);
};

/* The kernel of the root: below another root than "" programs are not run: -EROFS. */
void kernel_init(struct kernel *kernel, struct root *root, unsigned int seconds);

/*
 * The driver that has the device now, "" when none. Takes no lock. 0 or -errno: -ENODEV
 * when there is no such device, -EINVAL for a name that no driver has.
 */
int kernel_driver(const struct kernel *kernel, struct pci_address device,
		  char ret_driver[DRIVER_SIZE]);

/*
 * What driver_override holds, "" for nothing. Takes the device's lock: 0 or -errno,
 * -ETIMEDOUT with kernel->deadline.passed set while the kernel is busy with the device.
 */
int kernel_override(struct kernel *kernel, struct pci_address device,
		    char ret_driver[DRIVER_SIZE]);

/* The module the driver is in, "" when it is built in or not known. 0 or -errno. */
int kernel_module(const struct kernel *kernel, const char *driver,
		  char ret_module[DRIVER_SIZE]);

/* Whether there is such a PCI driver now. */
bool kernel_has_driver(const struct kernel *kernel, const char *driver);

/* Has modprobe load a module, or what an alias asks for. As deadline_run(). */
int kernel_load(struct kernel *kernel, const char *module, int *ret_status);

#endif
