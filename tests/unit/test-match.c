/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which card of a scan is which: the rules of db/match.h, tried card by card, say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "db/match.h"

#define MOST 8
#define ROUNDS 60000

/* The rules, applied literally. */
struct rules {
	const struct known_cards *known;
	const struct scan *scan;
	size_t found[MOST]; /* of each known card */
	bool taken[MOST];   /* of each card of the scan */
};

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool counts(const struct rules *rules, const char *serial)
{
	size_t known = 0, found = 0;

	for (size_t i = 0; i < rules->known->count; i++)
		known += is_same(rules->known->list[i].serial, serial);
	for (size_t i = 0; i < rules->scan->card_count; i++)
		found += is_same(rules->scan->cards[i].serial, serial);
	return serial && known <= 1 && found <= 1;
}

static bool has_other_serial(const struct rules *rules, const struct known *known,
			     const struct scan_card *card)
{
	return counts(rules, known->serial) && counts(rules, card->serial) &&
	       !is_same(known->serial, card->serial);
}

static bool may_share_ids(const struct known *known, const struct scan_card *card)
{
	size_t a = strlen(known->ids), b = strlen(card->ids);

	return strncmp(known->ids, card->ids, a < b ? a : b) == 0;
}

static bool is_possible(const struct rules *rules, const struct known *known,
			const struct scan_card *card)
{
	return !has_other_serial(rules, known, card) &&
	       (known->ids ? may_share_ids(known, card) : !known->missing);
}

static bool fits(const struct rules *rules, int rule, const struct known *known,
		 const struct scan_card *card)
{
	switch (rule) {
	case 1:
		return counts(rules, known->serial) &&
		       is_same(known->serial, card->serial) &&
		       (!known->ids || strncmp(known->ids, card->ids, 9) == 0);
	case 2:
		return is_same(known->path, card->path) &&
		       is_possible(rules, known, card);
	default:
		return known->place == card->address && (!known->path || !card->path) &&
		       is_possible(rules, known, card);
	}
}

static void try_rule(struct rules *rules, int rule, bool missing)
{
	for (size_t i = 0; i < rules->known->count; i++) {
		const struct known *known = &rules->known->list[i];

		for (size_t j = 0; j < rules->scan->card_count; j++) {
			if (known->missing != missing || rules->found[i] != MATCH_NONE ||
			    rules->taken[j] ||
			    !fits(rules, rule, known, &rules->scan->cards[j]))
				continue;
			rules->found[i] = j;
			rules->taken[j] = true;
		}
	}
}

/* How many known cards that are lost could be that card; how many new ones that known card. */
static size_t count_lost(const struct rules *rules, size_t card)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->known->count; i++)
		count += rules->found[i] == MATCH_NONE && rules->known->list[i].ids &&
			 may_share_ids(&rules->known->list[i], &rules->scan->cards[card]);
	return count;
}

static size_t count_new(const struct rules *rules, size_t known, size_t *ret_last)
{
	size_t count = 0;

	for (size_t j = 0; j < rules->scan->card_count; j++) {
		if (rules->taken[j] ||
		    !may_share_ids(&rules->known->list[known], &rules->scan->cards[j]))
			continue;
		*ret_last = j;
		count++;
	}
	return count;
}

static void try_moved(struct rules *rules)
{
	for (size_t i = 0; i < rules->known->count; i++) {
		const struct known *known = &rules->known->list[i];
		size_t card = 0;

		if (rules->found[i] != MATCH_NONE || !known->ids ||
		    count_new(rules, i, &card) != 1 || count_lost(rules, card) != 1 ||
		    has_other_serial(rules, known, &rules->scan->cards[card]))
			continue;
		rules->found[i] = card;
		rules->taken[card] = true;
	}
}

static void assert_rules(struct known_cards *known, const struct scan *scan)
{
	struct rules rules = { .known = known, .scan = scan };
	struct match matches[MOST];

	for (size_t i = 0; i < MOST; i++)
		rules.found[i] = MATCH_NONE;
	for (int rule = 1; rule <= 3; rule++) {
		try_rule(&rules, rule, false);
		try_rule(&rules, rule, true);
	}
	try_moved(&rules);
	assert_int_equal(db_match_cards(known, scan, matches), 0);
	for (size_t i = 0; i < known->count; i++)
		assert_int_equal(known->list[i].found, rules.found[i]);
	for (size_t j = 0; j < scan->card_count; j++) {
		int64_t row = 0;

		for (size_t i = 0; i < known->count; i++)
			if (rules.found[i] == j)
				row = known->list[i].id;
		assert_int_equal(matches[j].row, row);
		assert_int_equal(matches[j].told_apart,
				 counts(&rules, scan->cards[j].serial));
	}
}

static char *pick(char *const words[], size_t count)
{
	return words[(size_t)rand() % count];
}

/* Few words for many cards, so that every rule has something to say. */
static void test_rules(void **state)
{
	static char a[] = "A", b[] = "B", c[] = "C", d[] = "D";
	static char bare[] = "10de:1db6", one[] = "10de:1db6:10de:0001",
		    two[] = "10de:1db6:10de:0002", other[] = "1002:1db6:10de:0001";
	char *const serials[] = { NULL, NULL, a, b, c, d };
	char *const paths[] = { NULL, a, b, c };
	char *const ids[] = { NULL, bare, one, two, other };
	struct known list[MOST];
	struct scan_card cards[MOST];

	(void)state;
	srand(7);
	for (int round = 0; round < ROUNDS; round++) {
		struct known_cards known = { list, (size_t)rand() % (MOST + 1) };
		struct scan scan = { .cards = cards,
				     .card_count = (size_t)rand() % (MOST + 1) };

		for (size_t i = 0; i < known.count; i++)
			list[i] = (struct known){ .id = (int64_t)(i + 1),
						  .ids = pick(ids, 5),
						  .serial = pick(serials, 6),
						  .path = pick(paths, 4),
						  .place = rand() % 12,
						  .missing = rand() % 2 };
		for (size_t j = 0; j < scan.card_count; j++) {
			cards[j] = (struct scan_card){ .serial = pick(serials, 6),
						       .path = pick(paths, 4),
						       .address = (int64_t)j * 2 };
			strcpy(cards[j].ids, pick(ids + 1, 4));
		}
		assert_rules(&known, &scan);
	}
}

/* Seconds of CPU for so many new cards beside as many known ones that none of them is. */
static double seconds_for(size_t count, bool one_path)
{
	struct known *list = calloc(count, sizeof(*list));
	struct scan_card *cards = calloc(count, sizeof(*cards));
	struct match *matches = calloc(count, sizeof(*matches));
	char(*words)[2][32] = calloc(count, sizeof(*words));
	static char path[] = "path", ids[] = "10de:1db6:10de:1214";
	struct known_cards known = { list, count };
	struct scan scan = { .cards = cards, .card_count = count };
	clock_t start;

	assert_true(list && cards && matches && words);
	for (size_t i = 0; i < count; i++) {
		snprintf(words[i][0], 32, "A-%08zx", i);
		snprintf(words[i][1], 32, "B-%08zx", i);
		list[i] = (struct known){ .id = 1,
					  .serial = words[i][0],
					  .path = one_path ? path : words[i][0],
					  .ids = ids,
					  .place = (int64_t)i * 8 };
		cards[i] = (struct scan_card){ .serial = words[i][1],
					       .path = one_path ? path : words[i][1],
					       .address = (int64_t)i * 8 };
		strcpy(cards[i].ids, ids);
	}
	start = clock();
	assert_int_equal(db_match_cards(&known, &scan, matches), 0);
	start = clock() - start;
	free(list);
	free(cards);
	free(matches);
	free(words);
	return (double)start / CLOCKS_PER_SEC;
}

/* To try every card with every other, and look for its serial each time, would take hours. */
static void test_many(void **state)
{
	(void)state;
	assert_true(seconds_for(50000, false) < 5);
	assert_true(seconds_for(2000, true) < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules),
					    cmocka_unit_test(test_many) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
