/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on Vital Product Data: a serial number is one word, or none. */
#include <string.h>

#include "src/gpupci/scan/serial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[SERIAL_VPD_SIZE];

	if (!serial_find_vpd(data, size, text))
		return 0;
	if (!text[0] || strlen(text) >= sizeof(text) || strpbrk(text, " =\n") ||
	    !memmem(data, size, text, strlen(text)))
		__builtin_trap();
	return 0;
}
