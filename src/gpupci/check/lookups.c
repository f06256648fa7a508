/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how the checks read files below the root. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/files/state.h"

char *check_read(struct root *root, size_t *ret_length, const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	char *text = NULL;
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(&path, format, list);
	va_end(list);
	if (path.error || state_read(root, strbuf_text(&path), &text, ret_length) < 0)
		return NULL;
	return text;
}

char *check_read_line(struct root *root, const char *path)
{
	char *line = NULL;

	return root_read_line(root, &line, "%s", path) < 0 ? NULL : line;
}

char *check_release_name(struct root *root)
{
	char *release = check_read_line(root, "/proc/sys/kernel/osrelease");

	return release ? release : strdup("");
}

bool check_is_module(const char *a, size_t length, const char *b)
{
	for (size_t i = 0; i < length; i++)
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return !b[length] || b[length] == ' ' || b[length] == '\n' || b[length] == ',';
}
