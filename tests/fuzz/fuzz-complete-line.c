/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on what is typed before Tab: any line is taken apart, and nothing is made up. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/rocks/complete/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_complete_line_ struct complete_line line = { 0 };
	char *text = malloc(size + 1);
	size_t bytes = 0;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (complete_line_read(&line, text) < 0)
		__builtin_trap();
	if (line.raw < text || line.raw > text + strlen(text) ||
	    line.current.length > strlen(line.raw) ||
	    (line.quote && line.quote != '\'' && line.quote != '"'))
		__builtin_trap();
	for (size_t i = 0; i < line.count; i++)
		bytes += strlen(line.words[i]) + 1;
	if (bytes + line.current.length > strlen(text))
		__builtin_trap();
	free(text);
	return 0;
}
