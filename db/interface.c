/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces of hosts. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>

#include "db/attr.h"
#include "db/interface.h"
#include "db/internal.h"
#include "db/names.h"

#define MAC_DEFAULT_MASK "ff:ff:ff:c0:00:00"
#define MAC_BITS UINT64_C(0xffffffffffff)

static const char LIST[] =
	"SELECT device, mac, ip, network.name, interface.name, vlan FROM interface "
	"LEFT JOIN network ON network.id = interface.network "
	"WHERE host = ? ORDER BY interface.id";
static const char FIND_NETWORK[] = "SELECT id FROM network WHERE name = ?";
static const char FIND_MAC[] = "SELECT host.name FROM interface JOIN host "
			       "ON host.id = interface.host WHERE mac = ?";
static const char FIND_IP[] = "SELECT host.name FROM interface JOIN host "
			      "ON host.id = interface.host WHERE ip = ?";
static const char ADD[] =
	"INSERT INTO interface (host, device, mac, ip, network, name, vlan) "
	"VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char OF_NETWORK[] =
	"SELECT device FROM interface JOIN network ON network.id = interface.network "
	"WHERE host = ? AND network.name = ? ORDER BY interface.id";
/* Addresses are kept as 17 lower-case characters, so they compare as numbers do. */
static const char HIGHEST[] = "SELECT max(mac) FROM interface WHERE mac BETWEEN ? AND ?";

int db_interface_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct interface *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", host);

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t vlan;
		struct interface row = {
			.device = query_text(&query, 0),
			.mac = query_text(&query, 1),
			.ip = query_text(&query, 2),
			.network = query_text(&query, 3),
			.name = query_text(&query, 4),
			.vlan = query_optional(&query, 5, &vlan),
		};

		r = each(data, &row);
	}
	return r;
}

static int parse_mac(struct db *db, const char *text, uint64_t *ret_mac)
{
	unsigned int b[6];
	int length = 0;

	if (strlen(text) != 17 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2], &b[3], &b[4],
		   &b[5], &length) != 6 ||
	    length != 17)
		return db_fail(db, -EINVAL, "«%s» is no MAC address: 52:54:00:00:00:01",
			       text);
	*ret_mac = 0;
	for (int i = 0; i < 6; i++)
		*ret_mac = *ret_mac << 8 | b[i];
	return 0;
}

static void format_mac(uint64_t mac, char text[18])
{
	snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x",
		 (unsigned int)(mac >> 40 & 0xff), (unsigned int)(mac >> 32 & 0xff),
		 (unsigned int)(mac >> 24 & 0xff), (unsigned int)(mac >> 16 & 0xff),
		 (unsigned int)(mac >> 8 & 0xff), (unsigned int)(mac & 0xff));
}

static int check_taken(struct db *db, const char *sql, const char *what,
		       const char *value)
{
	_cleanup_free_ char *owner = NULL;
	int r = db_fetch_text(db, &owner, sql, "t", value);

	if (r == 1)
		return db_fail(db, -EEXIST, "the %s %s is taken by %s", what, value,
			       owner);
	return r;
}

static int check(struct db *db, const struct interface *interface, char mac[18])
{
	struct in6_addr address;
	uint64_t number;
	int r = db_check_word(db, "device", interface->device);

	if (r == 0 && interface->mac) {
		r = parse_mac(db, interface->mac, &number);
		if (r == 0 && number >> 40 & 1)
			r = db_fail(db, -EINVAL,
				    "%s is a multicast address: no host has one",
				    interface->mac);
		if (r == 0)
			format_mac(number, mac);
		if (r == 0)
			r = check_taken(db, FIND_MAC, "MAC address", mac);
	}
	if (r == 0 && interface->ip) {
		if (inet_pton(AF_INET, interface->ip, &address) != 1 &&
		    inet_pton(AF_INET6, interface->ip, &address) != 1)
			return db_fail(db, -EINVAL, "«%s» is no IP address",
				       interface->ip);
		r = check_taken(db, FIND_IP, "IP address", interface->ip);
	}
	return r;
}

int db_interface_add(struct db *db, int64_t host, const struct interface *interface)
{
	int64_t network;
	char mac[18] = "";
	int r = check(db, interface, mac);

	if (r == 0 && interface->network) {
		r = db_fetch_integer(db, &network, FIND_NETWORK, "t", interface->network);
		if (r == 0)
			return db_fail(db, -ENOENT, "there is no network «%s»",
				       interface->network);
	}
	if (r < 0)
		return r;
	return db_run(db, ADD, "itttoto", host, interface->device, *mac ? mac : NULL,
		      interface->ip, interface->network ? &network : NULL,
		      interface->name, interface->vlan);
}

int db_interface_of_network(struct db *db, int64_t host, const char *network,
			    char **ret_device)
{
	return db_fetch_text(db, ret_device, OF_NETWORK, "it", host, network);
}

/* x2 in the first byte: locally administered, for one station (IEEE 802, clause 8.4). */
static int make_base(struct db *db, uint64_t *ret_base)
{
	struct attr_owner global = { .level = ATTR_GLOBAL };
	unsigned char random[3];
	char text[18];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return db_fail(db, -EIO, "the kernel gave no random numbers");
	*ret_base = (uint64_t)((random[0] & 0xfc) | 0x02) << 40 |
		    (uint64_t)random[1] << 32 | (uint64_t)random[2] << 24;
	format_mac(*ret_base, text);
	return db_attr_set(db, global, "vm_mac_base_addr", text);
}

static int find_range(struct db *db, int64_t host, uint64_t *ret_first,
		      uint64_t *ret_last)
{
	_cleanup_free_ char *base = NULL, *mask = NULL;
	uint64_t mask_bits;
	int r = db_attr_get(db, host, "vm_mac_base_addr", &base);

	if (r == 1)
		r = parse_mac(db, base, ret_first);
	else if (r == 0)
		r = make_base(db, ret_first);
	if (r == 0)
		r = db_attr_get(db, host, "vm_mac_base_addr_mask", &mask);
	if (r < 0)
		return r;
	r = parse_mac(db, r == 1 ? mask : MAC_DEFAULT_MASK, &mask_bits);
	if (r < 0)
		return r;
	*ret_first &= mask_bits;
	*ret_last = *ret_first | (~mask_bits & MAC_BITS);
	return 0;
}

int db_interface_next_mac(struct db *db, int64_t host, char ret_mac[18])
{
	_cleanup_free_ char *highest = NULL;
	uint64_t first, last, next;
	char first_text[18], last_text[18];
	int r = find_range(db, host, &first, &last);

	if (r < 0)
		return r;
	format_mac(first, first_text);
	format_mac(last, last_text);
	r = db_fetch_text(db, &highest, HIGHEST, "tt", first_text, last_text);
	if (r < 0)
		return r;
	next = first;
	if (*highest) {
		r = parse_mac(db, highest, &next);
		if (r < 0)
			return r;
		next++;
	}
	if (next > last)
		return db_fail(
			db, -ENOSPC,
			"no MAC address is free between %s and %s; give mac=, or set "
			"the attribute vm_mac_base_addr",
			first_text, last_text);
	format_mac(next, ret_mac);
	return 0;
}
