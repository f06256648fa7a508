/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on what file= takes: the bytes unchanged, or refused if there is a NUL. */
#include <stdint.h>
#include <string.h>

#include "src/cli/command.h"
#include "src/cli/file-value.h"
#include "tests/fuzz/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_sentence(void *data, const char *sentence)
{
	size_t *sentences = data;

	*sentences += *sentence != '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32];
	_cleanup_close_ int fd = memory_file(data, size, path);
	_cleanup_free_ char *text = NULL;
	size_t sentences = 0;
	int r;

	catch_errors(count_sentence, &sentences);
	r = read_document(path, 1, "value", &text);
	if (size > 1 << 20 || memchr(data, '\0', size)) {
		if (r != ROCKS_FAILED || sentences != 1 || text)
			__builtin_trap();
		return 0;
	}
	if (r != ROCKS_DONE || sentences || strlen(text) != size ||
	    memcmp(text, data, size) != 0)
		__builtin_trap();
	return 0;
}
