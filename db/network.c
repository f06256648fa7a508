/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks. */
#include <arpa/inet.h>
#include <errno.h>

#include "db/names.h"
#include "db/network.h"
#include "db/store/internal.h"
#include "lib/text.h"

#define MOST_TOLD 8 /* hosts named in a refusal */

static const char LIST[] =
	"SELECT name, subnet, netmask, dnszone, mtu FROM network ORDER BY name";
static const char FIND[] = "SELECT id FROM network WHERE name = ?";
static const char ADD[] = "INSERT INTO network (name, subnet, netmask, dnszone, mtu) "
			  "VALUES (?, ?, ?, ?, ?)";
/* NULL leaves a value. */
static const char SET[] =
	"UPDATE network SET subnet = ifnull(?2, subnet), netmask = ifnull(?3, netmask), "
	"dnszone = ifnull(?4, dnszone), mtu = ifnull(?5, mtu) WHERE id = ?1";
static const char IS_HALF[] =
	"SELECT 1 FROM network WHERE id = ? AND (subnet IS NULL) <> (netmask IS NULL)";
static const char COUNT_HOSTS[] =
	"SELECT count(DISTINCT host) FROM interface WHERE network = ?";
static const char HOSTS[] =
	"SELECT group_concat(name, ', ') FROM (SELECT DISTINCT host.name FROM interface "
	"JOIN host ON host.id = interface.host WHERE network = ? ORDER BY rack, rank, "
	"host.name LIMIT ?)";
static const char RANGE[] = "SELECT subnet, netmask FROM network WHERE id = ?";
static const char HAS_IP[] = "SELECT 1 FROM interface WHERE ip = ?";
static const char REMOVE[] = "DELETE FROM network WHERE id = ?";

int db_network_each(struct db *db, int (*each)(void *data, const struct network *row),
		    void *data)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, LIST, "");

	while (r == 0 && (r = query_step(&query)) == 1) {
		int64_t mtu;
		struct network row = {
			.name = query_text(&query, 0),
			.subnet = query_text(&query, 1),
			.netmask = query_text(&query, 2),
			.dnszone = query_text(&query, 3),
			.mtu = query_optional(&query, 4, &mtu),
		};

		r = each(data, &row);
	}
	return r;
}

int db_network_find(struct db *db, const char *name, int64_t *ret_id)
{
	int r = db_fetch_integer(db, ret_id, FIND, "t", name);

	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no network «%s»; see `rocks list network`",
			       name);
	return r < 0 ? r : 0;
}

/* Whether a netmask is ones, then zeros. */
static bool is_netmask(const char *text)
{
	struct in_addr address;
	uint32_t zeros;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	zeros = ~ntohl(address.s_addr);
	return (zeros & (zeros + 1)) == 0;
}

static int check_name(struct db *db, const char *name)
{
	int r = db_check_word(db, "name of the network", name);

	if (r == 0 && text_is_none(name))
		return db_fail(db, -EINVAL,
			       "«%s» cannot be the name of a network: it means none",
			       name);
	return r;
}

static int check_values(struct db *db, const struct network *network)
{
	struct in_addr address;

	if (network->subnet && inet_pton(AF_INET, network->subnet, &address) != 1)
		return db_fail(db, -EINVAL, "«%s» is not a subnet, such as 10.1.0.0",
			       network->subnet);
	if (network->netmask && !is_netmask(network->netmask))
		return db_fail(db, -EINVAL, "«%s» is not a netmask, such as 255.255.0.0",
			       network->netmask);
	return network->dnszone ? db_check_word(db, "DNS zone", network->dnszone) : 0;
}

int db_network_add(struct db *db, const struct network *network)
{
	int64_t id;
	int r = check_name(db, network->name);

	if (r == 0)
		r = check_values(db, network);
	if (r == 0 && !network->subnet != !network->netmask)
		return db_fail(db, -EINVAL, "give both subnet= and netmask=, or neither");
	if (r == 0)
		r = db_fetch_integer(db, &id, FIND, "t", network->name);
	if (r == 1)
		return db_fail(db, -EEXIST, "network «%s» is already there",
			       network->name);
	return r < 0 ? r
		     : db_run(db, ADD, "tttto", network->name, network->subnet,
			      network->netmask, network->dnszone, network->mtu);
}

int db_network_set(struct db *db, const struct network *change)
{
	int64_t id, half;
	int r = db_network_find(db, change->name, &id);

	if (r == 0)
		r = check_values(db, change);
	if (r == 0)
		r = db_run(db, SET, "ittto", id, change->subnet, change->netmask,
			   change->dnszone, change->mtu);
	if (r == 0)
		r = db_fetch_integer(db, &half, IS_HALF, "i", id);
	if (r == 1)
		return db_fail(db, -EINVAL,
			       "%s has neither subnet nor netmask: give both, %s too",
			       change->name, change->subnet ? "netmask=" : "subnet=");
	return r;
}

int db_network_remove(struct db *db, const char *name)
{
	_cleanup_free_ char *hosts = NULL;
	int64_t id, count = 0, most = MOST_TOLD;
	int r = db_network_find(db, name, &id);

	if (r == 0)
		r = db_fetch_integer(db, &count, COUNT_HOSTS, "i", id);
	if (r >= 0)
		r = db_fetch_text(db, &hosts, HOSTS, "ii", id, most);
	if (r < 0)
		return r;
	if (count)
		return db_fail(
			db, -EBUSY,
			"interfaces are in the network %s: of %s%s; `rocks set host "
			"interface subnet` puts them elsewhere",
			name, hosts, count > most ? ", …" : "");
	return db_run(db, REMOVE, "i", id);
}

/* First and last address of a network, in the order of the machine's bytes. */
static int fetch_range(struct db *db, const char *name, uint32_t *ret_first,
		       uint32_t *ret_last)
{
	_cleanup_query_ struct query query = { 0 };
	struct in_addr subnet, netmask;
	int64_t id;
	int r = db_network_find(db, name, &id);

	if (r == 0)
		r = query_start(db, &query, RANGE, "i", id);
	if (r == 0)
		r = query_step(&query);
	if (r < 0)
		return r;
	if (!query_text(&query, 0) || !query_text(&query, 1) ||
	    inet_pton(AF_INET, query_text(&query, 0), &subnet) != 1 ||
	    inet_pton(AF_INET, query_text(&query, 1), &netmask) != 1)
		return db_fail(db, -EINVAL,
			       "the network %s has no subnet; `rocks set network subnet` "
			       "sets it",
			       name);
	*ret_first = ntohl(subnet.s_addr & netmask.s_addr);
	*ret_last = ntohl(subnet.s_addr | ~netmask.s_addr);
	return 0;
}

/* 1 if an interface has the address, which is written to text, 0, -errno. */
static int is_taken(struct db *db, uint32_t address, char text[DB_IP_SIZE])
{
	const struct in_addr in = { .s_addr = htonl(address) };
	int64_t one;

	inet_ntop(AF_INET, &in, text, DB_IP_SIZE);
	return db_fetch_integer(db, &one, HAS_IP, "t", text);
}

int db_network_next_ip(struct db *db, const char *name, const char *base,
		       const int64_t *step, char ret_ip[DB_IP_SIZE])
{
	int64_t by = step ? *step : -1, at;
	uint32_t first = 0, last = 0;
	struct in_addr in;
	int r = fetch_range(db, name, &first, &last);

	if (r < 0)
		return r;
	at = last;
	if (base && inet_pton(AF_INET, base, &in) != 1)
		return db_fail(db, -EINVAL, "«%s» is not an IP address", base);
	if (base)
		at = ntohl(in.s_addr);
	if (at < first || at > last || !by)
		return db_fail(db, -EINVAL,
			       !by ? "increment=0 leads to no other address"
				   : "%s is not an address of the network %s",
			       base, name);
	for (at += by; at > first && at < last; at += by) {
		r = is_taken(db, (uint32_t)at, ret_ip);
		if (r <= 0)
			return r;
	}
	return db_fail(db, -ENOSPC, "no address of the network %s is free there", name);
}
