/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of kernel drivers and modules, as sysfs has them. */
#include <string.h>

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

bool driver_is_vfio(const char *driver)
{
	static const char end[] = "vfio-pci";
	size_t length = driver ? strlen(driver) : 0, tail = strlen(end);

	/* Modules and drivers write it with either: nvgrace_gpu_vfio_pci, vfio-pci. */
	if (length < tail)
		return false;
	for (size_t i = 0; i < tail; i++) {
		char c = driver[length - tail + i];

		if ((c == '_' ? '-' : c) != end[i])
			return false;
	}
	return length == tail || driver[length - tail - 1] == '-' ||
	       driver[length - tail - 1] == '_';
}

bool driver_is_of_host(const char *driver)
{
	return driver && driver[0] && !driver_is_vfio(driver) &&
	       strcmp(driver, "pci-stub") != 0;
}
