/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves the words of host arguments. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <sys/utsname.h>

#include "db/hosts.h"
#include "db/names.h"
#include "db/select.h"
#include "db/store/internal.h"
#include "lib/text.h"

#define MOST_PATTERN (4 * DB_NAME_LENGTH)
#define COLUMNS "SELECT host.id, host.rack, host.rank, host.name FROM host "

static const char ALL[] = COLUMNS;
/* The VMs among the frontends are those of virtual clusters. */
static const char LONE_FRONTEND[] = COLUMNS
	"JOIN appliance ON appliance.id = host.appliance "
	"WHERE appliance.name = 'frontend' AND host.id NOT IN (SELECT host FROM vm) "
	"AND (SELECT count(*) FROM host other WHERE other.appliance = host.appliance "
	"AND other.id NOT IN (SELECT host FROM vm)) = 1";
static const char BY_NAME[] = COLUMNS "WHERE name = ?";
static const char BY_ALIAS[] =
	COLUMNS "JOIN alias ON alias.host = host.id WHERE alias.name = ?";
static const char BY_PATTERN[] = COLUMNS "WHERE name LIKE ?";
static const char BY_RACK[] = COLUMNS "JOIN appliance ON appliance.id = host.appliance "
				      "WHERE rack = ? AND appliance.name <> 'frontend'";
static const char FIND_APPLIANCE[] = "SELECT id FROM appliance WHERE name = ?";
static const char BY_APPLIANCE[] = COLUMNS "WHERE appliance = ?";
static const char FIND_AGGREGATE[] = "SELECT id FROM aggregate WHERE name = ?";
static const char BY_AGGREGATE[] =
	COLUMNS "JOIN aggregate_host ON aggregate_host.host = host.id "
		"WHERE aggregate_host.aggregate = ?";
static const char BY_INTERFACE[] =
	COLUMNS "JOIN interface ON interface.host = host.id "
		"WHERE interface.ip = ?1 OR interface.mac = lower(?1)";
/* Of a host without a known DNS domain any is taken. */
#define ZONES                                                                         \
	"(SELECT network.dnszone FROM interface JOIN network "                        \
	"ON network.id = interface.network WHERE interface.host = host.id "           \
	"AND network.dnszone IS NOT NULL "                                            \
	"UNION SELECT attr.value FROM attr WHERE host IS NULL AND appliance IS NULL " \
	"AND attr.name IN ('Kickstart_PrivateDNSDomain', 'Kickstart_PublicDNSDomain'))"
static const char BY_DOMAIN[] = COLUMNS
	"WHERE (name = ?1 OR host.id = (SELECT host FROM alias WHERE alias.name = ?1)) "
	"AND (?2 IN " ZONES " OR NOT EXISTS " ZONES ")";
static const char IS_VM[] = "SELECT 1 FROM vm WHERE host = ?";

void host_set_release(struct host_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		free(set->hosts[i].name);
	free(set->hosts);
	*set = (struct host_set){ 0 };
}

int host_set_add(struct host_set *set, const struct host_ref *host)
{
	struct host_ref *added;

	/* The room doubles whenever the count is a power of two. */
	if ((set->count & (set->count - 1)) == 0) {
		size_t room = set->count ? set->count * 2 : 1;
		struct host_ref *hosts = reallocarray(set->hosts, room, sizeof(*hosts));

		if (!hosts)
			return -ENOMEM;
		set->hosts = hosts;
	}
	added = &set->hosts[set->count];
	*added = *host;
	added->name = strdup(host->name);
	if (!added->name)
		return -ENOMEM;
	set->count++;
	return 0;
}

int db_host_list(const struct host_ref *hosts, size_t count, struct strbuf *ret_list)
{
	for (size_t i = 0; i < count; i++)
		strbuf_add_format(ret_list, "%c%" PRId64, i ? ',' : '[', hosts[i].id);
	strbuf_add_string(ret_list, count ? "]" : "[]");
	return ret_list->error;
}

static int add_row(struct db *db, const struct query *query, struct host_set *set)
{
	struct host_ref host = { .id = query_integer(query, 0),
				 .rack = query_integer(query, 1),
				 .rank = query_integer(query, 2),
				 .name = (char *)query_text(query, 3) };

	return host_set_add(set, &host) < 0 ? db_fail_memory(db) : 0;
}

/* Adds the rows of a started query; returns how many, or -errno. */
static int add_rows(struct db *db, struct query *query, struct host_set *set)
{
	size_t before = set->count;
	int r;

	while ((r = query_step(query)) == 1) {
		r = add_row(db, query, set);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : set->count > before;
}

/* Adds the hosts of a query with one text parameter: 1 if there were any, 0, -errno. */
static int add_by_text(struct db *db, const char *sql, const char *text,
		       struct host_set *set)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, "t", text);

	return r < 0 ? r : add_rows(db, &query, set);
}

static int add_by_number(struct db *db, const char *sql, int64_t number,
			 struct host_set *set)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, "i", number);

	return r < 0 ? r : add_rows(db, &query, set);
}

static int add_matching(struct db *db, const char *sql, struct host_set *set)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, sql, "");

	return r < 0 ? r : add_rows(db, &query, set);
}

/* Whether it may be a DNS domain: the rest of an IP address is not. */
static bool is_domain(const char *text)
{
	return strspn(text, DB_HOST_NAME_LETTERS ".") == strlen(text) &&
	       strspn(text, "0123456789.") != strlen(text);
}

static int add_by_domain(struct db *db, const char *word, struct host_set *set)
{
	_cleanup_query_ struct query query = { 0 };
	_cleanup_free_ char *name = NULL;
	const char *dot = strchr(word, '.');
	int r;

	if (!dot || !is_domain(dot + 1))
		return 0;
	name = strndup(word, (size_t)(dot - word));
	if (!name)
		return db_fail_memory(db);
	r = query_start(db, &query, BY_DOMAIN, "tt", name, dot + 1);
	return r < 0 ? r : add_rows(db, &query, set);
}

static int add_localhost(struct db *db, struct host_set *set)
{
	struct utsname names;
	int r;

	if (uname(&names) < 0)
		return db_fail(db, -errno, "this machine has no name");
	names.nodename[strcspn(names.nodename, ".")] = '\0';
	r = add_by_text(db, BY_NAME, names.nodename, set);
	if (r == 0)
		r = add_matching(db, LONE_FRONTEND, set);
	if (r == 0)
		return db_fail(db, -ENOENT,
			       "this machine is not in the inventory: no host «%s»",
			       names.nodename);
	return r;
}

/*
 * Adds the hosts of a group: 1 if the word is a group, even an empty one, 0 if not,
 * -errno.
 */
static int add_group(struct db *db, const char *word, struct host_set *set)
{
	long long rack;
	int64_t id;
	int r;

	if (db_is_rack_group(word, &rack)) {
		r = add_by_number(db, BY_RACK, rack, set);
		return r < 0 ? r : 1;
	}
	r = db_fetch_integer(db, &id, FIND_APPLIANCE, "t", word);
	if (r == 1) {
		r = add_by_number(db, BY_APPLIANCE, id, set);
		return r < 0 ? r : 1;
	}
	if (r == 0)
		r = db_fetch_integer(db, &id, FIND_AGGREGATE, "t", word);
	if (r != 1)
		return r;
	r = add_by_number(db, BY_AGGREGATE, id, set);
	return r < 0 ? r : 1;
}

static int add_selected(void *data, struct db *db, const char *name)
{
	int r = add_by_text(db, BY_NAME, name, data);

	return r < 0 ? r : 0;
}

/* SQLite limits patterns to 50,000 bytes; no name needs that many. */
static int add_by_pattern(struct db *db, const char *word, struct host_set *set)
{
	if (strlen(word) > MOST_PATTERN)
		return db_fail(db, -EINVAL,
			       "a pattern has at most %d bytes, and «%.32s…» has more",
			       MOST_PATTERN, word);
	return add_by_text(db, BY_PATTERN, word, set);
}

static int add_word(struct db *db, const char *word, struct host_set *set)
{
	int r;

	if (strncasecmp(word, "select ", 7) == 0)
		return db_select_hosts(db, word, add_selected, set);
	if (strchr(word, '%'))
		return add_by_pattern(db, word, set);
	r = add_by_text(db, BY_NAME, word, set);
	if (r == 0)
		r = add_by_text(db, BY_ALIAS, word, set);
	if (r == 0 && strcmp(word, "localhost") == 0)
		return add_localhost(db, set);
	if (r == 0)
		r = add_group(db, word, set);
	if (r == 0)
		r = add_by_text(db, BY_INTERFACE, word, set);
	if (r == 0)
		r = add_by_domain(db, word, set);
	if (r == 0)
		return db_fail(db, -ENOENT,
			       "there is no host «%s»; see `rocks list host`", word);
	return r;
}

static int compare_id(const void *a, const void *b)
{
	const struct host_ref *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static int compare_place(const void *a, const void *b)
{
	const struct host_ref *left = a, *right = b;

	if (left->rack != right->rack)
		return left->rack < right->rack ? -1 : 1;
	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return text_compare_natural(left->name, right->name);
}

static void make_set(struct host_set *set)
{
	size_t kept = 0;

	if (!set->count)
		return;
	qsort(set->hosts, set->count, sizeof(*set->hosts), compare_id);
	for (size_t i = 1; i < set->count; i++) {
		if (set->hosts[i].id == set->hosts[kept].id)
			free(set->hosts[i].name);
		else
			set->hosts[++kept] = set->hosts[i];
	}
	set->count = kept + 1;
	qsort(set->hosts, set->count, sizeof(*set->hosts), compare_place);
}

bool db_names_by_chance(const char *word)
{
	return strchr(word, '%') || strncasecmp(word, "select ", 7) == 0;
}

/* Removes from a set, from this index on, hosts that are not VMs. */
static int drop_others(struct db *db, struct host_set *set, size_t from)
{
	size_t kept = from;
	int r = 0;

	for (size_t i = from; i < set->count; i++) {
		if (r >= 0)
			r = db_vm_exists(db, set->hosts[i].id);
		if (r == 0)
			free(set->hosts[i].name);
		else
			set->hosts[kept++] = set->hosts[i];
	}
	set->count = kept;
	return r < 0 ? r : 0;
}

int db_vm_exists(struct db *db, int64_t host)
{
	int64_t one;

	return db_fetch_integer(db, &one, IS_VM, "i", host);
}

int db_hosts_all(struct db *db, struct host_set *ret_set)
{
	_cleanup_host_set_ struct host_set set = { 0 };
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, ALL, "");

	if (r == 0)
		r = add_rows(db, &query, &set);
	if (r < 0)
		return r;
	make_set(&set);
	*ret_set = set;
	set = (struct host_set){ 0 };
	return 0;
}

static int resolve(struct db *db, char *const *words, size_t count, bool vms,
		   struct host_set *ret_set)
{
	_cleanup_host_set_ struct host_set set = { 0 };
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		size_t before = set.count;

		r = add_word(db, words[i], &set);
		if (r >= 0)
			r = vms && db_names_by_chance(words[i])
				    ? drop_others(db, &set, before)
				    : 0;
	}
	if (r < 0)
		return r;
	make_set(&set);
	*ret_set = set;
	set = (struct host_set){ 0 };
	return 0;
}

int db_hosts_resolve(struct db *db, char *const *words, size_t count,
		     struct host_set *ret_set)
{
	return resolve(db, words, count, false, ret_set);
}

int db_hosts_resolve_vms(struct db *db, char *const *words, size_t count,
			 struct host_set *ret_set)
{
	return resolve(db, words, count, true, ret_set);
}

int db_hosts_resolve_one(struct db *db, const char *word, struct host_set *ret_set)
{
	char *words[] = { (char *)word };
	struct host_set set = { 0 };
	int r = db_hosts_resolve(db, words, 1, &set);

	if (r < 0)
		return r;
	if (set.count != 1) {
		r = db_fail(db, -EINVAL, "«%s» names %zu hosts; name one", word,
			    set.count);
		host_set_release(&set);
		return r;
	}
	*ret_set = set;
	return 0;
}
