/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images that need another file. */
#ifndef SRC_MOVE_DISK_IMAGE_H
#define SRC_MOVE_DISK_IMAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * How many bytes of an image's beginning to pass. QEMU writes the names below right after
 * the header and its extensions, which take a few hundred bytes.
 */
#define DISK_IMAGE_HEAD 4096

/* QEMU's limits, and the NUL. */
#define DISK_IMAGE_NAME 1024
#define DISK_IMAGE_FORMAT 64

/* The other files of an image, as it names them; "" for none. */
struct disk_image {
	char backing[DISK_IMAGE_NAME];
	char backing_format[DISK_IMAGE_FORMAT]; /* raw, qcow2, …; "" if not recorded */
	char data[DISK_IMAGE_NAME];		/* the external data file of a qcow2 */
};

/*
 * Reads the beginning of an image of a type: qcow2, qed; "" for either if it begins as
 * one; others need no other file. 0, -EINVAL if it is not an image of that type, -ENODATA
 * if it needs a file whose name is not in these bytes or is damaged.
 */
int disk_image_read(const char *type, const uint8_t *bytes, size_t length,
		    struct disk_image *ret_image);

/* The same from hexadecimal digits; -EINVAL also if these are none. */
int disk_image_read_digits(const char *type, const char *digits,
			   struct disk_image *ret_image);

#endif
