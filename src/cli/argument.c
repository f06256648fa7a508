/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and checks what was typed for the arguments of a command, by their rows. */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "lib/text.h"
#include "src/cli/argument.h"
#include "src/cli/command.h"
#include "src/cli/usage.h"

const struct argument table_parameters[] = {
	ARGUMENT_BOOLEAN("output-header", "no: without the line of column names"),
	ARGUMENT_TEXT("output-col", "only these columns, by their names in the header", 0,
		      NOTHING),
	ARGUMENT_BOOLEAN("json",
			 "yes: JSON, an object for each value of the first column"),
	ARGUMENTS_END,
};

/* Steps through the rows of a command; slot is where the value of a row is kept. */
struct cursor {
	const struct command *command;
	const struct argument *row;
	size_t slot;
	unsigned int list; /* 0 arguments, 1 parameters, 2 those of tables, 3 the end */
};

static bool next_row(struct cursor *cursor)
{
	const struct command *command = cursor->command;
	const struct argument *const lists[] = { command->arguments, command->parameters,
						 command->flags & COMMAND_TABLE
							 ? table_parameters
							 : NULL };

	if (cursor->row) {
		cursor->row++;
		cursor->slot++;
	} else {
		cursor->row = lists[0];
	}
	while (!cursor->row || !cursor->row->name) {
		if (++cursor->list == ARRAY_SIZE(lists))
			return false;
		cursor->row = lists[cursor->list];
		if (cursor->list == 1)
			cursor->slot = ARGUMENTS_MOST;
	}
	return true;
}

/* The row of that name, which the command must have. */
static struct cursor find_row(const struct invocation *invocation, const char *name)
{
	struct cursor cursor = { .command = invocation->command };
	bool found = false;

	while (!found && next_row(&cursor))
		found = strcmp(cursor.row->name, name) == 0;
	assert(found);
	return cursor;
}

const char *argument(const struct invocation *invocation, const char *name)
{
	return invocation->values[find_row(invocation, name).slot];
}

bool boolean_argument(const struct invocation *invocation, const char *name,
		      bool otherwise)
{
	struct cursor at = find_row(invocation, name);

	assert(at.row->type == TYPE_BOOLEAN);
	return invocation->values[at.slot] ? invocation->numbers[at.slot] : otherwise;
}

/* Whether the value clears a number that may be cleared. */
static bool clears(const struct argument *row, const char *value)
{
	return row->flags & ARGUMENT_CLEARS && text_is_none(value);
}

const int64_t *integer_argument(const struct invocation *invocation, const char *name)
{
	struct cursor at = find_row(invocation, name);
	const char *value = invocation->values[at.slot];

	assert(at.row->type == TYPE_INTEGER);
	return value && !clears(at.row, value) ? &invocation->numbers[at.slot] : NULL;
}

/* Appends the words as a, b or c. */
static void add_words(struct strbuf *text, const char *words)
{
	while (*words) {
		size_t length = strcspn(words, " ");
		const char *next = words + length + (words[length] == ' ');

		strbuf_add(text, words, length);
		if (*next)
			strbuf_add_string(text, strchr(next, ' ') ? ", " : " or ");
		words = next;
	}
}

void argument_add_help(struct strbuf *text, const struct argument *argument)
{
	if (argument->type == TYPE_WORD) {
		add_words(text, argument->words);
		if (argument->help)
			strbuf_add_format(text, "; %s", argument->help);
		return;
	}
	strbuf_add_string(text, argument->help);
	if (argument->type == TYPE_INTEGER)
		strbuf_add_format(text, " (%" PRId64 " to %" PRId64 ")", argument->least,
				  argument->most);
}

static int refuse_word(const struct command *command, const struct argument *row,
		       const char *value)
{
	_cleanup_strbuf_ struct strbuf words = STRBUF_EMPTY;

	add_words(&words, row->words);
	return usage_error(command, "%s= must be %s, not «%s»", row->name,
			   strbuf_text(&words), value);
}

static int check_value(const struct command *command, const struct argument *row,
		       const char *value, int64_t *number)
{
	bool yes = false;

	switch (row->type) {
	case TYPE_BOOLEAN:
		if (text_parse_boolean(value, &yes) < 0)
			return usage_error(command, NOT_BOOLEAN, row->name, value);
		*number = yes;
		return ROCKS_DONE;
	case TYPE_INTEGER:
		if (clears(row, value) ||
		    text_parse_integer(value, row->least, row->most, number) == 0)
			return ROCKS_DONE;
		return usage_error(command,
				   "%s= must be a number from %" PRId64 " to %" PRId64
				   ", not «%s»",
				   row->name, row->least, row->most, value);
	case TYPE_WORD:
		return text_lists_word(row->words, value, strlen(value))
			       ? ROCKS_DONE
			       : refuse_word(command, row, value);
	default:
		return ROCKS_DONE;
	}
}

int check_arguments(struct invocation *invocation)
{
	struct cursor at = { .command = invocation->command };
	int r = ROCKS_DONE;

	while (r == ROCKS_DONE && next_row(&at))
		if (invocation->values[at.slot])
			r = check_value(at.command, at.row, invocation->values[at.slot],
					&invocation->numbers[at.slot]);
	return r;
}
