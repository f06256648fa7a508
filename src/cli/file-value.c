/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the whole of a file that the user names with file=. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "lib/file.h"
#include "src/cli/command.h"
#include "src/cli/file-value.h"

static int fail_opening(const char *path, const char *of, int why)
{
	if (why == -EISDIR)
		return error("file=%s: it is a folder; name a file", path);
	if (why == -EINVAL)
		return error(
			"file=%s: it is not a regular file; give file=- and redirect "
			"standard input from it",
			path);
	if (!of)
		return error("file=%s: %s; name a file that you may read", path,
			     strerror(-why));
	return error("file=%s: %s; name a file that you may read (write a %s that begins "
		     "like this as %s=file=…)",
		     path, strerror(-why), of, of);
}

static int read_all(int fd, const char *path, size_t most_mib, struct strbuf *text)
{
	int r = file_read_all(fd, most_mib << 20, text);

	if (r == -EFBIG)
		return error("file=%s: it is larger than %zu MiB, the limit; "
			     "make it smaller",
			     path, most_mib);
	if (text->error)
		return memory_error();
	return r < 0 ? error("file=%s: it cannot be read: %s", path, strerror(-r))
		     : ROCKS_DONE;
}

int read_document(const char *path, size_t most_mib, const char *of, char **ret_text)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_close_ int file = -1;
	bool standard = strcmp(path, "-") == 0;
	const char *nul;
	int r;

	if (!standard) {
		file = file_open_regular(AT_FDCWD, path, 0);
		if (file < 0)
			return fail_opening(path, of, file);
	}
	r = read_all(standard ? STDIN_FILENO : file, path, most_mib, &text);
	if (r != ROCKS_DONE)
		return r;
	nul = text.length ? memchr(text.bytes, '\0', text.length) : NULL;
	if (nul)
		return error("file=%s: it is not text: byte %zu is a NUL; encode it, for "
			     "instance with base64",
			     path, (size_t)(nul - text.bytes) + 1);
	*ret_text = strbuf_take(&text);
	return *ret_text ? ROCKS_DONE : memory_error();
}
