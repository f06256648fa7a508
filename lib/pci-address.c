/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a PCI function. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/pci-address.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads between least and most hexadecimal digits; the number of digits, or -EINVAL. */
static int parse_hex(const char *text, int least, int most, uint32_t *ret_value)
{
	uint32_t value = 0;
	int count = 0;

	while (count < most && digit(text[count]) >= 0)
		value = value << 4 | (uint32_t)digit(text[count++]);
	if (count < least || digit(text[count]) >= 0)
		return -EINVAL;
	*ret_value = value;
	return count;
}

/* Parses BUS<separator>SLOT<last>FUNCTION up to the end of the text. */
static int parse_rest(const char *text, char separator, char last,
		      struct pci_address *address)
{
	uint32_t bus, slot, function;

	if (parse_hex(text, 2, 2, &bus) < 0 || text[2] != separator)
		return -EINVAL;
	if (parse_hex(text + 3, 2, 2, &slot) < 0 || slot > 0x1f || text[5] != last)
		return -EINVAL;
	if (parse_hex(text + 6, 1, 1, &function) < 0 || function > 7 || text[7])
		return -EINVAL;
	address->bus = (uint8_t)bus;
	address->slot = (uint8_t)slot;
	address->function = (uint8_t)function;
	return 0;
}

int pci_address_parse(const char *text, struct pci_address *ret_address)
{
	struct pci_address address = { 0 };
	bool node = strncmp(text, "pci_", 4) == 0;
	char separator = node ? '_' : ':';
	int count;

	if (node)
		text += 4;
	count = parse_hex(text, 4, 8, &address.domain);
	if (count > 0 && text[count] == separator)
		text += count + 1;
	else if (node)
		return -EINVAL;
	else
		address.domain = 0;
	if (parse_rest(text, separator, node ? '_' : '.', &address) < 0)
		return -EINVAL;
	*ret_address = address;
	return 0;
}

/* Writes this many lower-case hexadecimal digits and returns the place after them. */
static char *put_hex(char *text, uint32_t value, int digits)
{
	while (digits--)
		*text++ = "0123456789abcdef"[value >> 4 * digits & 15];
	return text;
}

/* By hand: listings of a cluster spend most of their time here. */
const char *pci_address_node(struct pci_address address, char text[PCI_ADDRESS_SIZE])
{
	int digits = 4;
	char *end;

	while (digits < 8 && address.domain >> 4 * digits)
		digits++;
	end = put_hex(mempcpy(text, "pci_", 4), address.domain, digits);
	*end++ = '_';
	end = put_hex(end, address.bus, 2);
	*end++ = '_';
	end = put_hex(end, address.slot, 2);
	*end++ = '_';
	*put_hex(end, address.function, 1) = '\0';
	return text;
}

const char *pci_address_sysfs(struct pci_address address, char text[PCI_ADDRESS_SIZE])
{
	snprintf(text, PCI_ADDRESS_SIZE, "%04" PRIx32 ":%02x:%02x.%x", address.domain,
		 address.bus, address.slot, address.function);
	return text;
}

int64_t pci_address_pack(struct pci_address address)
{
	return (int64_t)address.domain << 16 | address.bus << 8 | address.slot << 3 |
	       address.function;
}

int pci_address_unpack(int64_t packed, struct pci_address *ret_address)
{
	if (packed < 0 || packed > INT64_C(0xffffffffffff))
		return -ERANGE;
	ret_address->domain = (uint32_t)(packed >> 16);
	ret_address->bus = (uint8_t)(packed >> 8);
	ret_address->slot = (uint8_t)(packed >> 3 & 0x1f);
	ret_address->function = (uint8_t)(packed & 7);
	return 0;
}

const char *pci_address_sysfs_packed(int64_t packed, char text[PCI_ADDRESS_SIZE])
{
	struct pci_address address;

	text[0] = '\0';
	return pci_address_unpack(packed, &address) < 0
		       ? text
		       : pci_address_sysfs(address, text);
}

int pci_address_compare(struct pci_address a, struct pci_address b)
{
	int64_t left = pci_address_pack(a), right = pci_address_pack(b);

	return (left > right) - (left < right);
}

bool pci_address_same_slot(struct pci_address a, struct pci_address b)
{
	return pci_address_pack(a) >> 3 == pci_address_pack(b) >> 3;
}
