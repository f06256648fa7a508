/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images that need another file. */
/* QEMU: docs/interop/qcow2.txt and docs/interop/qed_spec.txt. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/move/disk-image.h"

enum {
	QCOW2_V2_HEADER = 72,
	QCOW2_V3_HEADER = 104,
	QCOW2_BACKING_FORMAT = 0xe2792aca,
	QCOW2_DATA_FILE = 0x44415441,
	QCOW2_HAS_DATA_FILE = 1 << 2,
	QED_HEADER = 64,
	QED_HAS_BACKING = 1 << 0,
	QED_BACKING_IS_RAW = 1 << 2,
};

struct bytes {
	const uint8_t *list;
	size_t length;
};

static uint64_t big_endian(const struct bytes *bytes, size_t offset, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes->list[offset + i];
	return number;
}

static uint32_t little_endian(const struct bytes *bytes, size_t offset)
{
	uint32_t number = 0;

	for (size_t i = 4; i > 0; i--)
		number = number << 8 | bytes->list[offset + i - 1];
	return number;
}

/* Copies a name of size bytes, which has no NUL; 0 or -ENODATA. */
static int take(const struct bytes *bytes, uint64_t offset, uint64_t size, char *name,
		size_t room)
{
	if (!size || size >= room || offset > bytes->length ||
	    size > bytes->length - offset || memchr(bytes->list + offset, '\0', size))
		return -ENODATA;
	memcpy(name, bytes->list + offset, size);
	name[size] = '\0';
	return 0;
}

/* The extensions between the header and the name: each a type, a length, and bytes. */
static int take_extensions(const struct bytes *bytes, size_t offset,
			   struct disk_image *image)
{
	int r = 0;

	while (r == 0 && offset + 8 <= bytes->length) {
		uint64_t type = big_endian(bytes, offset, 4);
		uint64_t size = big_endian(bytes, offset + 4, 4);

		if (!type)
			return 0;
		offset += 8;
		if (type == QCOW2_BACKING_FORMAT && size)
			r = take(bytes, offset, size, image->backing_format,
				 sizeof(image->backing_format));
		else if (type == QCOW2_DATA_FILE)
			r = take(bytes, offset, size, image->data, sizeof(image->data));
		if (size > bytes->length - offset)
			return r;
		offset += (size_t)(size + 7) / 8 * 8;
	}
	return r;
}

static int read_qcow2(const struct bytes *bytes, struct disk_image *image)
{
	uint64_t offset = big_endian(bytes, 8, 8), size = big_endian(bytes, 16, 4);
	size_t header = QCOW2_V2_HEADER;
	bool has_data = false;
	int r = 0;

	if (big_endian(bytes, 4, 4) >= 3) {
		if (bytes->length < QCOW2_V3_HEADER)
			return -EINVAL;
		header = big_endian(bytes, 100, 4);
		has_data = bytes->list[79] & QCOW2_HAS_DATA_FILE;
	}
	if (header < bytes->length)
		r = take_extensions(bytes, header, image);
	if (r == 0 && offset)
		r = take(bytes, offset, size, image->backing, sizeof(image->backing));
	if (!has_data)
		image->data[0] = '\0';
	return r == 0 && has_data && !image->data[0] ? -ENODATA : r;
}

static int read_qed(const struct bytes *bytes, struct disk_image *image)
{
	uint32_t features = little_endian(bytes, 16);

	if (!(features & QED_HAS_BACKING))
		return 0;
	if (features & QED_BACKING_IS_RAW)
		memcpy(image->backing_format, "raw", sizeof("raw"));
	return take(bytes, little_endian(bytes, 56), little_endian(bytes, 60),
		    image->backing, sizeof(image->backing));
}

int disk_image_read(const char *type, const uint8_t *list, size_t length,
		    struct disk_image *ret_image)
{
	const struct bytes bytes = { list, length };
	bool is_qcow2 = length >= QCOW2_V2_HEADER && memcmp(list, "QFI\xfb", 4) == 0;
	bool is_qed = length >= QED_HEADER && memcmp(list, "QED", 4) == 0;

	*ret_image = (struct disk_image){ 0 };
	if (is_qcow2 && (!*type || strcmp(type, "qcow2") == 0))
		return read_qcow2(&bytes, ret_image);
	if (is_qed && (!*type || strcmp(type, "qed") == 0))
		return read_qed(&bytes, ret_image);
	return strcmp(type, "qcow2") == 0 || strcmp(type, "qed") == 0 ? -EINVAL : 0;
}

int disk_image_read_digits(const char *type, const char *digits,
			   struct disk_image *ret_image)
{
	static const char hexadecimal[] = "0123456789abcdef";
	uint8_t bytes[DISK_IMAGE_HEAD];
	size_t length = 0;

	*ret_image = (struct disk_image){ 0 };
	for (; *digits && length < sizeof(bytes); digits += 2) {
		const char *high = strchr(hexadecimal, digits[0]);
		const char *low = digits[1] ? strchr(hexadecimal, digits[1]) : NULL;

		if (!high || !low)
			return -EINVAL;
		bytes[length++] =
			(uint8_t)((high - hexadecimal) << 4 | (low - hexadecimal));
	}
	return disk_image_read(type, bytes, length, ret_image);
}
