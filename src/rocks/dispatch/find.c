/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the words on the command line to the command they name. */
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "src/cli/commands.h"
#include "src/rocks/dispatch/find.h"

size_t match_words(const char *words, char *const *argv, size_t count)
{
	size_t used = 0;

	while (*words) {
		const char *argument;

		if (used == count)
			return 0;
		/* Words quoted as one end the command: "add host" gpu adds a host. */
		if (used && strchr(argv[used - 1], ' '))
			return 0;
		for (argument = argv[used++]; *argument;) {
			size_t length;

			/* Most words differ here already, by more than the case of a letter. */
			if ((*argument ^ *words) & ~0x20)
				return 0;
			length = strcspn(words, " ");
			if (strcspn(argument, " ") != length ||
			    strncasecmp(argument, words, length) != 0)
				return 0;
			argument += length + (argument[length] == ' ');
			words += length + (words[length] == ' ');
			if (*argument && !*words)
				return 0;
		}
		if (argument == argv[used - 1])
			return 0;
	}
	return used;
}

size_t count_words(const char *words)
{
	size_t count = 1;

	for (; *words; words++)
		count += *words == ' ';
	return count;
}

static bool is_program(const char *word)
{
	size_t length = strlen(word);

	return strcmp(word, "rocks") == 0 ||
	       (length > 6 && strcmp(word + length - 6, "/rocks") == 0);
}

void skip_program(char ***argv, size_t *count)
{
	if (*count && is_program((*argv)[0])) {
		(*argv)++;
		(*count)--;
	}
}

struct found find_command(char *const *argv, size_t count)
{
	struct found found = { 0 };

	for (size_t i = 0; i < commands_count; i++) {
		size_t used = match_words(commands[i]->words, argv, count);
		size_t words = used ? count_words(commands[i]->words) : 0;

		if (words > found.words)
			found = (struct found){ commands[i], used, words };
	}
	return found;
}

/* The first words up to a parameter, in lower case, with single blanks. Freed. */
static char *join(char *const *argv, size_t count)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	for (size_t i = 0; i < count && i < 5 && (i == 0 || !strchr(argv[i], '=')); i++)
		strbuf_add_format(&text, "%s%s", i ? " " : "", argv[i]);
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] >= 'A' && text.bytes[i] <= 'Z')
			text.bytes[i] = (char)(text.bytes[i] - 'A' + 'a');
	return strbuf_take(&text);
}

/* Compares with as many words of the text as the command has: arguments follow. */
static size_t distance(const char *text, const char *words)
{
	_cleanup_free_ char *copy = strdup(text);
	size_t keep = count_words(words);
	char *cut = copy;

	if (!copy)
		return SIZE_MAX;
	while (keep && cut) {
		cut = strchr(cut, ' ');
		if (cut && --keep)
			cut++;
	}
	if (cut)
		*cut = '\0';
	return text_distance(copy, words);
}

static bool same_verb(const char *text, const char *words)
{
	size_t length = strcspn(text, " ");

	return strcspn(words, " ") == length && strncmp(text, words, length) == 0;
}

/* Whether the first word is a verb of ours, and so not a mistyped other one. */
static bool is_verb(const char *text)
{
	for (size_t i = 0; i < commands_count; i++)
		if (strchr(commands[i]->words, ' ') &&
		    same_verb(text, commands[i]->words))
			return true;
	return false;
}

/* Whether two letters side by side have changed places, or one is wrong, missing or added. */
static bool is_slip(const char *typed, const char *meant)
{
	size_t same = 0;

	while (typed[same] && typed[same] == meant[same])
		same++;
	return text_distance(typed, meant) <= 1 ||
	       (typed[same] && meant[same] && typed[same] == meant[same + 1] &&
		typed[same + 1] == meant[same] &&
		strcmp(typed + same + 2, meant + same + 2) == 0);
}

/*
 * Whether a command takes something away and the verb that was typed is more than a slip away
 * from its own: restore host vm must not lead to remove host vm.
 */
static bool is_risky(const char *text, const char *words)
{
	static const char *const verbs[] = { "remove", "stop" };
	_cleanup_free_ char *typed = strndup(text, strcspn(text, " "));

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (same_verb(verbs[i], words))
			return !typed || !is_slip(typed, verbs[i]);
	return false;
}

static const struct command *find_alike(const char *text)
{
	const struct command *best = NULL;
	size_t least = SIZE_MAX;
	bool verb = is_verb(text);

	for (size_t i = 0; i < commands_count; i++) {
		size_t far = distance(text, commands[i]->words);
		bool close = far * 3 <= strlen(commands[i]->words) &&
			     (verb ? same_verb(text, commands[i]->words)
				   : !is_risky(text, commands[i]->words));

		/* Of two that are equally close, the longer one says more. */
		if (close &&
		    (far < least || (best && far == least &&
				     strlen(commands[i]->words) > strlen(best->words)))) {
			least = far;
			best = commands[i];
		}
	}
	return best;
}

int explain_unknown(char *const *argv, size_t count)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	_cleanup_free_ char *text = join(argv, count);
	const struct command *alike;

	if (!text)
		return memory_error();
	if (*text)
		help_add_list(&list, text);
	if (list.length && errors_are_caught()) {
		error("«%s» is the beginning of several commands; `rocks %s` lists them",
		      text, text);
		return ROCKS_USAGE;
	}
	if (list.length) {
		error("«%s» is the beginning of several commands:", text);
		fputs(strbuf_text(&list), stderr);
		return ROCKS_USAGE;
	}
	alike = find_alike(text);
	if (alike)
		error("there is no command «%s»; did you mean `rocks %s`?", text,
		      alike->words);
	else
		error("there is no command «%s»; `rocks` lists all", text);
	return ROCKS_USAGE;
}
