/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on the names file: what is understood is written again as it was read. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "src/gpupci/cards/names-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct names names = NAMES_EMPTY, again = NAMES_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf first = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf second = STRBUF_EMPTY;
	int error = names_parse(&names, (const char *)data, size, &fault);

	if ((error < 0) != (fault.length > 0))
		__builtin_trap();
	if (error == 0) {
		names_format(&names, &first);
		if (names_parse(&again, first.bytes, first.length, &fault) < 0)
			__builtin_trap();
		names_format(&again, &second);
		if (strcmp(strbuf_text(&first), strbuf_text(&second)) != 0 ||
		    names.count != again.count)
			__builtin_trap();
	}
	names_release(&names);
	names_release(&again);
	return 0;
}
