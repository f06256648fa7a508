/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a shell up to its cursor, taken apart as bash reads it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/rocks/complete/line.h"

static void forget_words(struct complete_line *line)
{
	for (size_t i = 0; i < line->count; i++)
		free(line->words[i]);
	line->count = 0;
}

void complete_line_release(struct complete_line *line)
{
	forget_words(line);
	free(line->words);
	strbuf_release(&line->current);
	*line = (struct complete_line){ 0 };
}

static int keep_word(struct complete_line *line)
{
	char **words = line->words;

	if (line->count == line->room) {
		line->room = line->room ? line->room * 2 : 16;
		words = reallocarray(words, line->room, sizeof(*words));
		if (!words)
			return -ENOMEM;
		line->words = words;
	}
	words[line->count] = strdup(strbuf_text(&line->current));
	if (!words[line->count])
		return -ENOMEM;
	line->count++;
	return 0;
}

/* The word is complete; another may begin at next. */
static int end_word(struct complete_line *line, const char *next)
{
	bool begun = next - 1 > line->raw;
	int r = begun && !line->redirected ? keep_word(line) : 0;

	line->redirected = line->redirected && !begun;
	strbuf_reset(&line->current);
	line->raw = next;
	return r;
}

/* < and > with a number before and other characters after them: 2>, >>, >&, &>. */
static int take_redirection(struct complete_line *line, const char **text)
{
	const char *word = strbuf_text(&line->current);
	int r;

	if (word[strspn(word, "0123456789")] == '\0') {
		strbuf_reset(&line->current);
		line->raw = *text;
	}
	*text += strspn(*text, "<>&|");
	r = line->current.length ? keep_word(line) : 0;
	strbuf_reset(&line->current);
	line->raw = *text;
	line->redirected = true;
	return r;
}

/* A character after a backslash, which in double quotes counts before some only. */
static void take_escaped(struct complete_line *line, const char **text)
{
	char next = (*text)[1];

	if (line->quote && next && !strchr("$`\"\\\n", next))
		strbuf_add_char(&line->current, '\\');
	if (next && next != '\n')
		strbuf_add_char(&line->current, next);
	*text += next ? 2 : 1;
}

static int take_plain(struct complete_line *line, const char **text)
{
	char c = **text;

	if (c == '<' || c == '>' || (c == '&' && (*text)[1] == '>'))
		return take_redirection(line, text);
	++*text;
	if (strchr(" \t\n", c))
		return end_word(line, *text);
	if (strchr(";|&", c)) {
		forget_words(line);
		strbuf_reset(&line->current);
		line->raw = *text;
		line->redirected = false;
	} else if (c == '\'' || c == '"') {
		line->quote = c;
	} else {
		strbuf_add_char(&line->current, c);
	}
	return 0;
}

int complete_line_read(struct complete_line *line, const char *text)
{
	int r = 0;

	*line = (struct complete_line){ .raw = text };
	while (r == 0 && *text) {
		if (*text == '\\' && line->quote != '\'') {
			take_escaped(line, &text);
		} else if (line->quote && *text == line->quote) {
			line->quote = '\0';
			text++;
		} else if (line->quote) {
			strbuf_add_char(&line->current, *text++);
		} else {
			r = take_plain(line, &text);
		}
	}
	return r < 0 ? r : line->current.error;
}
