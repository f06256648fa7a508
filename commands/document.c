/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file that the user names, whole. */
#include <errno.h>
#include <string.h>

#include "commands/command.h"
#include "commands/document.h"

#define MOST_BYTES ((size_t)64 << 20)

static int read_all(FILE *file, const char *path, struct strbuf *text)
{
	char block[65536];
	size_t length;

	while ((length = fread(block, 1, sizeof(block), file)) > 0) {
		strbuf_add(text, block, length);
		if (text->length > MOST_BYTES)
			return error("%s: it is larger than 64 MiB", path);
	}
	if (ferror(file))
		return error("%s: %s", path, strerror(errno));
	return text->error ? memory_error() : ROCKS_DONE;
}

int read_document(const char *path, char **ret_text)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_fclose_ FILE *file = NULL;
	int r;

	if (strcmp(path, "-") == 0) {
		r = read_all(stdin, "standard input", &text);
	} else {
		file = fopen(path, "re");
		if (!file)
			return error("%s: %s", path, strerror(errno));
		r = read_all(file, path, &text);
	}
	if (r != ROCKS_DONE)
		return r;
	if (text.length && memchr(text.bytes, '\0', text.length))
		return error("%s: it is no text", path);
	*ret_text = strbuf_take(&text);
	return *ret_text ? ROCKS_DONE : memory_error();
}
