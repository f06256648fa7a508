/* SPDX-License-Identifier: GPL-2.0-or-later */
/* db/store/refusal: whatever a trigger refuses, the sentence names card, VM and host. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "db/store/internal.h"
#include "lib/cleanup.h"

#define CONTAINER INT64_C(1)
#define OTHER INT64_C(2)
#define ROCKS_33 INT64_C(3)
#define ROCKS_34 INT64_C(4)

/* Each card has its id as its bus; 2 is a part of 1, 4 and 5 share a group, 9 is elsewhere. */
static const char *const SETTING[] = {
	"INSERT INTO host (id, name, appliance, rack, rank) SELECT column1, column2, "
	"appliance.id, 0, column1 FROM (VALUES (1, 'vm-container-0-15'), "
	"(2, 'vm-container-0-16'), (3, 'rocks-33'), (4, 'rocks-34')) "
	"JOIN appliance ON appliance.name = 'compute'",
	"INSERT INTO vm (host, container, uuid, mem, slice) VALUES (3, 1, 'a', 1, 0), "
	"(4, 1, 'b', 1, 1)",
	"INSERT INTO card (id, host, name, kind, address, last_address, iommu_group, "
	"uuid, parent) SELECT column1, 1, 'gpupci' || column1, column2, column1 * 256, "
	"column1 * 256, column3, column1, column4 FROM (VALUES (1, 'pci', NULL, NULL), "
	"(2, 'vf', NULL, 1), (3, 'fabric', NULL, NULL), (4, 'pci', 12, NULL), "
	"(5, 'pci', 12, NULL), (6, 'pci', NULL, NULL))",
	"UPDATE card SET address = address | (65536 << 16) WHERE id = 6",
	"INSERT INTO card (id, host, name, address, uuid) "
	"VALUES (9, 2, 'gpupci1', 512, 9)",
	"INSERT INTO function (card, number, address, host) SELECT id, 0, address, host "
	"FROM card",
};

static const char ASSIGN[] =
	"INSERT INTO assignment (vm, card, host, name) SELECT :vm, :card, host, 'gpupci' "
	"FROM card WHERE id = :card";
static const char EXCHANGE[] =
	"UPDATE assignment SET card = :card WHERE id = :assignment";

/* What goes before, what is refused, and why. */
static const struct refused {
	const char *words; /* that the trigger raises */
	const char *before[2];
	const char *statement;
	const char *types;
	int64_t numbers[3];
	int error;
	const char *sentence;
} REFUSED[] = {
	{ "the card is not on the container that houses the VM",
	  { NULL },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 9 },
	  -EPERM,
	  "gpupci1 is on vm-container-0-16, and rocks-33 on vm-container-0-15: a VM gets "
	  "cards of the container that houses it" },
	{ "a fabric switch is no card that a VM can have",
	  { NULL },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 3 },
	  -EPERM,
	  "gpupci3 of vm-container-0-15 is a fabric switch, which rocks-33 cannot have: "
	  "give it a card" },
	{ "the card is in a PCI domain above ffff: QEMU cannot start a VM with it",
	  { NULL },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 6 },
	  -EPERM,
	  "gpupci6 of vm-container-0-15 is in PCI domain 10000, above ffff: QEMU cannot "
	  "start rocks-33 with it" },
	{ "a virtual function and its parent are never both held",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 1, 1, 'gpupci2')" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 2 },
	  -EBUSY,
	  "gpupci2 of vm-container-0-15 is a virtual function of gpupci1, which rocks-34 "
	  "has: a virtual function and its parent are never both held; `rocks remove "
	  "host gpu rocks-34 gpupci2` takes that away" },
	{ "a virtual function and its parent are never both held",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 2, 1, 'gpupci')" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 1 },
	  -EBUSY,
	  "gpupci1 of vm-container-0-15 is the parent of gpupci2, which rocks-34 has: a "
	  "virtual function and its parent are never both held; `rocks remove host gpu "
	  "rocks-34 gpupci` takes that away" },
	{ "another VM holds a card of the same IOMMU group",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 5, 1, 'gpupci3')" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 4 },
	  -EBUSY,
	  "gpupci4 of vm-container-0-15 is in one IOMMU group, 12, with gpupci5, which "
	  "rocks-34 has: the cards of a group are for one VM; `rocks remove host gpu "
	  "rocks-34 gpupci3` takes that away" },
	{ "another VM holds a card of the same IOMMU group",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 5, 1, 'gpupci3')",
	    "INSERT INTO assignment (id, vm, card, host, name) VALUES (7, 3, 1, 1, "
	    "'gpupci')" },
	  EXCHANGE,
	  "ii",
	  { 4, 7 },
	  -EBUSY,
	  "gpupci4 of vm-container-0-15 is in one IOMMU group, 12, with gpupci5, which "
	  "rocks-34 has: the cards of a group are for one VM; `rocks remove host gpu "
	  "rocks-34 gpupci3` takes that away" },
	{ "another VM holds a claim to a function of the card",
	  { "INSERT INTO claim (host, address, vm) VALUES (1, 257, 4)" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 1 },
	  -EBUSY,
	  "rocks-34 passes 0000:01:00.1, which is in the slot of gpupci1 of "
	  "vm-container-0-15, by its address; take it out of the attributes of that VM "
	  "first" },
	{ "another VM holds a card at the address that is claimed",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 4, 1, 'gpupci')" },
	  "INSERT INTO claim (host, address, vm) VALUES (:host, :address, :vm)",
	  "iii",
	  { CONTAINER, 1025, ROCKS_33 },
	  -EBUSY,
	  "rocks-34 has gpupci4 of vm-container-0-15, in the slot of 0000:04:00.1 that "
	  "rocks-33 is to pass" },
	{ "a VM houses no VM: the container is to be a physical host",
	  { NULL },
	  "UPDATE vm SET container = :host, slice = 9 WHERE host = :vm",
	  "ii",
	  { ROCKS_34, ROCKS_33 },
	  -EPERM,
	  "rocks-34 is a VM, and a VM houses no VM: the container of rocks-33 is to be a "
	  "physical host" },
	{ "a VM houses no VM: the container is to be a physical host",
	  { NULL },
	  "INSERT INTO vm (host, container, uuid, mem, slice) VALUES (:vm, :host, 'c', "
	  "1, "
	  "0)",
	  "ii",
	  { CONTAINER, OTHER },
	  -EPERM,
	  "vm-container-0-15 houses rocks-33, so it cannot be a VM itself" },
	{ "the VM holds a card of its container: take the card from it first",
	  { "INSERT INTO assignment (vm, card, host, name) VALUES (4, 4, 1, 'gpupci')" },
	  "UPDATE vm SET container = :host, slice = 9 WHERE host = :vm",
	  "ii",
	  { OTHER, ROCKS_34 },
	  -EBUSY,
	  "rocks-34 holds gpupci4 of vm-container-0-15: take the card from it first "
	  "(`rocks remove host gpu rocks-34 gpupci`)" },
	{ "the VM is being moved; see `rocks list move`",
	  { "INSERT INTO move (vm, source, target, step, token, slice, shared, ran, "
	    "autostart, action, patience, who) VALUES (3, 1, 2, 'copy', 't', 0, 0, 0, 0, "
	    "'shutdown', 1, 'root')" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 1 },
	  -EPERM,
	  "rocks-33 is being moved from vm-container-0-15 to vm-container-0-16; see "
	  "`rocks list move`" },
	{ "another card is in that slot: one slot is one card with its virtual functions",
	  { NULL },
	  "INSERT INTO function (card, number, address, host) VALUES (:card, 9, "
	  ":address, "
	  "1)",
	  "ii",
	  { 1, 1025 },
	  -EPERM,
	  "gpupci1 cannot be in that slot of vm-container-0-15, which its gpupci4 is in: "
	  "one slot is one card with its virtual functions" },
	{ "a part belongs to a card of its host that is whole, and has no parts itself",
	  { NULL },
	  "UPDATE card SET parent = 9 WHERE id = :card",
	  "i",
	  { 4 },
	  -EPERM,
	  "gpupci4 of vm-container-0-15 cannot be a part of that card: a part belongs to "
	  "a card of its host that is whole, and has no parts itself" },
	{ "the card may be one that another host has lost",
	  { "UPDATE card SET same_as = 9 WHERE id = 4",
	    "UPDATE card SET address = NULL, state = 'missing' WHERE id = 9" },
	  ASSIGN,
	  "ii",
	  { ROCKS_33, 4 },
	  -EPERM,
	  "gpupci4 of vm-container-0-15 has the serial number of gpupci1 of "
	  "vm-container-0-16, which is missing; if it is that card, `rocks sync host gpu "
	  "vm-container-0-15 adopt=9`, else `rocks set host gpu vm-container-0-15 "
	  "gpupci4 same-as=none`" },
	{ "a function is of the host that its card is of",
	  { NULL },
	  "INSERT INTO function (card, number, address, host) VALUES (:card, 9, "
	  ":address, "
	  "2)",
	  "ii",
	  { 1, 264 },
	  -EPERM,
	  "a function of gpupci1 is of the host of that card, vm-container-0-15" },
};

/* Of these nobody is meant: no command tries them. */
static const char *const NAMELESS[] = {
	"history is append-only: its rows do not change",
	"history is append-only: its rows are not removed",
	"a claim does not change: it is removed, and another one is added",
};

struct place {
	struct db *db;
	char folder[32];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	char path[64];

	assert_non_null(place);
	strcpy(place->folder, "/tmp/rocks-test-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(path, sizeof(path), "%s/rocks.db", place->folder);
	assert_int_equal(db_new(&place->db), 0);
	assert_int_equal(db_open(place->db, path, true, DB_WRITE), 0);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "", "-wal", "-shm", "-busy" };
	struct place *place = *state;
	char path[80];

	db_free(place->db);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/rocks.db%s", place->folder, names[i]);
		unlink(path);
	}
	rmdir(place->folder);
	free(place);
	return 0;
}

static void must_run(struct db *db, const char *sql)
{
	if (db_run(db, sql, "") != 0)
		fail_msg("%s: %s", sql, db_error(db));
}

static void assert_refused(struct db *db, const struct refused *refused)
{
	_cleanup_strbuf_ struct strbuf expected = STRBUF_EMPTY;
	const int64_t *numbers = refused->numbers;

	assert_int_equal(db_begin(db, "root"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(SETTING); i++)
		must_run(db, SETTING[i]);
	for (size_t i = 0; i < ARRAY_SIZE(refused->before) && refused->before[i]; i++)
		must_run(db, refused->before[i]);
	strbuf_add_format(&expected, "refused: %s", refused->sentence);
	assert_int_equal(db_run(db, refused->statement, refused->types, numbers[0],
				numbers[1], numbers[2]),
			 refused->error);
	assert_string_equal(db_error(db), strbuf_text(&expected));
	db_rollback(db);
}

static void test_sentences(void **state)
{
	const struct place *place = *state;

	for (size_t i = 0; i < ARRAY_SIZE(REFUSED); i++)
		assert_refused(place->db, &REFUSED[i]);
}

static bool is_tried(const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(REFUSED); i++)
		if (strcmp(REFUSED[i].words, words) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(NAMELESS); i++)
		if (strcmp(NAMELESS[i], words) == 0)
			return true;
	return false;
}

/* Each RAISE of the schema is one of the above. */
static void test_all_rules(void **state)
{
	static const char raise[] = "RAISE(ABORT, '";
	static const char triggers[] =
		"SELECT group_concat(sql, ' ') FROM sqlite_master WHERE type = 'trigger'";
	const struct place *place = *state;
	_cleanup_free_ char *sql = NULL;
	size_t count = 0;

	assert_int_equal(db_fetch_text(place->db, &sql, triggers, ""), 1);
	for (char *words = sql; (words = strstr(words, raise)); count++) {
		char *end;

		words += strlen(raise);
		end = strchr(words, '\'');
		assert_non_null(end);
		*end = '\0';
		if (!is_tried(words))
			fail_msg("no sentence of «%s» is tried", words);
		words = end + 1;
	}
	assert_in_range(count, ARRAY_SIZE(NAMELESS) + 13, 99);
}

/* Of a statement that names nobody the words of the trigger are what is said. */
static void test_nobody_named(void **state)
{
	const struct place *place = *state;

	assert_int_equal(db_begin(place->db, "root"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(SETTING); i++)
		must_run(place->db, SETTING[i]);
	assert_int_equal(db_run(place->db,
				"INSERT INTO assignment (vm, card, host, name) "
				"VALUES (3, 3, 1, 'gpupci')",
				""),
			 -EPERM);
	assert_string_equal(db_error(place->db),
			    "refused: a fabric switch is no card that a VM can have");
	db_rollback(place->db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_all_rules),
		cmocka_unit_test(test_nobody_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("refusals", tests, set_up, tear_down);
}
