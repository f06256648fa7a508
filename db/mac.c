/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MAC addresses: their normal form, and the next free one for a VM. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "db/attr.h"
#include "db/mac.h"
#include "db/store/internal.h"

#define DEFAULT_MASK "ff:ff:ff:c0:00:00"
#define MAC_BITS UINT64_C(0xffffffffffff)
#define ETHERNET_LENGTH 17 /* characters */
#define INFINIBAND_LENGTH 59

/* Addresses are kept as 17 lower-case characters, so that they compare as numbers do. */
static const char HIGHEST[] =
	"SELECT max(mac) FROM interface WHERE mac BETWEEN ? AND ? AND length(mac) = 17";

bool db_mac_normalise(const char *text, char ret_mac[DB_MAC_SIZE])
{
	size_t length = strlen(text);

	if (length != ETHERNET_LENGTH && length != INFINIBAND_LENGTH)
		return false;
	if (text[2] != ':' && text[2] != '-')
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (i % 3 == 2 ? c != (unsigned char)text[2] : !isxdigit(c))
			return false;
		ret_mac[i] = i % 3 == 2 ? ':' : (char)tolower(c);
	}
	ret_mac[length] = '\0';
	return true;
}

/* The number of an address in its normal form. */
static uint64_t number_of(const char *mac)
{
	uint64_t number = 0;

	for (int i = 0; i < ETHERNET_LENGTH; i += 3) {
		char byte[3] = { mac[i], mac[i + 1], '\0' };

		number = number << 8 | strtoul(byte, NULL, 16);
	}
	return number;
}

/* The value of vm_mac_base_addr or vm_mac_base_addr_mask. */
static int parse(struct db *db, const char *attribute, const char *text,
		 uint64_t *ret_number)
{
	char mac[DB_MAC_SIZE];

	if (!db_mac_normalise(text, mac) || strlen(mac) != ETHERNET_LENGTH)
		return db_fail(
			db, -EINVAL,
			"the attribute %s is «%s», which is not a MAC address; write "
			"it as 52:54:00:00:00:01",
			attribute, text);
	*ret_number = number_of(mac);
	return 0;
}

static int parse_base(struct db *db, const char *text, uint64_t *ret_base)
{
	int r = parse(db, "vm_mac_base_addr", text, ret_base);

	if (r == 0 && *ret_base >> 40 & 1)
		return db_fail(db, -EINVAL,
			       "the attribute vm_mac_base_addr is «%s», a multicast "
			       "address; set it to one whose first byte is "
			       "even, such as 52:54:00:00:00:00",
			       text);
	return r;
}

/* The mask keeps the first byte, so that no address becomes that of a group. */
static int parse_mask(struct db *db, const char *text, uint64_t *ret_mask)
{
	int r = parse(db, "vm_mac_base_addr_mask", text, ret_mask);
	uint64_t free_bits;

	if (r < 0)
		return r;
	free_bits = ~*ret_mask & MAC_BITS;
	if (free_bits >> 40 || (free_bits & (free_bits + 1)))
		return db_fail(db, -EINVAL,
			       "the attribute vm_mac_base_addr_mask is «%s»; a mask is "
			       "ff, ones, then zeros: " DEFAULT_MASK,
			       text);
	return 0;
}

static void format(uint64_t mac, char text[DB_MAC_SIZE])
{
	snprintf(text, DB_MAC_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x",
		 (unsigned int)(mac >> 40 & 0xff), (unsigned int)(mac >> 32 & 0xff),
		 (unsigned int)(mac >> 24 & 0xff), (unsigned int)(mac >> 16 & 0xff),
		 (unsigned int)(mac >> 8 & 0xff), (unsigned int)(mac & 0xff));
}

/* x2 in the first byte: locally administered, for one station (IEEE 802, clause 8.4). */
static int make_base(struct db *db, uint64_t *ret_base)
{
	struct attr_owner global = { .level = ATTR_GLOBAL };
	unsigned char random[3];
	char text[DB_MAC_SIZE];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return db_fail(db, -EIO, "the kernel gave no random numbers");
	*ret_base = (uint64_t)((random[0] & 0xfc) | 0x02) << 40 |
		    (uint64_t)random[1] << 32 | (uint64_t)random[2] << 24;
	format(*ret_base, text);
	return db_attr_set(db, global, "vm_mac_base_addr", text);
}

static int fail_without_base(struct db *db)
{
	return db_fail(
		db, -ENOENT,
		"no base of MAC addresses is set: the next `rocks add host vm` draws one "
		"and records it as vm_mac_base_addr; `rocks set attr vm_mac_base_addr "
		"52:54:00:00:00:00` sets one");
}

static int find_range(struct db *db, int64_t host, bool makes, uint64_t *ret_first,
		      uint64_t *ret_last)
{
	_cleanup_free_ char *base = NULL, *mask = NULL;
	uint64_t mask_bits;
	int r = db_attr_get(db, host, "vm_mac_base_addr", &base);

	if (r == 1)
		r = parse_base(db, base, ret_first);
	else if (r == 0)
		r = makes ? make_base(db, ret_first) : fail_without_base(db);
	if (r == 0)
		r = db_attr_get(db, host, "vm_mac_base_addr_mask", &mask);
	if (r < 0)
		return r;
	r = parse_mask(db, r == 1 ? mask : DEFAULT_MASK, &mask_bits);
	if (r < 0)
		return r;
	*ret_first &= mask_bits;
	*ret_last = *ret_first | (~mask_bits & MAC_BITS);
	return 0;
}

static int find_next(struct db *db, int64_t host, bool makes, char ret_mac[DB_MAC_SIZE])
{
	_cleanup_free_ char *highest = NULL;
	uint64_t first, last, next;
	char first_text[DB_MAC_SIZE], last_text[DB_MAC_SIZE];
	int r = find_range(db, host, makes, &first, &last);

	if (r < 0)
		return r;
	format(first, first_text);
	format(last, last_text);
	r = db_fetch_text(db, &highest, HIGHEST, "tt", first_text, last_text);
	if (r < 0)
		return r;
	next = *highest ? number_of(highest) + 1 : first;
	if (next > last)
		return db_fail(
			db, -ENOSPC,
			"no MAC address is free between %s and %s; give mac=, or set "
			"the attribute vm_mac_base_addr",
			first_text, last_text);
	format(next, ret_mac);
	return 0;
}

int db_mac_next(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE])
{
	return find_next(db, host, true, ret_mac);
}

int db_mac_peek(struct db *db, int64_t host, char ret_mac[DB_MAC_SIZE])
{
	return find_next(db, host, false, ret_mac);
}
