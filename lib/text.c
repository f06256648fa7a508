/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions on words: numbers, booleans, UTF-8, natural order, likeness, shell quoting. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"

int text_parse_integer(const char *text, int64_t least, int64_t most, int64_t *ret_value)
{
	const char *start = *text == '-' ? text + 1 : text;
	long long value;
	char *end;

	if (!isdigit((unsigned char)*start))
		return -EINVAL;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*end)
		return -EINVAL;
	if (errno || value < least || value > most)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

int text_parse_boolean(const char *text, bool *ret_value)
{
	static const char *const words[] = { "off",   "on",   "no", "yes", "n",	  "y",
					     "false", "true", "0",  "1",   "none" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*ret_value = i % 2;
			return 0;
		}
	}
	return -EINVAL;
}

bool text_is_true(const char *text)
{
	bool value;

	return text_parse_boolean(text, &value) == 0 && value;
}

bool text_is_none(const char *text)
{
	return !*text || strcasecmp(text, "none") == 0 || strcasecmp(text, "null") == 0;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t text_utf8_length(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;
	unsigned char least = 0x80, most = 0xbf;
	size_t length;

	if (!size)
		return 0;
	if (bytes[0] < 0x80)
		return 1;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	if (length > size)
		return 0;
	if (bytes[0] == 0xe0)
		least = 0xa0;
	else if (bytes[0] == 0xed)
		most = 0x9f;
	else if (bytes[0] == 0xf0)
		least = 0x90;
	else if (bytes[0] == 0xf4)
		most = 0x8f;
	if (bytes[1] < least || bytes[1] > most)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (bytes[i] < 0x80 || bytes[i] > 0xbf)
			return 0;
	return length;
}

uint32_t text_code_point(const char *text, size_t length)
{
	uint32_t code = (unsigned char)*text & (length > 1 ? 0x7fU >> length : 0x7fU);

	for (size_t i = 1; i < length; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3fU);
	return code;
}

static bool begins_control(const char *text)
{
	unsigned char c = (unsigned char)*text;

	return c < 0x20 || c == 0x7f || (c == 0xc2 && (unsigned char)text[1] < 0xa0);
}

bool text_is_clean(const char *text)
{
	size_t size = strlen(text), step;

	for (; size; text += step, size -= step) {
		step = text_utf8_length(text, size);
		if (!step || begins_control(text))
			return false;
	}
	return true;
}

bool text_is_host_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
				      "YZ0123456789_.-";

	return *text && *text != '-' && *text != '.' &&
	       strspn(text, letters) == strlen(text);
}

bool text_is_device_word(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX"
				      "YZ0123456789._:/+-";

	return *text && strspn(text, letters) == strlen(text);
}

size_t text_width(const char *text, size_t length)
{
	size_t width = 0, i = 0;

	while (i < length) {
		size_t step = 1;

		if ((unsigned char)text[i] >= 0x80)
			step = text_utf8_length(text + i, length - i);
		i += step ? step : 1;
		width++;
	}
	return width;
}

static size_t digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* Compares the runs of digits at *a and *b as numbers and steps over them. */
static int compare_numbers(const char **a, const char **b)
{
	size_t long_a, long_b;
	int order;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	long_a = digits(*a);
	long_b = digits(*b);
	if (long_a != long_b)
		return long_a < long_b ? -1 : 1;
	order = strncmp(*a, *b, long_a);
	*a += long_a;
	*b += long_b;
	return order;
}

int text_compare_natural(const char *a, const char *b)
{
	const char *whole_a = a, *whole_b = b;

	while (*a && *b) {
		if (digits(a) && digits(b)) {
			int order = compare_numbers(&a, &b);

			if (order)
				return order;
			continue;
		}
		if (*a != *b)
			break;
		a++;
		b++;
	}
	if (*a != *b)
		return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
	return strcmp(whole_a, whole_b);
}

static size_t smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

size_t text_distance(const char *a, const char *b)
{
	size_t row[64], long_a = strlen(a), long_b = strlen(b);

	if (long_a >= ARRAY_SIZE(row) || long_b >= ARRAY_SIZE(row))
		return long_a > long_b ? long_a : long_b;
	for (size_t j = 0; j <= long_b; j++)
		row[j] = j;
	for (size_t i = 1; i <= long_a; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= long_b; j++) {
			size_t change = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			row[j] = smallest(row[j] + 1, row[j - 1] + 1, change);
		}
	}
	return row[long_b];
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

void text_quote_shell(struct strbuf *buffer, const char *word)
{
	if (!*word)
		strbuf_add_string(buffer, "''");
	while (*word) {
		unsigned char c = (unsigned char)*word;
		const char *start = word;

		if (is_control(c)) {
			while (*word && is_control((unsigned char)*word))
				word++;
			strbuf_add_char(buffer, '\'');
			strbuf_add(buffer, start, (size_t)(word - start));
			strbuf_add_char(buffer, '\'');
			continue;
		}
		if (c < 0x80 && !isalnum(c) && !strchr("@%^-_=+:,./", c))
			strbuf_add_char(buffer, '\\');
		strbuf_add_char(buffer, *word++);
	}
}

/* Appends one line of at most room columns and returns the rest of the text. */
static const char *wrap_line(struct strbuf *buffer, const char *text, size_t room)
{
	const char *newline = strchrnul(text, '\n');
	size_t length = (size_t)(newline - text), cut = 0;

	if (text_width(text, length) <= room) {
		strbuf_add(buffer, text, length);
		return *newline ? newline + 1 : newline;
	}
	for (size_t i = 0; i < length; i++)
		if (text[i] == ' ' && (!cut || text_width(text, i) <= room))
			cut = i;
	if (!cut)
		cut = length;
	strbuf_add(buffer, text, cut);
	text += cut;
	return text + strspn(text, " ");
}

void text_wrap(struct strbuf *buffer, const char *text, size_t indent, size_t width)
{
	do {
		if (*text && *text != '\n')
			strbuf_add_format(buffer, "%*s", (int)indent, "");
		text = wrap_line(buffer, text, width > indent ? width - indent : 1);
		strbuf_add_char(buffer, '\n');
	} while (*text);
}

static bool lists_word(const char *list, const char *word, size_t length,
		       int (*compare)(const char *a, const char *b, size_t length))
{
	for (const char *at = list; at && *(at += strspn(at, " "));
	     at += strcspn(at, " "))
		if (strcspn(at, " ") == length && compare(at, word, length) == 0)
			return true;
	return false;
}

bool text_lists_word(const char *list, const char *word, size_t length)
{
	return lists_word(list, word, length, strncmp);
}

bool text_lists_word_in_any_case(const char *list, const char *word)
{
	return lists_word(list, word, strlen(word), strncasecmp);
}
