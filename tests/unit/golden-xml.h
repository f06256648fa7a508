/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML that our plugins make of made-up facts, against what tests/data/xml says. */
#ifndef TESTS_UNIT_GOLDEN_XML_H
#define TESTS_UNIT_GOLDEN_XML_H

#include <errno.h>
#include <stdbool.h>

#include "tests/unit/made-up-vm.h"

#define GOLDEN "tests/data/xml"

struct golden {
	const char *name; /* of the file */
	void (*change)(struct facts *facts);
};

/* The XML; freed by the caller. Not inline: gcc would then fear for what it points to. */
static __attribute__((noinline)) char *make_xml(const struct facts *facts)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	char *text = NULL;
	int r = plugins_domain_xml(plugins, &facts->vm, &text, &complaint);

	assert_string_equal(strbuf_text(&complaint), "");
	assert_int_equal(r, 0);
	assert_non_null(text);
	return text;
}

static inline char *make_changed(void (*change)(struct facts *facts))
{
	struct facts facts;

	make_facts(&facts);
	change(&facts);
	return make_xml(&facts);
}

static inline char *read_file(const char *path)
{
	char *text = calloc(1, 1 << 16);
	FILE *file = fopen(path, "re");

	if (!file)
		print_error("%s: %s; make it with REGENERATE=1\n", path, strerror(errno));
	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, (1 << 16) - 1, file) < (1 << 16) - 1);
	fclose(file);
	return text;
}

static inline void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void test_golden(void **state)
{
	const struct golden *golden = *state;
	_cleanup_free_ char *text = make_changed(golden->change);
	_cleanup_free_ char *expected = NULL;
	char path[256];

	snprintf(path, sizeof(path), GOLDEN "/%s.xml", golden->name);
	if (getenv("REGENERATE"))
		write_file(path, text);
	expected = read_file(path);
	assert_string_equal(text, expected);
}

/*
 * The next guest address of a PCI device, moving past it; NULL at the end. The balloon
 * is passed over: a VM with a card has none.
 */
static inline const char *next_address(const char **at, size_t *length)
{
	for (;;) {
		const char *found = strstr(*at, "<address type=\"pci\"");
		const char *balloon = strstr(*at, "<memballoon model=\"virtio\"");

		if (found && balloon && balloon < found) {
			*at = strstr(balloon, "</memballoon>");
			assert_non_null(*at);
			continue;
		}
		if (!found)
			return NULL;
		*at = strchr(found, '>');
		*length = (size_t)(*at - found);
		return found;
	}
}

/* All PCI devices of the one sit where they do in the other; how many there are. */
static inline size_t assert_same_addresses(const char *less, const char *more)
{
	size_t count = 0, length, more_length;
	const char *a;

	while ((a = next_address(&less, &length))) {
		const char *b = next_address(&more, &more_length);

		assert_non_null(b);
		assert_int_equal(length, more_length);
		assert_memory_equal(a, b, length);
		count++;
	}
	return count;
}

static inline void add_golden_tests(struct CMUnitTest *tests,
				    const struct golden *goldens, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){
			.name = goldens[i].name,
			.test_func = test_golden,
			.initial_state = (void *)&goldens[i],
		};
}

#endif
