/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks --complete: from what was typed to what may follow. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "src/cli/commands.h"
#include "src/cli/help-text.h"
#include "src/rocks/complete/complete.h"
#include "src/rocks/complete/line.h"
#include "src/rocks/dispatch/arguments.h"
#include "src/rocks/dispatch/find.h"
#include "src/rocks/dispatch/site.h"

struct completion {
	struct complete_line line;
	char **words; /* after rocks and its options */
	size_t count;
	size_t skip; /* bytes of the word at the cursor that the shell keeps */
	const char *database;
	bool batch;		       /* --batch was typed: no command follows */
	const struct command *command; /* that the words name, or NULL */
	size_t used;		       /* how many words that took */
	struct strbuf before;	       /* the key= before a value */
	struct strbuf last;	       /* what was offered last */
	bool files;
};

static const char *current_of(const struct completion *completion)
{
	return strbuf_text(&completion->line.current);
}

/* Prints a word, quoted for the shell, without the part that the shell keeps. */
static void print_word(struct completion *completion, const char *word)
{
	_cleanup_strbuf_ struct strbuf quoted = STRBUF_EMPTY;
	size_t skip = strlen(word) < completion->skip ? 0 : completion->skip;

	text_quote_shell(&quoted, word + skip);
	/* In open quotes, a character that needs quotes of its own cannot be written. */
	if (completion->line.quote && strcmp(strbuf_text(&quoted), word + skip) != 0)
		return;
	if (!quoted.error && strcmp(strbuf_text(&completion->last), word) != 0)
		puts(strbuf_text(&quoted));
	strbuf_reset(&completion->last);
	strbuf_add_string(&completion->last, word);
}

/* Offers a name or word if it continues what was typed. */
static void offer(void *data, const char *value)
{
	struct completion *completion = data;
	_cleanup_strbuf_ struct strbuf word = STRBUF_EMPTY;
	const char *current = current_of(completion);

	strbuf_add_format(&word, "%s%s", strbuf_text(&completion->before), value);
	if (!word.error && strncmp(strbuf_text(&word), current, strlen(current)) == 0)
		print_word(completion, strbuf_text(&word));
}

static void offer_list(struct completion *completion, const char *list)
{
	while (*list) {
		size_t length = strcspn(list, " ");
		_cleanup_free_ char *word = strndup(list, length);

		if (word)
			offer(completion, word);
		list += length + (list[length] == ' ');
	}
}

/* Offers a command's next word if its first ones were typed. */
static void offer_next_word(void *data, const char *words)
{
	struct completion *completion = data;
	const char *current = current_of(completion);
	_cleanup_free_ char *next = NULL;

	for (size_t i = 0; i < completion->count; i++) {
		size_t length = strcspn(words, " ");

		if (strlen(completion->words[i]) != length || !words[length] ||
		    strncasecmp(completion->words[i], words, length) != 0)
			return;
		words += length + 1;
	}
	next = strndup(words, strcspn(words, " "));
	if (next && strncasecmp(next, current, strlen(current)) == 0)
		print_word(completion, next);
}

static void offer_words(struct completion *completion)
{
	for (size_t i = 0; i < commands_count; i++)
		offer_next_word(completion, commands[i]->words);
	each_site_command(offer_next_word, completion);
}

/* The value that was typed for that name, or NULL. */
static const char *named_value(const struct completion *completion, const char *name)
{
	for (size_t i = completion->used; i < completion->count; i++) {
		const char *word = completion->words[i];
		size_t length = key_length(word);

		if (length && strncmp(word, name, length) == 0 && !name[length])
			return word + length + 1;
	}
	return NULL;
}

/* The first argument, by name or by place: the host whose cards or interfaces are meant. */
static const char *owner_of(const struct completion *completion)
{
	const struct argument *arguments = completion->command->arguments;
	const char *owner = arguments ? named_value(completion, arguments->name) : NULL;

	for (size_t i = completion->used; !owner && i < completion->count; i++)
		if (!key_length(completion->words[i]))
			owner = completion->words[i];
	return owner;
}

static void offer_inventory(struct completion *completion, enum complete_kind kind)
{
	_cleanup_(cleanup_db) struct db *db = NULL;
	const char *prefix = current_of(completion) + completion->before.length;

	if (db_new(&db) == 0 && db_open(db, completion->database, true, DB_GLANCE) == 0 &&
	    db_begin_reading(db) == 0)
		db_complete(db, kind, owner_of(completion), prefix, offer, completion);
}

static void offer_values(struct completion *completion, const struct argument *argument)
{
	if (argument->type == TYPE_BOOLEAN)
		offer_list(completion, "no yes");
	else if (argument->words)
		offer_list(completion, argument->words);
	else if (argument->completes == COMPLETE_PATH)
		completion->files = true;
	else if (argument->completes != COMPLETE_NOTHING)
		offer_inventory(completion, argument->completes);
}

/* Offers a parameter that was not typed yet. */
static void offer_parameter(void *data, const struct argument *argument)
{
	_cleanup_strbuf_ struct strbuf word = STRBUF_EMPTY;

	strbuf_add_format(&word, "%s=", argument->name);
	if (!named_value(data, argument->name))
		offer(data, strbuf_text(&word));
}

/* Offers the values of the argument or parameter whose key is before the cursor. */
static void offer_values_of_key(void *data, const struct argument *argument)
{
	struct completion *completion = data;
	const char *key = strbuf_text(&completion->before);
	size_t length = strlen(argument->name);

	if (strncmp(key, argument->name, length) == 0 && strcmp(key + length, "=") == 0)
		offer_values(completion, argument);
}

/*
 * Offers values of the arguments that the next word may be: the one whose turn it is, or, if
 * the first takes many words, each that these could leave.
 */
static void offer_positionals(struct completion *completion)
{
	const struct argument *argument = completion->command->arguments;
	bool many = argument && argument->flags & ARGUMENT_MANY &&
		    !named_value(completion, argument->name);
	size_t words = 0, open = 0;

	for (size_t i = completion->used; i < completion->count; i++)
		words += !key_length(completion->words[i]);
	for (; argument && argument->name; argument++) {
		if (named_value(completion, argument->name))
			continue;
		if (many ? open <= words : open == words)
			offer_values(completion, argument);
		open++;
	}
}

static void offer_arguments(struct completion *completion)
{
	const struct argument *argument = completion->command->arguments;
	size_t length = key_length(current_of(completion));

	if (completion->command->flags & COMMAND_FREE)
		return;
	if (!length) {
		offer_positionals(completion);
		help_each_parameter(completion->command, offer_parameter, completion);
		return;
	}
	strbuf_add(&completion->before, current_of(completion), length + 1);
	for (; argument && argument->name; argument++)
		offer_values_of_key(completion, argument);
	help_each_parameter(completion->command, offer_values_of_key, completion);
}

/* Steps over the program; false if that is still being typed. */
static bool skip_front(struct completion *completion)
{
	const char *environment = getenv("ROCKS_DB");

	completion->database =
		environment && *environment ? environment : DB_DEFAULT_PATH;
	if (!completion->line.count)
		return false;
	completion->words = completion->line.words + 1;
	completion->count = completion->line.count - 1;
	return true;
}

/* Steps over the options; false if the word at the cursor is one, or belongs to one. */
static bool skip_options(struct completion *completion)
{
	while (completion->count && **completion->words == '-') {
		const char *word = *completion->words++;
		bool database = strcmp(word, "--db") == 0;

		completion->count--;
		if (strncmp(word, "--db=", 5) == 0)
			completion->database = word + 5;
		completion->batch |= strncmp(word, "--batch", 7) == 0;
		if (!database && strcmp(word, "--batch") != 0)
			continue;
		completion->files = !completion->count;
		if (completion->files)
			return false;
		completion->count--;
		word = *completion->words++;
		completion->database = database ? word : completion->database;
	}
	if (completion->count || *current_of(completion) != '-')
		return true;
	completion->files = strchr(current_of(completion), '=') != NULL;
	offer_list(completion, "--batch --db --help --version");
	return false;
}

/* The path with ~/ at its front expanded as by the shell; the caller frees it. */
static char *expand_home(const char *path)
{
	const char *home = getenv("HOME");
	char *whole = NULL;

	if (strncmp(path, "~/", 2) != 0 || !home)
		return strdup(path);
	return asprintf(&whole, "%s%s", home, path + 1) < 0 ? NULL : whole;
}

static void offer_all(struct completion *completion)
{
	_cleanup_free_ char *database = NULL;
	struct found found;

	if (!skip_front(completion) || !skip_options(completion))
		return;
	if (completion->batch) {
		offer_list(completion, "check=yes conflicts=skip");
		return;
	}
	database = expand_home(completion->database);
	completion->database = database ? database : completion->database;
	found = find_command(completion->words, completion->count);
	if (found.command && strcmp(found.command->words, "help") == 0) {
		completion->words++;
		completion->count--;
		found.command = NULL;
	}
	offer_words(completion);
	completion->command = found.command;
	completion->used = found.used;
	if (found.command)
		offer_arguments(completion);
}

/* How many bytes of the word at the cursor come before what the shell replaces. */
static size_t count_kept(const struct complete_line *line, const char *replaced)
{
	_cleanup_complete_line_ struct complete_line kept = { 0 };
	size_t whole = strlen(line->raw), length = strlen(replaced);
	_cleanup_free_ char *head = NULL;

	if (length > whole || strcmp(line->raw + whole - length, replaced) != 0)
		return 0;
	head = strndup(line->raw, whole - length);
	if (!head || complete_line_read(&kept, head) < 0)
		return 0;
	return kept.current.length;
}

static void release(struct completion *completion)
{
	complete_line_release(&completion->line);
	strbuf_release(&completion->before);
	strbuf_release(&completion->last);
}

int complete(char *const *argv, size_t count)
{
	_cleanup_(release) struct completion completion = { 0 };

	if (!count || complete_line_read(&completion.line, argv[0]) < 0)
		return ROCKS_DONE;
	if (completion.line.redirected)
		return COMPLETE_FILES;
	if (count > 1)
		completion.skip = count_kept(&completion.line, argv[1]);
	offer_all(&completion);
	fflush(stdout);
	return completion.files ? COMPLETE_FILES : ROCKS_DONE;
}
