/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others say, before a terminal shows it. */
#include <stdint.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "lib/visible.h"

#define ESCAPE_WIDTH 4 /* of \x1b */

/* Unicode 15: Bidi_Control, Default_Ignorable_Code_Point, Zl and Zp; the last of the C1. */
static const struct {
	uint32_t first, last;
} HIDDEN[] = {
	{ 0x80, 0x9f },	    { 0xad, 0xad },	{ 0x34f, 0x34f },   { 0x61c, 0x61c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t code)
{
	for (size_t i = 0; i < ARRAY_SIZE(HIDDEN) && code >= HIDDEN[i].first; i++)
		if (code <= HIDDEN[i].last)
			return true;
	return false;
}

size_t visible_length(const char *text, size_t size)
{
	size_t length = text_utf8_length(text, size);

	if (length == 1)
		return *text >= 0x20 && *text < 0x7f;
	return length && is_hidden(text_code_point(text, length)) ? 0 : length;
}

/* Eight bytes at a time: no high bit, none below a blank, none that is DEL. */
static bool is_ascii_word(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t no_del = word ^ (ones * 0x7f);

	return !((word | (word - ones * 0x20) | (no_del - ones)) & high);
}

size_t visible_ascii(const char *text, size_t size)
{
	size_t i = 0;
	uint64_t word;

	for (; size - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (!is_ascii_word(word))
			break;
	}
	while (i < size && text[i] >= 0x20 && text[i] < 0x7f)
		i++;
	return i;
}

size_t visible_width(const char *text, size_t size, bool *ret_changes)
{
	size_t i = visible_ascii(text, size), width = i, step;

	*ret_changes = false;
	for (; i < size; i += step ? step : 1) {
		step = visible_length(text + i, size - i);
		width += step ? 1 : ESCAPE_WIDTH;
		*ret_changes |= !step;
	}
	return width;
}

void visible_write(FILE *file, const char *text, size_t size)
{
	for (size_t i = 0, step; i < size; i += step) {
		step = visible_ascii(text + i, size - i);
		if (!step)
			step = visible_length(text + i, size - i);
		if (step)
			fwrite_unlocked(text + i, 1, step, file);
		else
			fprintf(file, "\\x%02x", (unsigned char)text[i]);
		step = step ? step : 1;
	}
}

void visible_add(struct strbuf *buffer, const char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0, step; i < size; i += step) {
		step = visible_ascii(text + i, size - i);
		if (!step)
			step = visible_length(text + i, size - i);
		if (step)
			strbuf_add(buffer, text + i, step);
		else
			strbuf_add_format(buffer, "\\x%02x", (unsigned char)text[i]);
		step = step ? step : 1;
	}
}
