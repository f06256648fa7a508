/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel drivers and modules, as sysfs has them. */
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"

bool driver_is_name(const char *word)
{
	size_t length = strlen(word);

	if (!length || length >= DRIVER_SIZE || word[0] == '.')
		return false;
	for (size_t i = 0; i < length; i++)
		if (word[i] <= ' ' || word[i] > '~' || word[i] == '/')
			return false;
	return true;
}

/* Modules and drivers write a name with either: vfio-pci, vfio_pci. */
static char as_driver(char c)
{
	return c == '_' ? '-' : c;
}

static bool is_same(const char *driver, const char *known)
{
	while (*driver && as_driver(*driver) == *known)
		driver++, known++;
	return !*driver && !*known;
}

bool driver_is_vfio(const char *driver)
{
	/* drivers/vfio/pci of Linux 6.19, with "-" for "_" */
	static const char *const known[] = {
		"vfio-pci",	"mlx5-vfio-pci",	"hisi-acc-vfio-pci",
		"pds-vfio-pci", "nvgrace-gpu-vfio-pci", "virtio-vfio-pci",
		"qat-vfio-pci", "xe-vfio-pci",		"ism-vfio-pci",
	};

	for (size_t i = 0; driver && i < ARRAY_SIZE(known); i++)
		if (is_same(driver, known[i]))
			return true;
	return false;
}

bool driver_is_named_vfio(const char *driver)
{
	static const char end[] = "vfio-pci";
	size_t length = driver ? strlen(driver) : 0, tail = strlen(end);

	if (length < tail)
		return false;
	for (size_t i = 0; i < tail; i++)
		if (as_driver(driver[length - tail + i]) != end[i])
			return false;
	return length == tail || driver[length - tail - 1] == '-' ||
	       driver[length - tail - 1] == '_';
}

bool driver_is_of_host(const char *driver)
{
	return driver && driver[0] && !driver_is_named_vfio(driver) &&
	       strcmp(driver, "pci-stub") != 0;
}
