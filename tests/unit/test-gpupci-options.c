/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/cli/options: which words are the target and the operands. */
#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/options.h"

#define MOST_WORDS 8

/* getopt() sorts this: the operands come last. */
static char *words[MOST_WORDS + 1];

/* options_parse() with what it says on stderr out of sight. */
static int parse_quietly(int count, struct options *options)
{
	_cleanup_close_ int stderr_fd = dup(STDERR_FILENO);
	_cleanup_close_ int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int code;

	assert_true(stderr_fd >= 0 && null_fd >= 0);
	dup2(null_fd, STDERR_FILENO);
	optind = 0; /* getopt(3): start over */
	code = options_parse(count, words, options);
	dup2(stderr_fd, STDERR_FILENO);
	return code;
}

/* Parses a command line, its words with one blank between; what options_parse() returns. */
static int parse(struct options *options, const char *line)
{
	static char text[200];
	char *rest = NULL;
	int count = 0;

	assert_true(strlen(line) < sizeof(text));
	memcpy(text, line, strlen(line) + 1);
	memset(words, 0, sizeof(words));
	for (char *word = strtok_r(text, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		assert_true(count < MOST_WORDS);
		words[count++] = word;
	}
	return parse_quietly(count, options);
}

static void takes_many_words_of_a_status(void **state)
{
	static const char *const lines[] = {
		"gpupci --status a b c --json",	     "gpupci --status --json a b c",
		"gpupci --json --status a b c",	     "gpupci --status a b --json c",
		"gpupci --status=a --json b c",	     "gpupci -s a b --json -- c",
		"gpupci -sa b --sysroot / --json c",
	};
	struct options options;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		assert_int_equal(parse(&options, lines[i]), EXIT_DONE);
		assert_int_equal(options.action, ACTION_STATUS);
		assert_true(options.json);
		assert_string_equal(options.target, "a");
		assert_int_equal(options.operand_count, 2);
		assert_string_equal(options.operands[0], "b");
		assert_string_equal(options.operands[1], "c");
	}
	assert_int_equal(parse(&options, "gpupci -s a"), EXIT_DONE);
	assert_false(options.json);
	assert_string_equal(options.target, "a");
	assert_int_equal(options.operand_count, 0);
}

static void takes_one_word_of_the_others(void **state)
{
	static const char *const lines[] = {
		"gpupci --status",	   "gpupci --status --json",
		"gpupci -s -l a",	   "gpupci --detach a b",
		"gpupci --list a",	   "gpupci --rename gpupci2 gpupci1 a",
		"gpupci --rename gpupci2", "gpupci --detach a --json",
	};
	struct options options;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(parse(&options, lines[i]), EXIT_USAGE);
	assert_int_equal(parse(&options, "gpupci --rename gpupci2 gpupci1"), EXIT_DONE);
	assert_string_equal(options.target, "gpupci2");
	assert_string_equal(options.old_name, "gpupci1");
	assert_int_equal(options.operand_count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_many_words_of_a_status),
		cmocka_unit_test(takes_one_word_of_the_others),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("gpupci-options", tests, NULL, NULL);
}
