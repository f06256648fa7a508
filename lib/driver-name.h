/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel drivers and modules, as sysfs has them. */
#ifndef LIB_DRIVER_NAME_H
#define LIB_DRIVER_NAME_H

#include <stdbool.h>

/* Room for a driver's or a module's name and its NUL; MODULE_NAME_LEN is 56 on 64 bits. */
#define DRIVER_SIZE 64

/* Whether a word can be a driver's name: it fits, prints, has no blank and no slash. */
bool driver_is_name(const char *word);

/*
 * Whether a driver (NULL or "" for none) is vfio-pci or one of the kernel's variants of it,
 * such as nvgrace_gpu_vfio_pci. Only for callers that cannot ask the kernel: since Linux 6.1
 * a device that is bound to VFIO, by whatever driver, has a folder vfio-dev in sysfs
 * (Documentation/ABI/testing/sysfs-devices-vfio-dev).
 */
bool driver_is_vfio(const char *driver);

/*
 * Whether a driver is named as vfio-pci and its variants are, known or not: what a person
 * may ask for, and what a record may hold. "xvfio-pci" is not: the part before vfio-pci
 * ends with "-" or "_".
 */
bool driver_is_named_vfio(const char *driver);

/*
 * Whether a driver (NULL or "" for none) is, by its name, one of the host's own, not one
 * that keeps the device for a VM.
 */
bool driver_is_of_host(const char *driver);

#endif
