/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network interfaces of hosts. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "db/interface.h"
#include "db/mac.h"
#include "db/names.h"
#include "db/network.h"
#include "db/store/internal.h"
#include "lib/text.h"

#define COLUMNS                                                                         \
	"SELECT device, mac, ip, network.name, interface.name, vlan, module, options, " \
	"channel, netmask, "
#define NETWORK "LEFT JOIN network ON network.id = interface.network "
static const char LIST[] =
	COLUMNS "host FROM interface " NETWORK "WHERE host = ? ORDER BY interface.id";
static const char LIST_OF_MANY[] =
	COLUMNS "host FROM interface " NETWORK "WHERE host " DB_AMONG
		" ORDER BY host, interface.id";
static const char LIST_OF_CONTAINERS[] =
	COLUMNS "vm.host FROM vm JOIN interface ON interface.host = vm.container " NETWORK
		"WHERE vm.host " DB_AMONG " ORDER BY vm.host, interface.id";
static const char FIND[] = "SELECT id FROM interface WHERE host = ?1 "
			   "AND (device = ?2 OR mac = ?3) ORDER BY device <> ?2 LIMIT 1";
static const char FIND_DEVICE[] =
	"SELECT host.name FROM interface JOIN host ON host.id = interface.host "
	"WHERE interface.host = ? AND device = ?";
static const char FIND_MAC[] =
	"SELECT host.name FROM interface JOIN host ON host.id = interface.host "
	"WHERE mac = ? AND interface.id <> ?";
static const char FIND_IP[] =
	"SELECT host.name FROM interface JOIN host ON host.id = interface.host "
	"WHERE ip = ? AND interface.id <> ?";
static const char ADD[] =
	"INSERT INTO interface (host, device, mac, ip, network, name, vlan, module, "
	"options, channel) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
/* The VLAN that a device of the container is for is the interface's, too. */
static const char ADD_MANY[] =
	"INSERT OR IGNORE INTO interface (host, device, mac, network, vlan, options) "
	"SELECT ?1, 'eth' || key, json_extract(value, '$.mac'), carrier.network, "
	"ifnull(json_extract(value, '$.vlan'), CASE WHEN carrier.network IS NOT NULL AND "
	"carrier.module IS NOT 'ovs-bridge' THEN carrier.vlan END), "
	"CASE json_extract(value, '$.nokvm') WHEN 1 THEN '" DB_INTERFACE_NOKVM "' END "
	"FROM json_each(?2) LEFT JOIN interface AS carrier ON carrier.host = ?3 "
	"AND carrier.device = json_extract(value, '$.source') "
	"AND ifnull(carrier.channel, '') = '' "
	"AND ifnull(carrier.module, '') NOT IN ('ipmi', 'ovs-link')";
static const char TAKEN[] =
	"SELECT group_concat(mac || ' of ' || host.name, ', ') FROM json_each(?2) "
	"JOIN interface ON mac = json_extract(value, '$.mac') "
	"JOIN host ON host.id = interface.host WHERE host.id <> ?1";
/* NULL leaves a value; '' and -1, which no row has, become NULL. */
static const char SET[] =
	"UPDATE interface SET device = CASE WHEN device = mac AND ?2 <> '' THEN ?2 ELSE "
	"device END, mac = nullif(ifnull(?2, mac), ''), "
	"ip = nullif(ifnull(?3, ip), ''), network = nullif(ifnull(?4, network), -1), "
	"name = nullif(ifnull(?5, name), ''), vlan = nullif(ifnull(?6, vlan), -1), "
	"module = nullif(ifnull(?7, module), ''), "
	"options = nullif(ifnull(?8, options), ''), "
	"channel = nullif(ifnull(?9, channel), '') WHERE id = ?1";
static const char SET_NOKVM[] =
	"UPDATE interface SET options = nullif(trim(replace(' ' || ifnull(options, '') "
	"|| "
	"' ', ' " DB_INTERFACE_NOKVM " ', ' ') || ?2), '') WHERE id = ?1";
static const char REMOVE[] = "DELETE FROM interface WHERE id = ?";

static int walk(struct query *query, int (*each)(void *data, const struct interface *row),
		void *data)
{
	int r = 0;

	while (r == 0 && (r = query_step(query)) == 1) {
		int64_t vlan;
		struct interface row = {
			.device = query_text(query, 0),
			.mac = query_text(query, 1),
			.ip = query_text(query, 2),
			.network = query_text(query, 3),
			.name = query_text(query, 4),
			.vlan = query_optional(query, 5, &vlan),
			.module = query_text(query, 6),
			.options = query_text(query, 7),
			.channel = query_text(query, 8),
			.netmask = query_text(query, 9),
			.host = query_integer(query, 10),
		};

		r = each(data, &row);
	}
	return r;
}

int db_interface_each(struct db *db, int64_t host,
		      int (*each)(void *data, const struct interface *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "i", host);

	return r < 0 ? r : walk(&query, each, data);
}

int db_interface_each_of(struct db *db, const char *hosts, bool containers,
			 int (*each)(void *data, const struct interface *row), void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, containers ? LIST_OF_CONTAINERS : LIST_OF_MANY,
			    "t", hosts);

	return r < 0 ? r : walk(&query, each, data);
}

/*
 * The values that were given, checked and in their normal form, as the row stores them.
 */
struct checked {
	int64_t self; /* the interface's row; 0 for a new one */
	bool clears;  /* "" clears */
	char mac_text[DB_MAC_SIZE], ip_text[INET6_ADDRSTRLEN];
	int64_t network_id;
	const char *mac, *ip;	/* or NULL */
	const int64_t *network; /* or NULL */
};

static bool is_given(const struct checked *checked, const char *text)
{
	return text && (*text || !checked->clears);
}

static int check_taken(struct db *db, const char *sql, const char *what,
		       const char *value, int64_t self)
{
	_cleanup_free_ char *owner = NULL;
	int r = db_fetch_text(db, &owner, sql, "ti", value, self);

	if (r == 1)
		return db_fail(db, -EEXIST, "the %s %s is taken by %s", what, value,
			       owner);
	return r;
}

static int check_mac(struct db *db, const char *text, struct checked *checked)
{
	checked->mac = text;
	if (!is_given(checked, text))
		return 0;
	if (!db_mac_normalise(text, checked->mac_text))
		return db_fail(
			db, -EINVAL,
			"«%s» is not a MAC address; write it as 52:54:00:00:00:01, "
			"with 6 bytes, or the 20 of InfiniBand",
			text);
	checked->mac = checked->mac_text;
	/* The lowest bit of the first byte of an Ethernet address marks a group. */
	if (strlen(checked->mac) == strlen("52:54:00:00:00:01") &&
	    strchr("13579bdf", checked->mac[1]))
		return db_fail(db, -EINVAL, "%s is a multicast address: no host has one",
			       checked->mac);
	return check_taken(db, FIND_MAC, "MAC address", checked->mac, checked->self);
}

static int check_ip(struct db *db, const char *text, struct checked *checked)
{
	struct in6_addr address;
	int family = text && strchr(text, ':') ? AF_INET6 : AF_INET;

	checked->ip = text;
	if (!is_given(checked, text))
		return 0;
	if (inet_pton(family, text, &address) != 1 ||
	    !inet_ntop(family, &address, checked->ip_text, sizeof(checked->ip_text)))
		return db_fail(db, -EINVAL, "«%s» is not an IP address", text);
	checked->ip = checked->ip_text;
	return check_taken(db, FIND_IP, "IP address", checked->ip, checked->self);
}

static int check_network(struct db *db, const char *name, struct checked *checked)
{
	int r = 0;

	checked->network_id = -1;
	checked->network = name ? &checked->network_id : NULL;
	if (is_given(checked, name))
		r = db_network_find(db, name, &checked->network_id);
	return r;
}

static int check(struct db *db, const struct interface *wanted, struct checked *checked)
{
	int r = check_mac(db, wanted->mac, checked);

	if (r == 0)
		r = check_ip(db, wanted->ip, checked);
	if (r == 0)
		r = check_network(db, wanted->network, checked);
	if (r == 0 && is_given(checked, wanted->name))
		r = db_check_word(db, "name of the interface", wanted->name);
	if (r == 0 && is_given(checked, wanted->module))
		r = db_check_label(db, "module", wanted->module);
	if (r == 0 && is_given(checked, wanted->options))
		r = db_check_label(db, "options", wanted->options);
	if (r == 0 && is_given(checked, wanted->channel))
		r = db_check_label(db, "channel", wanted->channel);
	return r;
}

static int add(struct db *db, int64_t host, const struct interface *interface)
{
	_cleanup_free_ char *owner = NULL;
	struct checked checked = { 0 };
	int r = db_check_word(db, "device", interface->device);

	if (r == 0)
		r = db_fetch_text(db, &owner, FIND_DEVICE, "it", host, interface->device);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "%s already has an interface %s; `rocks set host "
			       "interface` changes it",
			       owner, interface->device);
	if (r == 0)
		r = check(db, interface, &checked);
	if (r < 0)
		return r;
	return db_run(db, ADD, "itttotottt", host, interface->device, checked.mac,
		      checked.ip, checked.network, interface->name, interface->vlan,
		      interface->module, interface->options, interface->channel);
}

int db_interface_add(struct db *db, int64_t host, const struct interface *interface)
{
	struct interface named = *interface;
	char device[DB_MAC_SIZE], mac[DB_MAC_SIZE];

	if (!db_mac_normalise(interface->device, device))
		return add(db, host, interface);
	if (interface->mac &&
	    (!db_mac_normalise(interface->mac, mac) || strcmp(device, mac) != 0))
		return db_fail(db, -EINVAL,
			       "two MAC addresses are given, «%s» in place of the device "
			       "and «%s» in mac=",
			       interface->device, interface->mac);
	named.device = named.mac = device;
	return add(db, host, &named);
}

static int find(struct db *db, const struct host_ref *host, const char *word,
		int64_t *ret_id)
{
	char mac[DB_MAC_SIZE];
	bool is_mac = db_mac_normalise(word, mac);
	int r = db_fetch_integer(db, ret_id, FIND, "itt", host->id, word,
				 is_mac ? mac : NULL);

	if (r == 0)
		return db_fail(
			db, -ENOENT,
			"%s has no interface «%s»; see `rocks list host interface %s`",
			host->name, word, host->name);
	return r < 0 ? r : 0;
}

int db_interface_set(struct db *db, const struct host_ref *host, const char *word,
		     const struct interface *change)
{
	struct checked checked = { .clears = true };
	int r = find(db, host, word, &checked.self);

	/* Rocks takes such a name when it adds an interface, so dumps have some. */
	if (r == 0 && change->name && strchr(change->name, '.'))
		return db_fail(
			db, -EINVAL,
			"«%s» cannot be a name of %s: it has a dot; give it without its "
			"domain, which `rocks list network` shows as DNSZONE",
			change->name, host->name);
	if (r == 0)
		r = check(db, change, &checked);
	if (r < 0)
		return r;
	return db_run(db, SET, "ittotottt", checked.self, checked.mac, checked.ip,
		      checked.network, change->name, change->vlan, change->module,
		      change->options, change->channel);
}

int db_interface_remove(struct db *db, const struct host_ref *host, const char *word)
{
	int64_t id;
	int r = find(db, host, word, &id);

	return r < 0 ? r : db_run(db, REMOVE, "i", id);
}

int db_interface_set_nokvm(struct db *db, const struct host_ref *host, const char *word,
			   bool nokvm)
{
	int64_t id;
	int r = find(db, host, word, &id);

	return r < 0 ? r
		     : db_run(db, SET_NOKVM, "it", id, nokvm ? DB_INTERFACE_NOKVM : "");
}

bool db_interface_is_nokvm(const struct interface *row)
{
	return text_lists_word(row->options, DB_INTERFACE_NOKVM,
			       strlen(DB_INTERFACE_NOKVM));
}

int db_interfaces_add(struct db *db, int64_t vm, int64_t container,
		      const char *interfaces, struct strbuf *taken)
{
	_cleanup_free_ char *others = NULL;
	int r = db_fetch_text(db, &others, TAKEN, "it", vm, interfaces);

	if (r == 1 && others && *others)
		strbuf_add_format(taken, "its MAC address is recorded as %s", others);
	return r < 0 ? r : db_run(db, ADD_MANY, "iti", vm, interfaces, container);
}
