/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/visible: what a terminal gets of what others say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "lib/visible.h"

/* Of a text with 16 bytes before and after it: words of 8 bytes are looked at. */
static void assert_shown(const char *text, size_t size, const char *expected)
{
	static const char around[] = "abcdefgh 0123456";
	_cleanup_strbuf_ struct strbuf whole = STRBUF_EMPTY, wanted = STRBUF_EMPTY,
				       added = STRBUF_EMPTY;
	_cleanup_free_ char *written = NULL;
	size_t length;
	FILE *file = open_memstream(&written, &length);
	bool changes;

	strbuf_add_string(&whole, around);
	strbuf_add(&whole, text, size);
	strbuf_add_string(&whole, around);
	strbuf_add_format(&wanted, "%s%s%s", around, expected, around);
	assert_non_null(file);
	visible_write(file, whole.bytes, whole.length);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(written, strbuf_text(&wanted));
	assert_int_equal(visible_width(whole.bytes, whole.length, &changes),
			 text_width(written, length));
	assert_int_equal(changes, strcmp(strbuf_text(&whole), written) != 0);
	if (!memchr(text, '\0', size)) {
		visible_add(&added, strbuf_text(&whole));
		assert_string_equal(strbuf_text(&added), written);
	}
}

static void test_bytes(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char byte = (char)c, escape[8];

		snprintf(escape, sizeof(escape), c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x",
			 c);
		assert_shown(&byte, 1, escape);
		assert_int_equal(visible_ascii(&byte, 1), c >= 0x20 && c < 0x7f);
	}
}

static size_t encode(uint32_t code, char bytes[4])
{
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	for (size_t i = length - 1; i; i--, code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(length == 1 ? code : (0xf00 >> length & 0xff) | code);
	return length;
}

static bool shows(uint32_t code)
{
	char bytes[4];
	size_t length = encode(code, bytes);

	assert_int_equal(text_utf8_length(bytes, length), length);
	assert_int_equal(text_code_point(bytes, length), code);
	return visible_length(bytes, length) == length;
}

/* The ranges of Unicode's PropList.txt and UnicodeData.txt that a liar could use. */
static void test_characters(void **state)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x80, 0x9f },	    /* C1 */
		{ 0xad, 0xad },	    /* soft hyphen */
		{ 0x61c, 0x61c },   /* Arabic letter mark */
		{ 0x200b, 0x200f }, /* zero width, directional marks */
		{ 0x2028, 0x2029 }, /* line and paragraph separators */
		{ 0x202a, 0x202e }, /* embeddings and overrides */
		{ 0x2066, 0x2069 }, /* isolates */
		{ 0x2060, 0x2064 }, /* word joiner, invisible operators */
		{ 0xfeff, 0xfeff }, /* zero width no-break space */
		{ 0xe0001, 0xe0001 }, { 0xe0020, 0xe007f }, /* tags */
	};
	static const uint32_t shown[] = { 0xa0,	  0xac,	   0xe9,   0x200a, 0x2010,
					  0x2027, 0x202f,  0x205f, 0x2070, 0x4e2d,
					  0xfffd, 0x1f600, 0xe1000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		for (uint32_t code = hidden[i].first; code <= hidden[i].last; code++)
			assert_false(shows(code));
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		assert_true(shows(shown[i]));
}

static void test_texts(void **state)
{
	(void)state;
	assert_shown("\x1b]0;x\x07", 6, "\\x1b]0;x\\x07");
	assert_shown("\xc2\x9b"
		     "2J",
		     4, "\\xc2\\x9b2J");
	assert_shown("\x9b"
		     "2J",
		     3, "\\x9b2J");
	assert_shown("a\xe2\x80\xae"
		     "b",
		     5, "a\\xe2\\x80\\xaeb");
	assert_shown("caf\xc3\xa9 \xe4\xb8\xad", 9, "caf\xc3\xa9 \xe4\xb8\xad");
	assert_shown("cut \xe2\x80", 6, "cut \\xe2\\x80");
	assert_shown("\xc0\xaf\xed\xa0\x80", 5, "\\xc0\\xaf\\xed\\xa0\\x80");
	assert_shown("a\r\n\tb", 5, "a\\x0d\\x0a\\x09b");
	assert_shown("a\0b", 3, "a\\x00b");
	assert_int_equal(visible_length("", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_texts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("visible", tests, NULL, NULL);
}
