/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds names with a given prefix through the indexes of names, in bounded time. */
#include <errno.h>
#include <string.h>

#include "db/complete.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/text.h"

/* Steps of SQLite's virtual machine: a few milliseconds. */
#define MOST_STEPS 150000
#define STEPS_A_LOOK 1000

/*
 * No UTF-8 text that begins with ?1 sorts after ?1 with the last character of Unicode.
 */
#define IN_RANGE "name >= ?1 AND name < ?1 || char(1114111)"
#define FIRST " ORDER BY name LIMIT " DB_LIMIT_TEXT(DB_COMPLETE_MOST)
#define LAST " ORDER BY name DESC LIMIT 1"
/* The first names of some rows, and the last one. */
#define BOTH_ENDS(rows)                                       \
	"SELECT name FROM (SELECT name FROM " rows FIRST ") " \
	"UNION ALL SELECT name FROM (SELECT name FROM " rows LAST ")"
#define FROM(rows) BOTH_ENDS("(" rows ") WHERE " IN_RANGE)

static const char HOST[] = BOTH_ENDS("host WHERE " IN_RANGE);
/* Reads the VMs if there are few, the names if there are many. */
static const char VM_BY_VM[] =
	BOTH_ENDS("vm CROSS JOIN host ON host.id = vm.host WHERE " IN_RANGE);
static const char VM_BY_NAME[] =
	BOTH_ENDS("host WHERE EXISTS (SELECT 1 FROM vm WHERE vm.host = host.id) "
		  "AND " IN_RANGE);
static const char CONTAINER[] =
	BOTH_ENDS("host WHERE NOT EXISTS (SELECT 1 FROM vm WHERE vm.host = host.id) "
		  "AND " IN_RANGE);
static const char CARD_OF_OWNER[] = FROM(
	"SELECT card.name FROM host JOIN card ON card.host = host.id "
	"WHERE host.name = ?2 UNION "
	"SELECT assignment.name FROM host JOIN assignment ON assignment.vm = host.id "
	"WHERE host.name = ?2");
static const char CARD[] =
	FROM("SELECT name FROM card UNION SELECT name FROM assignment");
static const char FREE_CARD[] = FROM(
	"SELECT CASE form WHEN 0 THEN cards.name ELSE pci_bus END AS name FROM host "
	"JOIN vm ON vm.host = host.id JOIN cards ON cards.node = vm.container "
	"JOIN (SELECT 0 AS form UNION SELECT ?1 <> '') "
	"WHERE host.name = ?2 AND cards.state = 'present' AND cards.kind <> 'fabric' "
	"AND cards.vgpu IS NOT 'none' AND NOT EXISTS (SELECT 1 FROM card part "
	"WHERE part.parent = cards.id AND part.address IS NOT NULL) "
	"AND NOT EXISTS (SELECT 1 FROM assignment WHERE card = cards.id) "
	"AND NOT EXISTS (SELECT 1 FROM card_unconfirmed WHERE card = cards.id)");
static const char RETIRED[] =
	FROM("SELECT serial AS name FROM card WHERE host IS NULL AND serial IS NOT NULL");
static const char ATTR[] = FROM("SELECT name FROM attr UNION SELECT name FROM os_attr");
static const char SYSTEM[] = FROM(
	"SELECT os AS name FROM os_attr UNION SELECT os FROM host UNION SELECT 'linux'");
static const char ALIAS[] =
	FROM("SELECT alias.name FROM host JOIN alias ON alias.host = host.id "
	     "WHERE host.name = ?2");
/*
 * For hosts with too many attributes: global ones, and those of appliances and the
 * owner.
 */
static const char ATTR_OF_OWNER[] = FROM(
	"SELECT name FROM attr WHERE ifnull(host, 0) = 0 AND ifnull(appliance, 0) = 0 "
	"UNION SELECT name FROM attr WHERE appliance IS NOT NULL UNION "
	"SELECT name FROM os_attr UNION "
	"SELECT attr.name FROM host JOIN attr ON attr.host = host.id "
	"WHERE host.name = ?2");
static const char APPLIANCE[] = BOTH_ENDS("appliance WHERE " IN_RANGE);
static const char NETWORK[] = BOTH_ENDS("network WHERE " IN_RANGE);
static const char MODEL[] = FROM("SELECT name FROM model");
static const char PROJECT[] = BOTH_ENDS("project WHERE " IN_RANGE);
static const char USER[] = FROM("SELECT user AS name FROM member UNION "
				"SELECT owner FROM vm WHERE owner IS NOT NULL");
static const char AGGREGATE[] = BOTH_ENDS("aggregate WHERE " IN_RANGE);
static const char FLAVOR[] = BOTH_ENDS("flavor WHERE " IN_RANGE);
static const char INTERFACE[] =
	FROM("SELECT device AS name FROM host JOIN interface ON interface.host = host.id "
	     "WHERE host.name = ?2");

/* The queries for a kind; the second is tried if the first takes too long. */
static const struct {
	const char *sql[2];
	const char *types[2];
} queries[COMPLETE_KINDS] = {
	[COMPLETE_HOST] = { { HOST }, { "t" } },
	[COMPLETE_VM] = { { VM_BY_VM, VM_BY_NAME }, { "t", "t" } },
	[COMPLETE_CONTAINER] = { { CONTAINER }, { "t" } },
	[COMPLETE_CARD] = { { CARD_OF_OWNER }, { "tt" } },
	[COMPLETE_FREE_CARD] = { { FREE_CARD }, { "tt" } },
	[COMPLETE_RETIRED] = { { RETIRED }, { "t" } },
	[COMPLETE_ATTR] = { { ATTR, ATTR_OF_OWNER }, { "t", "tt" } },
	[COMPLETE_OS] = { { SYSTEM }, { "t" } },
	[COMPLETE_ALIAS] = { { ALIAS }, { "tt" } },
	[COMPLETE_APPLIANCE] = { { APPLIANCE }, { "t" } },
	[COMPLETE_NETWORK] = { { NETWORK }, { "t" } },
	[COMPLETE_MODEL] = { { MODEL }, { "t" } },
	[COMPLETE_PROJECT] = { { PROJECT }, { "t" } },
	[COMPLETE_USER] = { { USER }, { "t" } },
	[COMPLETE_AGGREGATE] = { { AGGREGATE }, { "t" } },
	[COMPLETE_FLAVOR] = { { FLAVOR }, { "t" } },
	[COMPLETE_INTERFACE] = { { INTERFACE }, { "tt" } },
};

static int count_look(void *data)
{
	int *looks = data;

	return ++*looks > MOST_STEPS / STEPS_A_LOOK;
}

/* The names, each with its NUL, in the order of the query. */
static int fetch(struct db *db, const char *sql, const char *types, const char *prefix,
		 const char *owner, struct strbuf *names)
{
	_cleanup_query_ struct query query = { 0 };
	int looks = 0;
	int r = query_start(db, &query, sql, types, prefix, owner);

	sqlite3_progress_handler(db->sqlite, STEPS_A_LOOK, count_look, &looks);
	while (r == 0 && (r = query_step(&query)) == 1) {
		const char *name = query_text(&query, 0);

		strbuf_add(names, name ? name : "", name ? strlen(name) + 1 : 1);
		r = names->error;
	}
	sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
	if (r < 0 && looks > MOST_STEPS / STEPS_A_LOOK)
		return db_fail(db, -EBUSY, "there are too many names");
	return r;
}

/* Skips what is not printable text, and duplicates at the end of the list. */
static void tell(const struct strbuf *names, void (*each)(void *data, const char *name),
		 void *data)
{
	const char *name = names->bytes, *before = "";

	for (size_t i = 0; i < names->length; i += strlen(name) + 1) {
		name = names->bytes + i;
		if (*name && strcmp(name, before) != 0 && text_is_clean(name))
			each(data, name);
		before = name;
	}
}

int db_complete(struct db *db, enum complete_kind kind, const char *owner,
		const char *prefix, void (*each)(void *data, const char *name),
		void *data)
{
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	int r = -EBUSY;

	for (size_t i = 0; i < 2 && r == -EBUSY; i++) {
		const char *sql = queries[kind].sql[i], *types = queries[kind].types[i];

		if (kind == COMPLETE_CARD && !owner) {
			sql = CARD;
			types = "t";
		}
		if (!sql)
			break;
		strbuf_reset(&names);
		r = fetch(db, sql, types, prefix, owner, &names);
	}
	if (r == 0)
		tell(&names, each, data);
	return r;
}
