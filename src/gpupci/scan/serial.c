/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial number of a PCI function, from three possible places. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/scan/libpci.h"
#include "src/gpupci/scan/serial.h"
#include "src/gpupci/scan/sysfs.h"

/* Tags of VPD resources, PCI 3.0 appendix I; bit 7 means large. */
#define VPD_LARGE 0x80
#define VPD_LARGE_HEADER 3
#define VPD_READ_ONLY 0x90
#define VPD_SMALL_END 0x0f
#define VPD_KEYWORD_HEADER 3

const char *serial_kind_name(enum serial_kind kind)
{
	switch (kind) {
	case SERIAL_NONE:
		return "";
	case SERIAL_DSN:
		return "dsn";
	case SERIAL_UNIQUE_ID:
		return "unique_id";
	case SERIAL_VPD:
		return "vpd";
	}
	return "";
}

const char *serial_format_dsn(const uint8_t bytes[8], char text[SERIAL_DSN_SIZE])
{
	/* Little-endian: the register's highest byte is written first. */
	snprintf(text, SERIAL_DSN_SIZE, "%02x-%02x-%02x-%02x-%02x-%02x-%02x-%02x",
		 bytes[7], bytes[6], bytes[5], bytes[4], bytes[3], bytes[2], bytes[1],
		 bytes[0]);
	return text;
}

/* Only zeros or ones: a field that the maker never filled. */
static bool is_blank(const char *serial)
{
	return !serial[strspn(serial, "0-")] || !serial[strspn(serial, "fF-")];
}

/* Letters, digits and common separators: one word, also in our files. */
static bool is_word(const char *serial)
{
	return text_is_device_word(serial) && strlen(serial) < SERIAL_VPD_SIZE;
}

static int take(struct pci_function *function, enum serial_kind kind, const char *serial)
{
	if (!is_word(serial) || is_blank(serial))
		return 0;
	function->serial = strdup(serial);
	if (!function->serial)
		return -ENOMEM;
	function->serial_kind = kind;
	return 0;
}

/* amdgpu reads it from the device, which may not answer. */
static int read_unique_id(struct pci_scan *scan, struct pci_function *function)
{
	uint8_t text[SYSFS_LOCKED_SIZE + 1];
	size_t length;
	int error = sysfs_read_locked(&scan->root, function->address, "unique_id", text,
				      &length);

	if (error < 0)
		return error == -ENOMEM ? error : 0;
	text[length] = '\0';
	text[strcspn((char *)text, "\n")] = '\0';
	return take(function, SERIAL_UNIQUE_ID, (char *)text);
}

int serial_read(struct pci_scan *scan, struct pci_function *function)
{
	enum library_serial found;
	uint8_t bytes[8];
	char text[SERIAL_DSN_SIZE];
	int error;

	error = library_read_serial(scan, function, bytes, &found);
	if (error < 0 || function->is_virtual || function->serial)
		return error;
	if (found == LIBRARY_SERIAL_FOUND)
		error = take(function, SERIAL_DSN, serial_format_dsn(bytes, text));
	/* A user who cannot see the one must not take the other for it. */
	if (error < 0 || function->serial || found == LIBRARY_SERIAL_HIDDEN)
		return error;
	return read_unique_id(scan, function);
}

/* Finds the SN among the keywords of a read-only resource. */
static bool find_keyword(const uint8_t *data, size_t length, char text[SERIAL_VPD_SIZE])
{
	while (length >= VPD_KEYWORD_HEADER) {
		size_t size = data[2];

		if (size > length - VPD_KEYWORD_HEADER)
			return false;
		if (data[0] == 'S' && data[1] == 'N') {
			const uint8_t *value = data + VPD_KEYWORD_HEADER;

			while (size && (value[size - 1] == ' ' || !value[size - 1]))
				size--;
			while (size && value[0] == ' ') {
				value++;
				size--;
			}
			if (!size || size >= SERIAL_VPD_SIZE || memchr(value, 0, size))
				return false;
			memcpy(text, value, size);
			text[size] = '\0';
			return is_word(text) && !is_blank(text);
		}
		data += VPD_KEYWORD_HEADER + size;
		length -= VPD_KEYWORD_HEADER + size;
	}
	return false;
}

bool serial_find_vpd(const uint8_t *data, size_t length, char text[SERIAL_VPD_SIZE])
{
	while (length) {
		size_t header = data[0] & VPD_LARGE ? VPD_LARGE_HEADER : 1, size;

		if (length < header)
			return false;
		if (data[0] & VPD_LARGE)
			size = data[1] | (size_t)data[2] << 8;
		else if (data[0] >> 3 == VPD_SMALL_END)
			return false;
		else
			size = data[0] & 7;
		if (size > length - header)
			return false;
		if (data[0] == VPD_READ_ONLY)
			return find_keyword(data + header, size, text);
		data += header + size;
		length -= header + size;
	}
	return false;
}

int serial_read_vpd(struct pci_scan *scan, struct pci_function *function)
{
	uint8_t data[SYSFS_LOCKED_SIZE];
	char text[SERIAL_VPD_SIZE];
	size_t length;
	int error;

	if (function->is_virtual || function->serial)
		return 0;
	/* The data may be 32 KiB, but makers put the serial number first. */
	error = sysfs_read_locked(&scan->root, function->address, "vpd", data, &length);
	if (error == -ENOMEM)
		return error;
	/* Without it a card goes by path and ids: not a reason to fail. */
	if (error < 0 || !serial_find_vpd(data, length, text))
		return 0;
	return take(function, SERIAL_VPD, text);
}
