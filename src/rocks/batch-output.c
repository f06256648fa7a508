/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of a batch print, held back until all of them have succeeded. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "src/rocks/batch-output.h"

static int forget(const struct batch_output *output)
{
	if (ftruncate(STDOUT_FILENO, output->kept) < 0 ||
	    lseek(STDOUT_FILENO, output->kept, SEEK_SET) < 0)
		return -errno;
	return 0;
}

int batch_output_open(struct batch_output *ret_output)
{
	_cleanup_fclose_ FILE *file = tmpfile();

	*ret_output = (struct batch_output){ -1, 0 };
	if (!file || fflush(stdout) == EOF)
		return -errno;
	ret_output->standard = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (ret_output->standard < 0 || dup2(fileno(file), STDOUT_FILENO) < 0)
		return -errno;
	return 0;
}

int batch_output_keep(struct batch_output *output)
{
	if (fflush(stdout) == EOF)
		return -errno;
	output->kept = lseek(STDOUT_FILENO, 0, SEEK_CUR);
	return output->kept < 0 ? -errno : 0;
}

int batch_output_forget(struct batch_output *output)
{
	if (fflush(stdout) == EOF)
		return -errno;
	return forget(output);
}

static int write_all(int fd, const char *bytes, ssize_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, (size_t)length);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			bytes += written;
			length -= written;
		}
	}
	return 0;
}

int batch_output_write(struct batch_output *output)
{
	char bytes[65536];
	ssize_t length;
	int r = lseek(STDOUT_FILENO, 0, SEEK_SET) < 0 ? -errno : 0;

	while (r == 0 && (length = read(STDOUT_FILENO, bytes, sizeof(bytes))) != 0)
		r = length < 0 ? -errno : write_all(output->standard, bytes, length);
	return r;
}

void batch_output_close(struct batch_output *output)
{
	if (output->standard < 0)
		return;
	fflush(stdout);
	dup2(output->standard, STDOUT_FILENO);
	close(output->standard);
	output->standard = -1;
}
