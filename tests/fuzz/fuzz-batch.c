/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the batch parser: any text, whole and cut anywhere, gives the same words. */
#include <stdint.h>
#include <string.h>

#include "src/rocks/batch/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const struct batch_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		size_t end = words->starts[i] + strlen(words->list[i]);

		if (words->list[i] != words->text.bytes + words->starts[i] ||
		    end >= words->text.length ||
		    (words->fault == NULL && i + 1 < words->count &&
		     end + 1 != words->starts[i + 1]))
			__builtin_trap();
	}
}

/* What is read of the first bytes is what is read of all, or that more is needed. */
static void check_cut(const char *text, size_t cut, size_t size, ssize_t used,
		      const struct batch_words *whole)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	ssize_t part = batch_parse(text, cut, false, &words);

	if (part == 0 && used <= (ssize_t)cut && (size_t)used < size &&
	    text[used - 1] == '\n')
		__builtin_trap();
	if (part &&
	    (part != used || words.count != whole->count || words.lines != whole->lines ||
	     words.fault != whole->fault || words.text.length != whole->text.length ||
	     (words.text.length &&
	      memcmp(words.text.bytes, whole->text.bytes, words.text.length) != 0)))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_batch_words_ struct batch_words words = { 0 };
	const char *text = (const char *)data;

	while (size) {
		ssize_t used = batch_parse(text, size, true, &words);

		if (used <= 0 || (size_t)used > size)
			__builtin_trap();
		check_words(&words);
		check_cut(text, (size_t)used / 2, size, used, &words);
		check_cut(text, (size_t)used, size, used, &words);
		text += used;
		size -= (size_t)used;
	}
	return 0;
}
