/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/fleet/lines: what a fleet holds of lines that never end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/fleet/lines.h"

#define HOSTS 500
#define MOST_HELD ((size_t)64 << 20)
#define SHARE (MOST_HELD / (2 * HOSTS))

struct printed {
	size_t host, length;
	char last;
};

static void note_line(void *data, size_t host, bool on_error, const char *line,
		      size_t length)
{
	struct printed *printed = data;

	(void)on_error;
	*printed = (struct printed){ host, length, length ? line[length - 1] : '\0' };
}

static void note_end(void *data, size_t host, enum fan_out_end end, int status,
		     const char *why)
{
	(void)data;
	(void)host;
	(void)end;
	(void)status;
	(void)why;
}

static void add_hosts(struct host_set *hosts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char name[32];
		struct host_ref host = { .id = (int64_t)i, .name = name };

		snprintf(name, sizeof(name), "compute-0-%zu", i);
		assert_int_equal(host_set_add(hosts, &host), 0);
	}
}

/* Every host prints a mebibyte without an end; one of them ends its line after all. */
static void test_endless_lines(void **state)
{
	static struct strbuf texts[2 * HOSTS];
	static char block[64 << 10];
	_cleanup_host_set_ struct host_set hosts = { 0 };
	struct printed printed = { 0 };
	struct fan_out fan_out = {
		.hosts = &hosts, .line = note_line, .ended = note_end, .data = &printed
	};
	struct fan_out_lines lines;
	size_t memory = 0;

	(void)state;
	memset(block, 'x', sizeof(block));
	add_hosts(&hosts, HOSTS);
	assert_int_equal(fan_out_lines_open(&lines, &fan_out, "0123456789abcdef"), 0);
	for (size_t turn = 0; turn < 16; turn++)
		for (size_t i = 0; i < 2 * HOSTS; i++) {
			strbuf_add(&texts[i], block, sizeof(block));
			assert_int_equal(
				fan_out_lines_take(&lines, &texts[i], i / 2, i % 2), 0);
		}
	for (size_t i = 0; i < 2 * HOSTS; i++)
		memory += texts[i].size;
	assert_in_range(memory, MOST_HELD / 2, 2 * MOST_HELD + 4 * HOSTS);
	strbuf_add_string(&texts[2], "y\n");
	assert_int_equal(fan_out_lines_take(&lines, &texts[2], 1, false), 0);
	assert_int_equal(printed.host, 1);
	assert_int_equal(printed.length, SHARE);
	assert_int_equal(printed.last, 'x');
	strbuf_add_string(&texts[2], "short\n");
	assert_int_equal(fan_out_lines_take(&lines, &texts[2], 1, false), 0);
	assert_int_equal(printed.length, strlen("short"));
	for (size_t i = 0; i < 2 * HOSTS; i++)
		strbuf_release(&texts[i]);
	fan_out_lines_release(&lines);
}

/* A host alone may have a mebibyte, whatever others print that ends. */
static void test_one_long_line(void **state)
{
	static char block[64 << 10];
	_cleanup_host_set_ struct host_set hosts = { 0 };
	_cleanup_strbuf_ struct strbuf long_line = STRBUF_EMPTY, others = STRBUF_EMPTY;
	struct printed printed = { 0 };
	struct fan_out fan_out = {
		.hosts = &hosts, .line = note_line, .ended = note_end, .data = &printed
	};
	struct fan_out_lines lines;

	(void)state;
	memset(block, 'x', sizeof(block));
	add_hosts(&hosts, HOSTS);
	assert_int_equal(fan_out_lines_open(&lines, &fan_out, "0123456789abcdef"), 0);
	for (size_t i = 0; i < 15; i++) {
		strbuf_add(&long_line, block, sizeof(block));
		assert_int_equal(fan_out_lines_take(&lines, &long_line, 0, false), 0);
		for (size_t host = 1; host < HOSTS; host++) {
			strbuf_add_string(&others, "a line\n");
			assert_int_equal(fan_out_lines_take(&lines, &others, host, false),
					 0);
		}
	}
	strbuf_add_char(&long_line, '\n');
	assert_int_equal(fan_out_lines_take(&lines, &long_line, 0, false), 0);
	assert_int_equal(printed.length, 15 * sizeof(block));
	fan_out_lines_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endless_lines),
		cmocka_unit_test(test_one_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
