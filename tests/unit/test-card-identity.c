/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes two sightings one card: the cases of tests/data/card-identity.cases and more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/card-identity.h"
#include "lib/cleanup.h"

#define CASES "tests/data/card-identity.cases"

struct seen {
	unsigned int bus, port;
	char ids[32], serial[64], path[32];
};

static const char *const verdicts[] = {
	[IDENTITY_OTHER] = "other",  [IDENTITY_UNKNOWN] = "unknown",
	[IDENTITY_ADDRESS] = "same", [IDENTITY_PATH] = "same",
	[IDENTITY_SERIAL] = "same",
};

/* With the kind of its serial number, or as rocks has it: without. */
static struct card_sighting sighting(struct seen *seen, bool has_kind)
{
	struct card_serial serial =
		card_serial_split(strcmp(seen->serial, "-") == 0 ? NULL : seen->serial);

	snprintf(seen->path, sizeof(seen->path), "0000:00/0%u.0/00.0", seen->port);
	return (struct card_sighting){
		.ids = seen->ids,
		.serial = has_kind ? serial : card_serial_guess(serial.number),
		.path = seen->path,
		.address = (int64_t)seen->bus << 8,
	};
}

static void check_case(const char *line)
{
	struct seen known, found;
	struct card_sighting a, b;
	char verdict[16];
	int end = 0;

	assert_int_equal(sscanf(line, "%15s %*s %u %u %31s %63s | %u %u %31s %63s | %n",
				verdict, &known.bus, &known.port, known.ids, known.serial,
				&found.bus, &found.port, found.ids, found.serial, &end),
			 9);
	for (int has_kind = 0; has_kind < 2; has_kind++) {
		a = sighting(&known, has_kind);
		b = sighting(&found, has_kind);
		if (strcmp(verdicts[card_identity(&a, &b)], verdict) != 0)
			fail_msg("%s", line + end);
		if (strcmp(verdicts[card_identity(&b, &a)], verdict) != 0)
			fail_msg("the other way round: %s", line + end);
	}
}

static void cases(void **state)
{
	_cleanup_fclose_ FILE *file = fopen(CASES, "re");
	char line[512];
	int count = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		check_case(line);
		count++;
	}
	assert_true(count > 20);
}

/* A card of unknown subsystem, number and path, on bus 2. */
static const struct card_sighting bare = { .ids = "10de:1db6", .address = 0x200 };

static void unknown_facts(void **state)
{
	struct card_sighting known = bare, found = bare;

	(void)state;
	found.path = "p";
	found.ids = "10de:1db6:10de:1214";
	assert_int_equal(card_identity(&known, &found), IDENTITY_ADDRESS);
	assert_true(card_ids_are_alike(known.ids, found.ids));
	known.path = "q";
	assert_int_equal(card_identity(&known, &found), IDENTITY_UNKNOWN);
	known.path = "p";
	assert_int_equal(card_identity(&known, &found), IDENTITY_PATH);
	known.ids = NULL;
	assert_int_equal(card_identity(&known, &found), IDENTITY_PATH);
	assert_false(card_ids_are_alike(known.ids, found.ids));
	known.needs_ids = true;
	assert_int_equal(card_identity(&known, &found), IDENTITY_UNKNOWN);
	known.serial = found.serial = card_serial_guess("S-1");
	assert_int_equal(card_identity(&known, &found), IDENTITY_SERIAL);
	known = found = bare;
	known.address = found.address = -1;
	assert_int_equal(card_identity(&known, &found), IDENTITY_UNKNOWN);
}

static void shared_serials(void **state)
{
	struct card_sighting known = bare, found = bare;

	(void)state;
	known.serial = card_serial_guess("S-1");
	found.serial = card_serial_guess("S-2");
	assert_int_equal(card_identity(&known, &found), IDENTITY_OTHER);
	found.serial_is_shared = true;
	assert_int_equal(card_identity(&known, &found), IDENTITY_ADDRESS);
	found.serial = known.serial;
	found.address = 0x300;
	assert_int_equal(card_identity(&known, &found), IDENTITY_UNKNOWN);
	found.serial_is_shared = false;
	known.serial_is_shared = true;
	assert_int_equal(card_identity(&known, &found), IDENTITY_UNKNOWN);
}

static void check_kind(struct card_serial serial, const char *kind, const char *number)
{
	assert_int_equal(serial.kind_length, strlen(kind));
	assert_memory_equal(serial.kind, kind, strlen(kind));
	assert_string_equal(serial.number, number);
}

static void kinds(void **state)
{
	(void)state;
	check_kind(card_serial_split("dsn:48-b0"), "dsn", "48-b0");
	check_kind(card_serial_split("vpd:a:b"), "vpd", "a:b");
	check_kind(card_serial_split("S-1"), "", "S-1");
	assert_null(card_serial_split(NULL).number);
	check_kind(card_serial_guess("48-b0-2d-ff-fe-00-00-01"), "dsn",
		   "48-b0-2d-ff-fe-00-00-01");
	check_kind(card_serial_guess("4b6f6d6d656e7461"), "unique_id",
		   "4b6f6d6d656e7461");
	check_kind(card_serial_guess("48-b0-2d-ff-fe-00-00-0g"), "vpd",
		   "48-b0-2d-ff-fe-00-00-0g");
	check_kind(card_serial_guess("48-b0-2d-ff-fe-00-00-011"), "vpd",
		   "48-b0-2d-ff-fe-00-00-011");
	check_kind(card_serial_guess("4b6f6d6d656e74612"), "vpd", "4b6f6d6d656e74612");
	check_kind(card_serial_guess(""), "vpd", "");
	assert_null(card_serial_guess(NULL).number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases),
		cmocka_unit_test(unknown_facts),
		cmocka_unit_test(shared_serials),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
