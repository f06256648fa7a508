/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The format of gpupci's own files: lines of words. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/gpupci/files/record.h"

/* Cuts off the next line; NULL if it has no newline, or has control characters. */
static char *cut_line(struct record *record)
{
	char *line = record->next,
	     *end = memchr(line, '\n', (size_t)(record->end - line));

	record->line++;
	if (!end)
		return NULL;
	for (const char *c = line; c < end; c++)
		if ((unsigned char)*c < ' ')
			return NULL;
	*end = '\0';
	record->next = end + 1;
	return line;
}

static int split(struct record *record, char *line)
{
	record->count = 0;
	for (;;) {
		if (record->count == RECORD_MOST_WORDS || !*line || *line == ' ')
			return -EINVAL;
		record->words[record->count++] = line;
		line = strchr(line, ' ');
		if (!line)
			return 0;
		*line++ = '\0';
	}
}

int record_open(struct record *record, char *text, size_t length, const char *kind,
		unsigned int version)
{
	char *line;

	*record = (struct record){ .next = text, .end = text + length };
	do
		line = cut_line(record);
	while (line && line[0] == '#');
	if (!line || split(record, line) < 0 || record->count != 2 ||
	    strcmp(record->words[0], kind) != 0 ||
	    record_number(record->words[1], &record->version) < 0)
		return -EINVAL;
	return record->version == version ? 0 : -EINVAL;
}

int record_next(struct record *record)
{
	uint64_t number;
	char *line;

	do
		line = cut_line(record);
	while (line && line[0] == '#');
	if (!line || split(record, line) < 0)
		return -EINVAL;
	if (strcmp(record->words[0], "end") != 0) {
		record->lines++;
		return 1;
	}
	if (record->count != 2 || record_number(record->words[1], &number) < 0 ||
	    number != record->lines || record->next != record->end)
		return -EINVAL;
	return 0;
}

const char *record_value(const struct record *record, const char *key)
{
	const char *found = NULL;
	size_t length = strlen(key);

	for (size_t i = 0; i < record->count; i++) {
		const char *word = record->words[i];

		if (strncmp(word, key, length) != 0 || word[length] != '=')
			continue;
		if (found)
			return NULL;
		found = word + length + 1;
	}
	return found;
}

int record_copy(const char *value, char *text, size_t size)
{
	if (!value || !value[0] || strlen(value) >= size)
		return -EINVAL;
	snprintf(text, size, "%s", strcmp(value, "-") == 0 ? "" : value);
	return 0;
}

int record_ids(const char *value, uint16_t *ret_vendor, uint16_t *ret_device)
{
	static const char digits[] = "0123456789abcdef";

	if (!value || strlen(value) != 9 || strspn(value, digits) != 4 ||
	    value[4] != ':' || strspn(value + 5, digits) != 4)
		return -EINVAL;
	*ret_vendor = (uint16_t)strtoul(value, NULL, 16);
	*ret_device = (uint16_t)strtoul(value + 5, NULL, 16);
	return 0;
}

int record_number(const char *value, uint64_t *ret_number)
{
	if (!value || !value[0] || strlen(value) > 19 ||
	    strspn(value, "0123456789") != strlen(value))
		return -EINVAL;
	*ret_number = strtoull(value, NULL, 10);
	return 0;
}

void record_begin(struct strbuf *text, const char *kind, unsigned int version)
{
	strbuf_add_format(text, "%s %u\n", kind, version);
}

void record_end(struct strbuf *text, size_t lines)
{
	strbuf_add_format(text, "end %zu\n", lines);
}

const char *record_word(const char *text)
{
	return text[0] ? text : "-";
}
