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
