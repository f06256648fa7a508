/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how the checks read files below the root. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/files/state.h"

/* As many as the kernel follows (path_resolution(7)). */
#define MOST_LINKS 40

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

/* Replaces a path by the target of its link, as seen below the root. */
static void follow(struct strbuf *path, const char *target)
{
	_cleanup_free_ char *old = strbuf_take(path);
	const char *slash = old ? strrchr(old, '/') : NULL;

	strbuf_reset(path);
	if (target[0] != '/' && slash)
		strbuf_add(path, old, (size_t)(slash - old) + 1);
	strbuf_add_string(path, target);
}

char *check_read_followed(struct root *root, const char *path)
{
	_cleanup_strbuf_ struct strbuf at = STRBUF_EMPTY;
	size_t length;

	strbuf_add_string(&at, path);
	for (size_t i = 0; i < MOST_LINKS && !at.error; i++) {
		_cleanup_free_ char *target = NULL;

		if (root_read_link(root, &target, "%s", strbuf_text(&at)) < 0)
			return check_read(root, &length, "%s", strbuf_text(&at));
		follow(&at, target);
	}
	return NULL;
}

char *check_text(const char *format, ...)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	va_list list;

	va_start(list, format);
	strbuf_add_format_list(&text, format, list);
	va_end(list);
	return strbuf_take(&text);
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
