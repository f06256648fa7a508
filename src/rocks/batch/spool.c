/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unnamed files for what a batch keeps while it runs. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/rocks/batch/spool.h"

int spool_open(void)
{
	char path[] = "/tmp/rocks-batch-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}
