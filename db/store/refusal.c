/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the triggers of the schema refuse, as a sentence with the names that are meant. */
#include <errno.h>
#include <string.h>

#include "db/store/internal.h"

/*
 * RAISE takes no expression before SQLite 3.47, only fixed words, so the names are looked up
 * in the same transaction. Parameters of the look-ups: what the refused statement named, or
 * NULL.
 */
#define VM "?1"
#define CARD "?2"
#define HOST "?3"
#define ADDRESS "?4"
#define ASSIGNMENT "?5"

#define NAME(id) "(SELECT name FROM host WHERE id = " id ")"
#define HOST_OF(card) "ifnull(" NAME(card ".host") ", 'no host')"
#define PCI(address)                                                         \
	"printf('%04x:%02x:%02x.%x', " address " >> 16, " address " >> 8 & " \
	"255, " address " >> 3 & 31, " address " & 7)"

/* The card of an assignment that is to be; without one, those that the VM has. */
#define MINE                                                                      \
	"FROM (SELECT " CARD " AS card, " VM " AS vm WHERE " CARD " IS NOT NULL " \
	"UNION ALL SELECT card, vm FROM assignment WHERE vm = " VM " AND " CARD   \
	" IS NULL) meant JOIN card mine ON mine.id = meant.card "

static const char ON_CONTAINER[] =
	"SELECT printf('%s is on %s, and %s on %s: a VM gets cards of the container that "
	"houses it', mine.name, " HOST_OF("mine") ", " NAME(
		"meant.vm") ", (SELECT "
			    "host.name FROM vm JOIN host ON host.id = container WHERE "
			    "vm.host = meant.vm)"
			    ") " MINE "WHERE mine.host IS NOT (SELECT container FROM vm "
			    "WHERE host = meant.vm)";
static const char NO_FABRIC[] =
	"SELECT printf('%s of %s is a fabric switch, which %s cannot have: give it a "
	"card', "
	"mine.name, " HOST_OF("mine") ", " NAME("meant.vm") ") " MINE
							    "WHERE mine.kind = 'fabric'";
static const char LOW_DOMAIN[] =
	"SELECT printf('%s of %s is in PCI domain %x, above ffff: QEMU cannot start %s "
	"with it', mine.name, " HOST_OF("mine") ", mine.address >> 16, " NAME(
		"meant.vm") ") " MINE "WHERE mine.address >> 32 > 0";
static const char NO_PART_AND_WHOLE[] =
	"SELECT printf('%s of %s is %s of %s, which %s has: a virtual function and its "
	"parent are never both held; `rocks remove host gpu %s %s` takes that away', "
	"mine.name, " HOST_OF("mine") ", CASE WHEN held.parent = mine.id THEN "
				      "'the parent' ELSE 'a virtual function' END, "
				      "held.name, " NAME("a.vm") ", " NAME(
					      "a.vm") ", a.name) " MINE
						      "JOIN card held ON held.parent = "
						      "mine.id "
						      "OR held.id = mine.parent JOIN "
						      "assignment a ON a.card = held.id "
						      "AND a.id IS NOT " ASSIGNMENT;
static const char ONE_GROUP[] =
	"SELECT printf('%s of %s is in one IOMMU group, %d, with %s, which %s has: the "
	"cards of a group are for one VM; `rocks remove host gpu %s %s` takes that "
	"away', mine.name, " HOST_OF("mine") ", mine.iommu_group, held.name, " NAME(
		"a.vm") ", " NAME("a.vm") ", a.name) " MINE
					  "JOIN card held ON held.host = mine.host AND "
					  "held.iommu_group = mine.iommu_group "
					  "AND held.id <> mine.id AND held.address IS "
					  "NOT NULL "
					  "JOIN assignment a ON a.card = held.id AND "
					  "a.vm <> meant.vm "
					  "AND a.id IS NOT " ASSIGNMENT;
static const char NO_CLAIM[] =
	"SELECT printf('%s passes %s, which is in the slot of %s of %s, by its address; "
	"take it out of the attributes of that VM first', " NAME("claim.vm") ", " PCI(
		"claim.address") ", mine.name, " HOST_OF("mine") ") " MINE
								 "JOIN card_claim claim "
								 "ON claim.card = "
								 "mine.id AND claim.vm "
								 "<> meant.vm";
static const char NO_CARD[] =
	"SELECT printf('%s has %s of %s, in the slot of %s that %s is to "
	"pass', " NAME("a.vm") ", card.name, " HOST_OF("card") ", " PCI(
		ADDRESS) ", " NAME(VM) ") "
				       "FROM function JOIN card ON card.id = "
				       "function.card "
				       "JOIN assignment a ON a.card = card.id "
				       "AND a.vm <> " VM " WHERE function.host = " HOST
				       " AND function.address BETWEEN " ADDRESS
				       " & ~7 AND " ADDRESS " | 7";
static const char HOUSES_NONE[] =
	"SELECT printf(CASE WHEN EXISTS (SELECT 1 FROM vm WHERE host = " HOST ") "
	"THEN '%s is a VM, and a VM houses no VM: the container of %s is to be a "
	"physical host' ELSE '%s houses %s, so it cannot be a VM itself' END, "
	"CASE WHEN EXISTS (SELECT 1 FROM vm WHERE host = " HOST
	") THEN " NAME(HOST) " ELSE " NAME(
		VM) " END, CASE WHEN EXISTS (SELECT 1 FROM vm WHERE host = " HOST
		    ") THEN " NAME(VM) " ELSE (SELECT host.name FROM vm JOIN host ON "
				       "host.id = vm.host "
				       "WHERE container = " VM ") END)";
static const char HOLDS_CARD[] =
	"SELECT printf('%s holds %s of %s: take the card from it first (`rocks remove "
	"host "
	"gpu %s %s`)', " NAME("a.vm") ", card.name, " HOST_OF("card") ", " NAME(
		"a.vm") ", a.name) FROM assignment a JOIN card ON card.id = a.card WHERE "
			"a.vm = " VM " AND a.role = 'active'";
static const char IS_MOVED[] =
	"SELECT printf('%s is being moved from %s to %s; see `rocks list move`', " NAME(
		"vm") ", " NAME("source") ", " NAME("target") ") FROM move WHERE vm "
							      "= " VM;
static const char SLOT_TAKEN[] =
	"SELECT printf('%s cannot be in that slot of %s, which its %s is in: one slot is "
	"one card with its virtual functions', mine.name, " HOST_OF(
		"mine") ", "
			"other.name) FROM card mine JOIN (SELECT " ADDRESS " AS address "
			"WHERE " ADDRESS
			" IS NOT NULL UNION ALL SELECT address FROM function "
			"WHERE card = " CARD " AND " ADDRESS
			" IS NULL) own JOIN function near "
			"ON near.host = mine.host AND near.address BETWEEN own.address & "
			"~7 "
			"AND own.address | 7 JOIN card other ON other.id = near.card "
			"AND other.id <> mine.id AND other.address IS NOT NULL WHERE "
			"mine.id = " CARD;
static const char WHOLE_OF_PART[] =
	"SELECT printf('%s of %s cannot be a part of that card: a part belongs to a card "
	"of its host that is whole, and has no parts itself', mine.name, " HOST_OF(
		"mine") ") FROM card mine WHERE mine.id = " CARD;
static const char WITH_CARD[] =
	"SELECT printf('a function of %s is of the host of that card, %s', "
	"mine.name, " HOST_OF("mine") ") FROM card mine WHERE mine.id = " CARD;

static const char CONFIRMED[] =
	"SELECT printf('%s of %s has the serial number of %s of %s, which is missing; if "
	"it "
	"is that card, `rocks sync host gpu %s adopt=%s`, else `rocks set host gpu %s %s "
	"same-as=none`', mine.name, " HOST_OF("mine") ", other.name, " HOST_OF(
		"other") ", " HOST_OF("mine") ", other.uuid, " HOST_OF("mine") ", "
									       "mine."
									       "name)"
									       " " MINE
									       "JOIN "
									       "card_"
									       "unconfirm"
									       "ed pair "
									       "ON "
									       "pair."
									       "card = "
									       "mine.id "
									       "JOIN "
									       "card "
									       "other ON "
									       "other.id "
									       "= "
									       "pair."
									       "other";

/* What the triggers raise, and a query for the sentence with the names. */
static const struct refusal {
	const char *words;
	const char *sentence;
	int error;
} REFUSALS[] = {
	{ "the card is not on the container that houses the VM", ON_CONTAINER, -EPERM },
	{ "a fabric switch is no card that a VM can have", NO_FABRIC, -EPERM },
	{ "the card is in a PCI domain above ffff: QEMU cannot start a VM with it",
	  LOW_DOMAIN, -EPERM },
	{ "a virtual function and its parent are never both held", NO_PART_AND_WHOLE,
	  -EBUSY },
	{ "another VM holds a card of the same IOMMU group", ONE_GROUP, -EBUSY },
	{ "another VM holds a claim to a function of the card", NO_CLAIM, -EBUSY },
	{ "another VM holds a card at the address that is claimed", NO_CARD, -EBUSY },
	{ "a VM houses no VM: the container is to be a physical host", HOUSES_NONE,
	  -EPERM },
	{ "the VM holds a card of its container: take the card from it first", HOLDS_CARD,
	  -EBUSY },
	{ "the VM is being moved; see `rocks list move`", IS_MOVED, -EPERM },
	{ "another card is in that slot: one slot is one card with its virtual functions",
	  SLOT_TAKEN, -EPERM },
	{ "a part belongs to a card of its host that is whole, and has no parts itself",
	  WHOLE_OF_PART, -EPERM },
	{ "the card may be one that another host has lost", CONFIRMED, -EPERM },
	{ "a function is of the host that its card is of", WITH_CARD, -EPERM },
};

static const char VM_OF[] = "SELECT vm FROM assignment WHERE id = ?";

static const struct refusal *find(const char *words)
{
	for (size_t i = 0; i < sizeof(REFUSALS) / sizeof(*REFUSALS); i++)
		if (strcmp(words, REFUSALS[i].words) == 0)
			return &REFUSALS[i];
	return NULL;
}

/* The number that the statement had for a parameter of this name, or NULL. */
static const int64_t *meant(const struct query *query, const char *name)
{
	int index = sqlite3_bind_parameter_index(query->statement, name);

	return index > 0 && index <= QUERY_NUMBERS ? &query->numbers[index - 1] : NULL;
}

/* The types of the parameters up to the last that a look-up has. */
static const char *types_of(const char *sentence)
{
	static const char types[] = "ooooo";
	char parameter[] = "?5";
	size_t unused = 0;

	for (; parameter[1] > '0' && !strstr(sentence, parameter); parameter[1]--)
		unused++;
	return types + unused;
}

/* 1 and the sentence, which the caller frees, 0 if nobody is meant, or -errno. */
static int look_up(const struct query *query, const char *sentence, char **ret_text)
{
	const int64_t *assignment = meant(query, ":assignment"),
		      *vm = meant(query, ":vm");
	_cleanup_query_ struct query names = { 0 };
	int64_t of_assignment;
	const char *text;
	int r = 0;

	if (!vm && assignment) {
		r = db_fetch_integer(query->db, &of_assignment, VM_OF, "i", *assignment);
		if (r == 1)
			vm = &of_assignment;
	}
	if (r >= 0)
		r = query_start(query->db, &names, sentence, types_of(sentence), vm,
				meant(query, ":card"), meant(query, ":host"),
				meant(query, ":address"), assignment);
	if (r == 0)
		r = query_step(&names);
	text = r == 1 ? query_text(&names, 0) : NULL;
	if (!text)
		return r < 0 ? r : 0;
	*ret_text = strdup(text);
	return *ret_text ? 1 : db_fail_memory(query->db);
}

int db_refuse(const struct query *query)
{
	struct db *db = query->db;
	_cleanup_free_ char *words = strdup(sqlite3_errmsg(db->sqlite)), *text = NULL;
	const struct refusal *refusal = words ? find(words) : NULL;
	int r = refusal ? look_up(query, refusal->sentence, &text) : 0;

	if (!words)
		return db_fail_memory(db);
	if (r < 0)
		return r;
	return db_fail(db, refusal ? refusal->error : -EPERM, "refused: %s",
		       text ? text : words);
}
