/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the text of a batch to the words of a line, as a shell reads them. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "src/rocks/batch/parse.h"

struct parser {
	const char *bytes;
	size_t length, at;
	bool last, in_word;
	struct batch_words *words;
};

enum step { GO_ON, END_OF_LINE, NEED_MORE };

/* Bytes that are not simply part of a word. */
static const unsigned char special[256] = {
	['\0'] = 1, ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, ['"'] = 1,
	['#'] = 1,  ['&'] = 1,	['\''] = 1, ['('] = 1,	[')'] = 1, [';'] = 1,
	['<'] = 1,  ['>'] = 1,	['\\'] = 1, ['`'] = 1,	['|'] = 1,
};

static void fault(struct parser *parser, const char *sentence)
{
	if (!parser->words->fault)
		parser->words->fault = sentence;
}

static void add(struct parser *parser, const char *bytes, size_t length)
{
	strbuf_add(&parser->words->text, bytes, length);
}

static int make_room(struct batch_words *words)
{
	size_t room = words->room ? words->room * 2 : 16;
	size_t *starts = reallocarray(words->starts, room, sizeof(*starts));
	char **list;

	if (!starts)
		return -ENOMEM;
	words->starts = starts;
	list = reallocarray(words->list, room, sizeof(*list));
	if (!list)
		return -ENOMEM;
	words->list = list;
	words->room = room;
	return 0;
}

static void begin_word(struct parser *parser)
{
	struct batch_words *words = parser->words;

	if (parser->in_word)
		return;
	/* One more for the NULL that ends the list. */
	if (words->count + 1 >= words->room && make_room(words) < 0) {
		words->text.error = -ENOMEM;
		return;
	}
	words->starts[words->count++] = words->text.length;
	parser->in_word = true;
}

static void end_word(struct parser *parser)
{
	if (parser->in_word)
		add(parser, "", 1);
	parser->in_word = false;
}

/* The text ends where a line cannot end. */
static enum step run_out(struct parser *parser, const char *sentence)
{
	if (!parser->last)
		return NEED_MORE;
	parser->at = parser->length;
	fault(parser, sentence);
	return END_OF_LINE;
}

static void count_lines(struct parser *parser, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	while ((bytes = memchr(bytes, '\n', (size_t)(end - bytes)))) {
		parser->words->lines++;
		bytes++;
	}
}

static void check_text(struct parser *parser, const char *bytes, size_t length)
{
	if (memchr(bytes, '\0', length))
		fault(parser, "a word must not contain a NUL byte");
}

static enum step single_quoted(struct parser *parser)
{
	const char *text = parser->bytes + parser->at + 1;
	size_t left = parser->length - parser->at - 1;
	const char *end = memchr(text, '\'', left);

	if (!end)
		return run_out(parser, "the quote ' that begins here never ends");
	begin_word(parser);
	add(parser, text, (size_t)(end - text));
	count_lines(parser, text, (size_t)(end - text));
	check_text(parser, text, (size_t)(end - text));
	parser->at = (size_t)(end - parser->bytes) + 1;
	return GO_ON;
}

/* Whether a backslash before it in double quotes quotes it. */
static bool escapes(char c)
{
	return c == '"' || c == '\\' || c == '$' || c == '`' || c == '\n';
}

static enum step double_quoted(struct parser *parser)
{
	const char *end = parser->bytes + parser->length;
	const char *c = parser->bytes + parser->at + 1, *start = c;

	begin_word(parser);
	while (c < end && *c != '"') {
		if (*c != '\\' || (c + 1 < end && !escapes(c[1]))) {
			c++;
			continue;
		}
		if (c + 1 == end)
			break;
		add(parser, start, (size_t)(c - start));
		start = c[1] == '\n' ? c + 2 : c + 1;
		c += 2;
	}
	if (c >= end || *c != '"')
		return run_out(parser, "the quote \" that begins here never ends");
	add(parser, start, (size_t)(c - start));
	start = parser->bytes + parser->at + 1;
	count_lines(parser, start, (size_t)(c - start));
	check_text(parser, start, (size_t)(c - start));
	parser->at = (size_t)(c - parser->bytes) + 1;
	return GO_ON;
}

static enum step backslash(struct parser *parser)
{
	char c;

	if (parser->at + 1 == parser->length)
		return run_out(parser, "nothing follows the backslash at its end");
	c = parser->bytes[parser->at + 1];
	parser->at += 2;
	if (c == '\n') {
		parser->words->lines++;
		return GO_ON;
	}
	begin_word(parser);
	add(parser, &c, 1);
	check_text(parser, &c, 1);
	return GO_ON;
}

static enum step comment(struct parser *parser)
{
	const char *text = parser->bytes + parser->at;
	const char *end = memchr(text, '\n', parser->length - parser->at);

	if (!end && !parser->last)
		return NEED_MORE;
	parser->at = end ? (size_t)(end - parser->bytes) : parser->length;
	return GO_ON;
}

/* A byte that means something to a shell, or nothing at all, but not to a batch. */
static enum step odd(struct parser *parser, char c)
{
	static const char *const sentences[] = {
		"& is not quoted", "( is not quoted", ") is not quoted",
		"; is not quoted", "< is not quoted", "> is not quoted",
		"` is not quoted", "| is not quoted",
	};

	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++)
		if (sentences[i][0] == c)
			fault(parser, sentences[i]);
	if (!c)
		fault(parser, "a word must not contain a NUL byte");
	begin_word(parser);
	add(parser, &c, 1);
	parser->at++;
	return GO_ON;
}

static enum step carriage_return(struct parser *parser)
{
	if (parser->at + 1 == parser->length && !parser->last)
		return NEED_MORE;
	if (parser->at + 1 == parser->length || parser->bytes[parser->at + 1] != '\n')
		return odd(parser, '\r');
	parser->at++;
	return GO_ON;
}

static enum step take_special(struct parser *parser)
{
	char c = parser->bytes[parser->at];

	switch (c) {
	case '\n':
		parser->at++;
		parser->words->lines++;
		return END_OF_LINE;
	case ' ':
	case '\t':
		end_word(parser);
		parser->at++;
		return GO_ON;
	case '\r':
		return carriage_return(parser);
	case '\'':
		return single_quoted(parser);
	case '"':
		return double_quoted(parser);
	case '\\':
		return backslash(parser);
	case '#':
		return parser->in_word ? odd(parser, c) : comment(parser);
	default:
		return odd(parser, c);
	}
}

static enum step take(struct parser *parser)
{
	size_t start = parser->at;

	while (parser->at < parser->length &&
	       !special[(unsigned char)parser->bytes[parser->at]])
		parser->at++;
	if (parser->at > start) {
		begin_word(parser);
		add(parser, parser->bytes + start, parser->at - start);
	}
	if (parser->at < parser->length)
		return take_special(parser);
	return parser->last ? END_OF_LINE : NEED_MORE;
}

ssize_t batch_parse(const char *bytes, size_t length, bool last,
		    struct batch_words *words)
{
	struct parser parser = {
		.bytes = bytes, .length = length, .last = last, .words = words
	};
	enum step step = GO_ON;

	strbuf_reset(&words->text);
	words->count = words->lines = 0;
	words->fault = NULL;
	while (step == GO_ON && !words->text.error)
		step = take(&parser);
	end_word(&parser);
	if (words->text.error)
		return -ENOMEM;
	if (step == NEED_MORE)
		return 0;
	for (size_t i = 0; i < words->count; i++)
		words->list[i] = words->text.bytes + words->starts[i];
	if (words->list)
		words->list[words->count] = NULL;
	return (ssize_t)parser.at;
}

void batch_words_release(struct batch_words *words)
{
	strbuf_release(&words->text);
	free(words->starts);
	free(words->list);
	*words = (struct batch_words){ 0 };
}
