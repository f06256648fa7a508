/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a dump: commands that can be run again. */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "src/cli/commands.h"
#include "src/cli/dump-line.h"

#define DUMP_PROGRAM "/opt/rocks/bin/rocks "

void dump_start(struct strbuf *line, const char *words)
{
	strbuf_add_format(line, "%s%s", DUMP_PROGRAM, words);
}

/* Whether the word would turn the words of the line into those of another command. */
static bool continues_words(const struct strbuf *line, const char *word)
{
	const char *words = strbuf_text(line) + strlen(DUMP_PROGRAM);
	size_t length = strlen(words), more = strlen(word);

	for (size_t i = 0; i < commands_count; i++) {
		const char *other = commands[i]->words;

		if (strncasecmp(other, words, length) == 0 && other[length] == ' ' &&
		    strncasecmp(other + length + 1, word, more) == 0 &&
		    (!other[length + 1 + more] || other[length + 1 + more] == ' '))
			return true;
	}
	return false;
}

/* Whether a bare word would be read as a parameter, an option or a request for help. */
static bool is_ambiguous(const char *word)
{
	size_t key = 0;

	while (isalnum((unsigned char)word[key]) ||
	       (word[key] && strchr("_+-", word[key])))
		key++;
	return (key && word[key] == '=') || strcmp(word, "help") == 0 || word[0] == '-';
}

void dump_positional(struct strbuf *line, const char *name, const char *value)
{
	if (!value)
		return;
	if (is_ambiguous(value) || continues_words(line, value)) {
		dump_parameter(line, name, value);
		return;
	}
	strbuf_add_char(line, ' ');
	text_quote_shell(line, value);
}

void dump_parameter(struct strbuf *line, const char *name, const char *value)
{
	strbuf_add_format(line, " %s=", name);
	text_quote_shell(line, value);
}

void dump_integer(struct strbuf *line, const char *name, int64_t value)
{
	strbuf_add_format(line, " %s=%" PRId64, name, value);
}

int dump_end(struct strbuf *line)
{
	if (line->error)
		return line->error;
	puts(strbuf_text(line));
	strbuf_reset(line);
	return 0;
}
