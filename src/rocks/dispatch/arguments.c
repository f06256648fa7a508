/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words after a command to its arguments and parameters. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/strbuf.h"
#include "lib/text.h"
#include "src/cli/usage.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/file-argument.h"

size_t key_length(const char *word)
{
	size_t length = 0;

	if (strncasecmp(word, "select ", 7) == 0)
		return 0;
	while (isalnum((unsigned char)word[length]) ||
	       (word[length] && strchr("_+-", word[length])))
		length++;
	return word[length] == '=' ? length : 0;
}

/* The slot of a name in a list, or NULL. */
static const char **find_in(const struct argument *list, const char **values,
			    const char *name, size_t length)
{
	for (size_t i = 0; list && list[i].name; i++)
		if (strncmp(list[i].name, name, length) == 0 && !list[i].name[length])
			return &values[i];
	return NULL;
}

static size_t list_length(const struct argument *list)
{
	size_t length = 0;

	while (list && list[length].name)
		length++;
	return length;
}

static const char **find_slot(struct invocation *invocation, const char *name,
			      size_t length)
{
	const struct command *command = invocation->command;
	const char **parameters = invocation->values + ARGUMENTS_MOST;
	const char **slot = find_in(command->arguments, invocation->values, name, length);

	if (!slot)
		slot = find_in(command->parameters, parameters, name, length);
	if (!slot && command->flags & COMMAND_TABLE)
		slot = find_in(table_parameters,
			       parameters + list_length(command->parameters), name,
			       length);
	return slot;
}

static void find_alike(const struct argument *list, const char *name, const char **best,
		       size_t *least)
{
	for (size_t i = 0; list && list[i].name; i++) {
		size_t far = text_distance(name, list[i].name);

		/* At least a letter is the same. */
		if (far < *least && far < strlen(list[i].name)) {
			*least = far;
			*best = list[i].name;
		}
	}
}

/* The last positional, if its value may look like a parameter: names of hosts do not. */
static const struct argument *value_of(const struct command *command)
{
	size_t count = list_length(command->arguments);

	return count && !(command->arguments[count - 1].flags & ARGUMENT_MANY)
		       ? &command->arguments[count - 1]
		       : NULL;
}

static int refuse_key(const struct command *command, const char *word, size_t length)
{
	_cleanup_free_ char *name = strndup(word, length);
	_cleanup_strbuf_ struct strbuf typed = STRBUF_EMPTY;
	const struct argument *value = value_of(command);
	size_t least = 3;
	const char *best = NULL;

	text_quote_shell(&typed, word);
	if (!name || typed.error)
		return memory_error();
	find_alike(command->arguments, name, &best, &least);
	find_alike(command->parameters, name, &best, &least);
	if (command->flags & COMMAND_TABLE)
		find_alike(table_parameters, name, &best, &least);
	if (file_argument(command))
		find_alike(file_parameter, name, &best, &least);
	if (best)
		return usage_error(command,
				   "there is no parameter «%s»; did you mean %s=?", name,
				   best);
	if (!value)
		return usage_error(command, "there is no parameter «%s»", name);
	return usage_error(command,
			   "there is no parameter «%s»; a value that looks like one is "
			   "given by name, such as %s=%s",
			   name, value->name, strbuf_text(&typed));
}

static int set_slot(const struct invocation *invocation, const char **slot,
		    const char *name, const char *value)
{
	if (*slot && *slot == invocation->file)
		return usage_error(invocation->command,
				   "%s is given twice: in the file «%s», and as «%s»",
				   name, *slot, value);
	if (*slot)
		return usage_error(invocation->command,
				   "%s is given twice: «%s» and «%s»", name, *slot,
				   value);
	*slot = value;
	return ROCKS_DONE;
}

/* Until the file has been read, its path takes the place of its text. */
static int set_file(struct invocation *invocation, const char *path)
{
	const char *name = file_argument(invocation->command)->name;
	const char **slot = file_slot(invocation);

	if (*slot && *slot == invocation->file)
		return usage_error(invocation->command,
				   FILE_PARAMETER "= is given twice: «%s» and «%s»",
				   *slot, path);
	if (*slot)
		return usage_error(invocation->command,
				   "%s is given twice: as «%s», and in the file «%s»",
				   name, *slot, path);
	*slot = invocation->file = path;
	return ROCKS_DONE;
}

static int set_parameter(struct invocation *invocation, char *word, size_t length)
{
	const char **slot = find_slot(invocation, word, length);
	const char *path = file_path_of(word);

	if (!slot && path && file_argument(invocation->command))
		return set_file(invocation, path);
	if (!slot)
		return refuse_key(invocation->command, word, length);
	word[length] = '\0';
	return set_slot(invocation, slot, word, word + length + 1);
}

/* Takes the parameters out of the words; *count is how many are left. */
static int take_parameters(struct invocation *invocation, char **words, size_t *count)
{
	size_t left = 0;

	for (size_t i = 0; i < *count; i++) {
		size_t length = key_length(words[i]);
		int r;

		if (!length) {
			words[left++] = words[i];
			continue;
		}
		r = set_parameter(invocation, words[i], length);
		if (r != ROCKS_DONE)
			return r;
	}
	*count = left;
	return ROCKS_DONE;
}

/* How many positionals that are not given by name must have a word, or may have one. */
static size_t count_open(const struct invocation *invocation, size_t positionals,
			 bool required)
{
	const struct argument *arguments = invocation->command->arguments;
	size_t count = 0;

	for (size_t i = 0; i < positionals; i++) {
		if (invocation->values[i])
			continue;
		if (arguments[i].flags & ARGUMENT_REQUIRED)
			count += required;
		else if (!(arguments[i].flags & ARGUMENT_MANY))
			count += !required;
	}
	return count;
}

/*
 * Gives words to the positionals from the right; if words are left over, the first optional
 * ones get them.
 */
static void take_positionals(struct invocation *invocation, char **words, size_t *count)
{
	const struct argument *arguments = invocation->command->arguments;
	size_t positionals = list_length(arguments);
	size_t optional = count_open(invocation, positionals, false);
	size_t spare = count_open(invocation, positionals, true);

	spare = *count > spare ? *count - spare : 0;
	for (size_t i = positionals; i-- > 0 && *count;) {
		if (invocation->values[i] || arguments[i].flags & ARGUMENT_MANY)
			continue;
		if (!(arguments[i].flags & ARGUMENT_REQUIRED)) {
			if (optional-- > spare)
				continue;
			spare--;
		}
		invocation->values[i] = words[--*count];
	}
}

static int check_required(const struct invocation *invocation,
			  const struct argument *list, const char *const *values,
			  bool positional)
{
	_cleanup_strbuf_ struct strbuf help = STRBUF_EMPTY;

	for (size_t i = 0; list && list[i].name; i++) {
		if (!(list[i].flags & ARGUMENT_REQUIRED) || values[i])
			continue;
		if (list[i].flags & ARGUMENT_MANY && invocation->many_count)
			continue;
		argument_add_help(&help, &list[i]);
		return usage_error(invocation->command,
				   positional ? "{%s} is missing: %s"
					      : "%s= is missing: %s",
				   list[i].name, strbuf_text(&help));
	}
	return ROCKS_DONE;
}

/* A batch may have words that are too long for a command line. */
static int check_lengths(const struct command *command, char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(words[i]) > (size_t)ARGUMENT_MOST_MIB << 20)
			return usage_error(command,
					   "a word that begins with «%.32s» is longer "
					   "than %d MiB, the limit",
					   words[i], ARGUMENT_MOST_MIB);
	return ROCKS_DONE;
}

int parse_arguments(struct invocation *invocation, char **words, size_t count)
{
	const struct command *command = invocation->command;
	bool many = command->arguments && command->arguments[0].flags & ARGUMENT_MANY;
	int r = check_lengths(command, words, count);

	if (r == ROCKS_DONE && !(command->flags & COMMAND_FREE)) {
		r = take_parameters(invocation, words, &count);
		if (r == ROCKS_DONE)
			take_positionals(invocation, words, &count);
	}
	if (r != ROCKS_DONE)
		return r;
	if (many && invocation->values[0]) {
		if (count)
			return usage_error(command, "%s is given twice: «%s» and «%s»",
					   command->arguments[0].name,
					   invocation->values[0], words[0]);
		words[0] = (char *)invocation->values[0];
		count = 1;
	}
	if (count && !many && invocation->file)
		return usage_error(
			command, "one word too many: «%s», for %s is in the file «%s»",
			words[0], file_argument(command)->name, invocation->file);
	if (count && !many)
		return usage_error(command, "one word too many: «%s»", words[0]);
	invocation->many = words;
	invocation->many_count = count;
	r = check_required(invocation, command->arguments, invocation->values, true);
	if (r != ROCKS_DONE)
		return r;
	r = check_required(invocation, command->parameters,
			   invocation->values + ARGUMENTS_MOST, false);
	return r == ROCKS_DONE ? check_arguments(invocation) : r;
}

bool asks_for_help(const struct command *command, char *const *words, size_t count)
{
	if (strcmp(command->words, "help") == 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], "--help") == 0 ||
		    (i == 0 && strcmp(words[i], "help") == 0))
			return true;
	return false;
}
