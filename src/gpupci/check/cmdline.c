/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the words of a kernel command line. */
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"

static const char blanks[] = " \t\n\v\f\r";

/* Returns where the word ends: blanks in quotes belong to it. */
static size_t word_length(const char *word)
{
	bool quoted = false;
	size_t i;

	for (i = 0; word[i] && (quoted || !strchr(blanks, word[i])); i++)
		if (word[i] == '"')
			quoted = !quoted;
	return i;
}

static void drop_last_quote(char *text)
{
	size_t length = strlen(text);

	if (length && text[length - 1] == '"')
		text[length - 1] = '\0';
}

bool cmdline_next(char **line, char **ret_name, char **ret_value)
{
	char *word = *line + strspn(*line, blanks);
	size_t length = word_length(word);
	bool more = word[length];

	*line = word + length + more;
	word[length] = '\0';
	if (!length || strcmp(word, "--") == 0)
		return false;
	if (word[0] == '"') {
		word++;
		drop_last_quote(word);
	}
	*ret_name = word;
	*ret_value = strchr(word, '=');
	if (!*ret_value)
		return true;
	*(*ret_value)++ = '\0';
	if (**ret_value == '"') {
		(*ret_value)++;
		drop_last_quote(*ret_value);
	}
	return true;
}

bool cmdline_is_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

char *cmdline_value(const char *line, const char *name)
{
	_cleanup_free_ char *copy = line ? strdup(line) : NULL;
	char *rest = copy, *word, *value, *last = NULL;

	while (rest && cmdline_next(&rest, &word, &value))
		if (value && cmdline_is_name(word, name))
			last = value;
	return last ? strdup(last) : NULL;
}

char *cmdline_option(const char *line, const char *name, const char *option)
{
	_cleanup_free_ char *copy = line ? strdup(line) : NULL;
	char *rest = copy, *word, *list, *last = NULL;
	size_t length = strlen(option);

	while (rest && cmdline_next(&rest, &word, &list)) {
		char *next = NULL;

		if (!list || !cmdline_is_name(word, name))
			continue;
		for (char *at = strtok_r(list, ",", &next); at;
		     at = strtok_r(NULL, ",", &next))
			if (strncmp(at, option, length) == 0 &&
			    (!at[length] || at[length] == '='))
				last = at + length + (at[length] == '=');
	}
	return last ? strdup(last) : NULL;
}

bool cmdline_has(const char *line, const char *name, const char *value)
{
	_cleanup_free_ char *copy = line ? strdup(line) : NULL;
	char *rest = copy, *word, *found;

	while (rest && cmdline_next(&rest, &word, &found))
		if (found && cmdline_is_name(word, name) && strcmp(found, value) == 0)
			return true;
	return false;
}
