/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the words of a line: they go to their arguments, or a sentence says why not. */
#include <stdint.h>
#include <string.h>

#include "src/rocks/batch/old-dump.h"
#include "src/rocks/batch/parse.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/file-argument.h"
#include "src/rocks/dispatch/find.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_sentence(void *data, const char *sentence)
{
	size_t *sentences = data;

	if (!*sentence)
		__builtin_trap();
	++*sentences;
}

static void check_list(const struct invocation *invocation, const struct argument *list,
		       bool positional)
{
	for (size_t i = 0; list && list[i].name; i++) {
		const char *value = argument(invocation, list[i].name);
		bool many = positional && list[i].flags & ARGUMENT_MANY;
		const int64_t *number =
			list[i].type == TYPE_INTEGER
				? integer_argument(invocation, list[i].name)
				: NULL;

		if (list[i].flags & ARGUMENT_REQUIRED && !value &&
		    !(many && invocation->many_count))
			__builtin_trap();
		if (value && strlen(value) > (size_t)ARGUMENT_MOST_MIB << 20)
			__builtin_trap();
		if (number && (*number < list[i].least || *number > list[i].most))
			__builtin_trap();
	}
}

/* The path stands for one positional until a text does, and nothing else has changed. */
static void check_file(struct invocation *invocation, const char *named)
{
	const struct argument *filed = file_argument(invocation->command);

	if (!invocation->file != !named ||
	    (named && strcmp(invocation->file, named) != 0) || (named && !filed))
		__builtin_trap();
	if (!named)
		return;
	if (argument(invocation, filed->name) != invocation->file)
		__builtin_trap();
	*file_slot(invocation) = "text";
	if (strcmp(argument(invocation, filed->name), "text") != 0)
		__builtin_trap();
}

static void check_line(char **words, size_t count)
{
	static struct old_dump old;
	size_t sentences = 0;
	struct found found;
	struct invocation invocation = { 0 };
	_cleanup_free_ char *named = NULL;
	const char *path;
	int r;

	skip_program(&words, &count);
	found = find_command(words, count);
	old_dump_passes(&old, words, count, found.words);
	catch_errors(count_sentence, &sentences);
	if (!found.command) {
		if (explain_unknown(words, count) != ROCKS_USAGE || !sentences)
			__builtin_trap();
		return;
	}
	words += found.used;
	count -= found.used;
	old_dump_drop(&old, found.command, words, &count);
	path = find_file(found.command, words, count);
	named = path ? strdup(path) : NULL;
	invocation.command = found.command;
	r = parse_arguments(&invocation, words, count);
	if ((r == ROCKS_DONE) != !sentences || (r != ROCKS_DONE && r != ROCKS_USAGE))
		__builtin_trap();
	if (r != ROCKS_DONE)
		return;
	check_list(&invocation, found.command->arguments, true);
	check_list(&invocation, found.command->parameters, false);
	check_file(&invocation, named);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	const char *text = (const char *)data;

	while (size) {
		ssize_t used = batch_parse(text, size, true, &words);

		if (used <= 0)
			__builtin_trap();
		if (words.count && !words.fault)
			check_line(words.list, words.count);
		text += used;
		size -= (size_t)used;
	}
	return 0;
}
