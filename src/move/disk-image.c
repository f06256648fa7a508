/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disk images that need another file. */
/* QEMU: docs/interop/qcow2.txt and docs/interop/qed_spec.txt. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/move/disk-image.h"

/* Whether any of these bits of a byte is set; false past the end. */
static bool has_bits(const char *head, size_t offset, unsigned int bits)
{
	char digits[3] = "";

	if (strlen(head) < 2 * offset + 2)
		return false;
	memcpy(digits, head + 2 * offset, 2);
	return (strtoul(digits, NULL, 16) & bits) != 0;
}

static const char *qcow2_needs(const char *head)
{
	/* In version 2 the header ends before the features. */
	bool has_features = strncmp(head + 8, "00000002", 8) != 0;

	for (size_t i = 8; i < 16; i++)
		if (has_bits(head, i, 0xff))
			return "a backing file";
	/* Incompatible feature bit 2 of a big-endian number. */
	return has_features && has_bits(head, 79, 1 << 2) ? "an external data file"
							  : NULL;
}

const char *disk_image_needs(const char *type, const char *head)
{
	if (strcmp(type, "qcow2") == 0)
		return strncmp(head, "514649fb", 8) == 0 && strlen(head) >= 32
			       ? qcow2_needs(head)
			       : "";
	if (strcmp(type, "qed") == 0 && strncmp(head, "51454400", 8) != 0)
		return "";
	/* Feature bit 0 of a little-endian number. */
	return strcmp(type, "qed") == 0 && has_bits(head, 16, 1 << 0) ? "a backing file"
								      : NULL;
}
