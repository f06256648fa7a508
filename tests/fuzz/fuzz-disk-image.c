/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the beginning of a disk image: the files it names are in it, or none is. */
#include <errno.h>
#include <string.h>

#include "src/move/disk-image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const char *name, size_t room, const uint8_t *data, size_t size)
{
	if (strnlen(name, room) == room || !memmem(data, size, name, strlen(name)))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "", "qcow2", "qed", "file" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct disk_image image;

		switch (disk_image_read(types[i], data, size, &image)) {
		case 0:
			check_name(image.backing, sizeof(image.backing), data, size);
			check_name(image.data, sizeof(image.data), data, size);
			break;
		case -EINVAL:
		case -ENODATA:
			break;
		default:
			__builtin_trap();
		}
	}
	return 0;
}
