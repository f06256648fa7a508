/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds back what the commands of a batch print until all of them have succeeded. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "lib/file.h"
#include "src/rocks/batch/output.h"
#include "src/rocks/batch/spool.h"

static int forget(const struct batch_output *output)
{
	if (ftruncate(STDOUT_FILENO, output->kept) < 0 ||
	    lseek(STDOUT_FILENO, output->kept, SEEK_SET) < 0)
		return -errno;
	return 0;
}

int batch_output_open(struct batch_output *ret_output)
{
	_cleanup_close_ int file = spool_open();

	*ret_output = (struct batch_output){ -1, 0 };
	if (file < 0)
		return file;
	if (fflush(stdout) == EOF)
		return -errno;
	ret_output->standard = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (ret_output->standard < 0 || dup2(file, STDOUT_FILENO) < 0)
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

int batch_output_write(struct batch_output *output)
{
	char bytes[65536];
	ssize_t length;
	int r = lseek(STDOUT_FILENO, 0, SEEK_SET) < 0 ? -errno : 0;

	while (r == 0 && (length = file_read(STDOUT_FILENO, bytes, sizeof(bytes))) != 0)
		r = length < 0 ? (int)length
			       : file_write_all(output->standard, bytes, (size_t)length);
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
