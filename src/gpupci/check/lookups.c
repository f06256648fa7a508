/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what the checks look up in files below the root. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/files/root.h"
#include "src/gpupci/files/state.h"

char *check_read(const char *root, const char *path, size_t *ret_length)
{
	const struct root below = ROOT_EMPTY(root);
	char *text = NULL;

	return state_read(&below, path, &text, ret_length) < 0 ? NULL : text;
}

bool check_exists(const char *root, const char *path)
{
	_cleanup_strbuf_ struct strbuf whole = STRBUF_EMPTY;

	strbuf_add_format(&whole, "%s%s", root, path);
	return !whole.error && access(strbuf_text(&whole), F_OK) == 0;
}

char *check_read_line(const char *root, const char *path)
{
	struct root below = ROOT_EMPTY(root);
	char *line = NULL;

	if (root_read_line(&below, &line, "%s", path) < 0)
		line = NULL;
	root_release(&below);
	return line;
}

char *check_release_name(const char *root)
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
