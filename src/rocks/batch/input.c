/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a batch, one after another, from a file or standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "src/cli/command.h"
#include "src/rocks/batch/input.h"
#include "src/rocks/batch/spool.h"

#define FIRST_SIZE ((size_t)1 << 18)

/* Copies all that comes from fd to an unnamed file: its descriptor, or -errno. */
static int spool(int fd)
{
	_cleanup_free_ char *bytes = malloc(FIRST_SIZE);
	_cleanup_close_ int copy = bytes ? spool_open() : -ENOMEM;
	ssize_t length;
	int r = 0;

	if (copy < 0)
		return copy;
	while (r == 0 && (length = file_read(fd, bytes, FIRST_SIZE)) != 0)
		r = length < 0 ? (int)length
			       : file_write_all(copy, bytes, (size_t)length);
	if (r < 0 || lseek(copy, 0, SEEK_SET) < 0)
		return r < 0 ? r : -errno;
	r = copy;
	copy = -1;
	return r;
}

/* Whether the file is standard input, as /dev/stdin is. */
static bool is_standard(const struct stat *file)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 && st.st_dev == file->st_dev &&
	       st.st_ino == file->st_ino;
}

int batch_input_open(const char *file, struct batch_input *ret_input)
{
	bool standard = strcmp(file, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*ret_input = (struct batch_input){ .name = file, .fd = fd, .next_line = 1 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return error("%s: it cannot be opened: %s", file, strerror(errno));
	ret_input->standard = standard || is_standard(&st);
	if (S_ISREG(st.st_mode)) {
		ret_input->first = lseek(fd, 0, SEEK_CUR);
		return ROCKS_DONE;
	}
	ret_input->fd = spool(fd);
	if (!standard)
		close(fd);
	if (ret_input->fd < 0)
		return error("%s: it cannot be read: %s", file, strerror(-ret_input->fd));
	return ROCKS_DONE;
}

int batch_input_rewind(struct batch_input *input)
{
	if (lseek(input->fd, input->first, SEEK_SET) < 0)
		return -errno;
	input->start = input->length = 0;
	input->end = false;
	input->next_line = 1;
	return 0;
}

void batch_input_close(struct batch_input *input)
{
	if (input->fd > STDERR_FILENO)
		close(input->fd);
	free(input->bytes);
	*input = (struct batch_input){ .fd = -1 };
}

/* Reads more after what is there: 0, also at the end, or -errno. */
static int fill(struct batch_input *input)
{
	ssize_t length;

	if (input->start) {
		memmove(input->bytes, input->bytes + input->start, input->length);
		input->start = 0;
	}
	/* A long line is parsed again from its start, so the room doubles each time. */
	if (input->length > input->size / 2 || !input->size) {
		size_t size = input->size ? input->size * 2 : FIRST_SIZE;
		char *bytes = realloc(input->bytes, size);

		if (!bytes)
			return -ENOMEM;
		input->bytes = bytes;
		input->size = size;
	}
	while (input->length < input->size) {
		length = file_read(input->fd, input->bytes + input->length,
				   input->size - input->length);
		if (length <= 0) {
			input->end = true;
			return (int)length;
		}
		input->length += (size_t)length;
	}
	return 0;
}

int batch_input_next(struct batch_input *input, struct batch_words *words,
		     struct batch_line *ret_line)
{
	for (;;) {
		ssize_t used = 0;
		int r;

		if (input->length)
			used = batch_parse(input->bytes + input->start, input->length,
					   input->end, words);
		if (used < 0)
			return (int)used;
		if (used == 0) {
			if (input->end)
				return 0;
			r = fill(input);
			if (r < 0)
				return r;
			continue;
		}
		*ret_line = (struct batch_line){ .text = input->bytes + input->start,
						 .length = (size_t)used,
						 .number = input->next_line };
		input->start += (size_t)used;
		input->length -= (size_t)used;
		input->next_line += words->lines;
		if (words->count || words->fault)
			return 1;
	}
}
