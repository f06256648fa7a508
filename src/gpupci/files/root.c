/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files below a root: the running system, or a folder that looks like one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/file.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/files/root.h"

/* An attribute is a page at most (Documentation/filesystems/sysfs.rst in the kernel). */
#define ATTRIBUTE_SIZE 4096

/* Of a file that is read line by line, below a folder that anybody may have made. */
#define MOST_BYTES (16 << 20)

static void set_path(struct root *root, const char *format, va_list list)
{
	strbuf_reset(&root->path);
	strbuf_add_string(&root->path, root->folder);
	strbuf_add_format_list(&root->path, format, list);
}

/* Sets root->path from the variable arguments of the enclosing function. */
#define SET_PATH(root, format)                \
	do {                                  \
		va_list list;                 \
                                              \
		va_start(list, format);       \
		set_path(root, format, list); \
		va_end(list);                 \
	} while (0)

int root_set_path(struct root *root, const char *format, ...)
{
	SET_PATH(root, format);
	return root->path.error;
}

/* The path for a system call. */
static const char *here(const struct root *root)
{
	return root_entered(strbuf_text(&root->path));
}

/*
 * Opens the file at root->path for reading. Below a folder only a regular one of a bounded
 * size: a FIFO would keep us waiting, and a device may have no end.
 */
static int open_here(const struct root *root)
{
	struct stat status;
	int fd;

	if (!root->folder[0]) {
		fd = open(here(root), O_RDONLY | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	fd = file_open_regular(AT_FDCWD, here(root), 0);
	if (fd < 0 || (fstat(fd, &status) == 0 && status.st_size <= MOST_BYTES))
		return fd;
	close(fd);
	return -EFBIG;
}

/* Reads at most size bytes of the file at root->path; returns their number or -errno. */
static ssize_t read_bytes(const struct root *root, void *bytes, size_t size)
{
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	ssize_t got;

	if (root->path.error)
		return root->path.error;
	fd = open_here(root);
	if (fd < 0)
		return fd;
	do {
		got = read(fd, (char *)bytes + length, size - length);
		if (got < 0)
			return -errno;
		length += (size_t)got;
		/* sysfs returns at most a page at a time; a short read is the end. */
	} while (got > 0 && got % ATTRIBUTE_SIZE == 0 && length < size);
	return (ssize_t)length;
}

/* Reads the whole file at root->path. */
static int read_text(const struct root *root, char **ret_text)
{
	char bytes[ATTRIBUTE_SIZE];
	ssize_t length = read_bytes(root, bytes, sizeof(bytes));
	char *text;

	if (length < 0)
		return (int)length;
	if (length == sizeof(bytes))
		return -EFBIG;
	bytes[length] = '\0';
	text = strdup(bytes);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}

int root_here_line(struct root *root, char **ret_line)
{
	int error = read_text(root, ret_line);

	if (error == 0)
		(*ret_line)[strcspn(*ret_line, "\n")] = '\0';
	return error;
}

int root_read_line(struct root *root, char **ret_line, const char *format, ...)
{
	SET_PATH(root, format);
	return root_here_line(root, ret_line);
}

int root_read_text(struct root *root, char **ret_text, const char *format, ...)
{
	SET_PATH(root, format);
	return read_text(root, ret_text);
}

int root_here_hex(struct root *root, uint32_t most, uint32_t *ret_value)
{
	_cleanup_free_ char *text = NULL;
	unsigned long value;
	size_t digits;
	int error;

	error = root_here_line(root, &text);
	if (error < 0)
		return error;
	if (strncmp(text, "0x", 2) != 0)
		return -EINVAL;
	digits = strspn(text + 2, "0123456789abcdefABCDEF");
	if (!digits || digits > 8 || text[2 + digits])
		return -EINVAL;
	value = strtoul(text + 2, NULL, 16);
	if (value > most)
		return -EINVAL;
	*ret_value = (uint32_t)value;
	return 0;
}

int root_here_bytes(struct root *root, void *bytes, size_t size, size_t *ret_length)
{
	ssize_t length = read_bytes(root, bytes, size);

	if (length < 0)
		return (int)length;
	*ret_length = (size_t)length;
	return 0;
}

int root_here_file(struct root *root, size_t most, char **ret_bytes, size_t *ret_length)
{
	_cleanup_strbuf_ struct strbuf content = STRBUF_EMPTY;
	_cleanup_close_ int fd = -1;
	int error;

	if (root->path.error)
		return root->path.error;
	fd = file_open_regular(AT_FDCWD, here(root), 0);
	error = fd < 0 ? fd : file_read_all(fd, most, &content);
	if (error < 0)
		return error;
	*ret_length = content.length;
	*ret_bytes = strbuf_take(&content);
	return *ret_bytes ? 0 : -ENOMEM;
}

int root_here_mode(struct root *root, mode_t *ret_mode)
{
	struct stat status;

	if (root->path.error)
		return root->path.error;
	if (lstat(here(root), &status) < 0)
		return -errno;
	*ret_mode = status.st_mode;
	return 0;
}

int root_here_link(struct root *root, char **ret_target)
{
	char bytes[PATH_MAX];
	ssize_t length;
	char *target;

	if (root->path.error)
		return root->path.error;
	length = readlink(here(root), bytes, sizeof(bytes));
	if (length < 0)
		return -errno;
	if (length == sizeof(bytes))
		return -ENAMETOOLONG;
	target = strndup(bytes, (size_t)length);
	if (!target)
		return -ENOMEM;
	*ret_target = target;
	return 0;
}

int root_here_link_name(struct root *root, char **ret_name)
{
	_cleanup_free_ char *target = NULL;
	const char *slash;
	char *name;
	int error;

	error = root_here_link(root, &target);
	if (error < 0)
		return error;
	slash = strrchr(target, '/');
	name = strdup(slash ? slash + 1 : target);
	if (!name)
		return -ENOMEM;
	*ret_name = name;
	return 0;
}

int root_read_link(struct root *root, char **ret_target, const char *format, ...)
{
	SET_PATH(root, format);
	return root_here_link(root, ret_target);
}

int root_read_link_name(struct root *root, char **ret_name, const char *format, ...)
{
	SET_PATH(root, format);
	return root_here_link_name(root, ret_name);
}

bool root_exists(struct root *root, const char *format, ...)
{
	SET_PATH(root, format);
	return !root->path.error && access(here(root), F_OK) == 0;
}

int root_open_file(struct root *root, FILE **ret_file, const char *format, ...)
{
	int fd;

	SET_PATH(root, format);
	if (root->path.error)
		return root->path.error;
	fd = open_here(root);
	*ret_file = fd < 0 ? NULL : fdopen(fd, "r");
	if (fd >= 0 && !*ret_file)
		close(fd);
	return *ret_file ? 0 : fd < 0 ? fd : -ENOMEM;
}

int root_open_folder(struct root *root, DIR **ret_folder, const char *format, ...)
{
	SET_PATH(root, format);
	if (root->path.error)
		return root->path.error;
	*ret_folder = opendir(here(root));
	return *ret_folder ? 0 : -errno;
}

const struct dirent *root_next_entry(DIR *folder)
{
	const struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(folder);
	} while (entry &&
		 (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int root_list_folder(struct root *root, struct dirent ***ret_entries, const char *format,
		     ...)
{
	int count;

	SET_PATH(root, format);
	if (root->path.error)
		return root->path.error;
	count = scandir(here(root), ret_entries, NULL, by_name);
	return count < 0 ? -errno : count;
}

int root_match(struct root *root, const char *pattern, glob_t *ret_found)
{
	*ret_found = (glob_t){ 0 };
	strbuf_reset(&root->path);
	for (const char *c = root_entered(root->folder); *c; c++) {
		if (strchr("*?[]\\", *c))
			strbuf_add_char(&root->path, '\\');
		strbuf_add_char(&root->path, *c);
	}
	strbuf_add_string(&root->path, pattern);
	if (root->path.error)
		return root->path.error;
	return glob(strbuf_text(&root->path), 0, NULL, ret_found) == GLOB_NOSPACE
		       ? -ENOMEM
		       : 0;
}

/* lstat() takes no lock: a missing file needs no child. */
static int prepare_locked(struct root *root)
{
	if (root->path.error)
		return root->path.error;
	root->deadline.milliseconds = 1000 * root->timeout;
	return faccessat(AT_FDCWD, here(root), R_OK, AT_EACCESS) < 0 ? -errno : 0;
}

int root_here_locked(struct root *root, void *bytes, size_t size, size_t *ret_length)
{
	int error = prepare_locked(root);

	return error < 0 ? error
			 : deadline_read_bytes(&root->deadline, here(root), bytes, size,
					       ret_length);
}

int root_read_locked_line(struct root *root, char **ret_line, const char *format, ...)
{
	int error;

	SET_PATH(root, format);
	error = prepare_locked(root);
	return error < 0 ? error : deadline_read(&root->deadline, here(root), ret_line);
}

int root_read_within(struct root *root, unsigned int milliseconds, void *bytes,
		     size_t size, size_t *ret_length, const char *format, ...)
{
	SET_PATH(root, format);
	if (root->path.error)
		return root->path.error;
	root->deadline.milliseconds = milliseconds;
	return deadline_read_bytes(&root->deadline, here(root), bytes, size, ret_length);
}

void root_release(struct root *root)
{
	deadline_release(&root->deadline);
	strbuf_release(&root->path);
}
