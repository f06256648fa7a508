/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a file that the user names with file=, whole. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "src/cli/command.h"
#include "src/cli/file-value.h"

#define BLOCK_BYTES 65536

static int fail_opening(const char *path, const char *of)
{
	const char *why = strerror(errno);

	if (!of)
		return error("file=%s: %s; name a file that you may read", path, why);
	return error("file=%s: %s; name a file that you may read (a %s that begins so is "
		     "written %s=file=…)",
		     path, why, of, of);
}

/* A FIFO, a terminal and files like /proc/kmsg would keep us waiting. */
static int open_regular(const char *path, const char *of, int *ret_fd)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return fail_opening(path, of);
	if (S_ISDIR(st.st_mode))
		return error("file=%s: it is a folder; name a file", path);
	if (!S_ISREG(st.st_mode))
		return error("file=%s: it is no regular file; give file=- and redirect "
			     "standard input from it",
			     path);
	*ret_fd = fd;
	fd = -1;
	return ROCKS_DONE;
}

static int read_all(int fd, const char *path, size_t most_mib, struct strbuf *text)
{
	char block[BLOCK_BYTES];
	ssize_t length;

	while ((length = read(fd, block, sizeof(block))) != 0) {
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return error("file=%s: it cannot be read: %s", path,
				     strerror(errno));
		strbuf_add(text, block, (size_t)length);
		if (text->length > most_mib << 20)
			return error("file=%s: it is larger than %zu MiB, the most "
				     "that is taken; make it smaller",
				     path, most_mib);
	}
	return text->error ? memory_error() : ROCKS_DONE;
}

int read_document(const char *path, size_t most_mib, const char *of, char **ret_text)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_close_ int file = -1;
	bool standard = strcmp(path, "-") == 0;
	const char *nul;
	int r = standard ? ROCKS_DONE : open_regular(path, of, &file);

	if (r == ROCKS_DONE)
		r = read_all(standard ? STDIN_FILENO : file, path, most_mib, &text);
	if (r != ROCKS_DONE)
		return r;
	nul = text.length ? memchr(text.bytes, '\0', text.length) : NULL;
	if (nul)
		return error("file=%s: it is no text, byte %zu is a NUL; encode it, with "
			     "base64 for instance",
			     path, (size_t)(nul - text.bytes) + 1);
	*ret_text = strbuf_take(&text);
	return *ret_text ? ROCKS_DONE : memory_error();
}
