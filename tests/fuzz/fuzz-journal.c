/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the files that detach and attach keep: what is taken is written the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/bind/journal.h"
#include "src/gpupci/keep/detached-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *copy(const void *bytes, size_t length)
{
	char *text = malloc(length + 1);

	if (!text)
		abort();
	memcpy(text, bytes, length);
	text[length] = '\0';
	return text;
}

static int journal(char *text, size_t length, struct strbuf *again)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	int error = journal_parse(&journal, text, length);

	if (error == 0)
		journal_format(&journal, again);
	return error;
}

static int detached(char *text, size_t length, struct strbuf *again)
{
	_cleanup_detached_ struct detached detached = DETACHED_EMPTY;
	int error = detached_parse(&detached, text, length);

	if (error == 0)
		detached_format(&detached, again);
	return error;
}

static void both_ways(int (*parse)(char *text, size_t length, struct strbuf *again),
		      const uint8_t *data, size_t size)
{
	_cleanup_strbuf_ struct strbuf first = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf second = STRBUF_EMPTY;
	_cleanup_free_ char *text = copy(data, size), *written = NULL;

	if (parse(text, size, &first) < 0)
		return;
	written = copy(strbuf_text(&first), first.length);
	if (parse(written, first.length, &second) < 0 ||
	    strcmp(strbuf_text(&first), strbuf_text(&second)) != 0)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	both_ways(journal, data, size);
	both_ways(detached, data, size);
	return 0;
}
