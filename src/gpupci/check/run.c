/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: runs another program with a deadline. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/process.h"
#include "lib/strbuf.h"
#include "src/gpupci/check/run.h"

/* The files of a large initramfs are a few thousand lines. */
#define MOST_BYTES (16U << 20)

/* Reads until the program has closed both; stderr only so that it does not block. */
static int read_all(struct process *process, int64_t end, struct strbuf *text)
{
	while (process->out >= 0 || process->err >= 0) {
		struct pollfd files[] = { { process->out, POLLIN, 0 },
					  { process->err, POLLIN, 0 } };
		int64_t left = end - clock_milliseconds();
		int error = 0;

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(files, ARRAY_SIZE(files), (int)left) < 0 && errno != EINTR)
			return -errno;
		if (process->out >= 0 && files[0].revents)
			error = process_take(&process->out, MOST_BYTES, text);
		if (error == 0 && process->err >= 0 && files[1].revents)
			error = process_take(&process->err, 0, NULL);
		if (error < 0)
			return error;
	}
	return 0;
}

char *check_run(const char *const argv[], unsigned int seconds, int *ret_status)
{
	_cleanup_process_ struct process process = PROCESS_NONE;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_call_ struct call call = { .words = NULL };
	int64_t end = clock_milliseconds() + 1000 * (int64_t)seconds;
	int error;

	for (size_t i = 0; argv[i]; i++)
		call_add(&call, argv[i]);
	error = call.error ? call.error : process_start(&call, -1, &process);
	strbuf_add(&text, "", 0);
	if (error == 0)
		error = read_all(&process, end, &text);
	if (error == 0)
		error = process_wait(&process, 1000, ret_status);
	if (error < 0)
		*ret_status = error;
	return error < 0 || *ret_status ? NULL : strbuf_take(&text);
}
