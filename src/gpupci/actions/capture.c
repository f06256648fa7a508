/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --capture: packs a host into an archive, for bug reports and tests. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/capture/gather.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"

static int fail_write(const char *path, int error)
{
	fprintf(stderr, "gpupci: cannot write %s: %s; %s\n",
		text_is_clean(path) ? path : "it", strerror(error),
		error == EEXIST ? "remove it or name another file"
				: "nothing was captured");
	return EXIT_FAILED;
}

/* Creates the file, which must not exist: it may belong to somebody, or be a link. */
static FILE *create(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

/* Writes everything; returns the error of the stream as -errno, too. */
static int write_archive(struct gathering *gathering)
{
	int error = gather(gathering);

	errno = 0;
	if (error == 0 && (fflush(gathering->file) != 0 || ferror(gathering->file)))
		error = errno ? -errno : -EIO;
	return error;
}

int action_capture(struct host *host, const struct options *options)
{
	const char *path = options->target;
	struct gathering gathering = { .host = host, .anonymous = options->anonymous };
	int error;

	if (host->scan.fault.length)
		fprintf(stderr, "gpupci: %s\n", strbuf_text(&host->scan.fault));
	strbuf_reset(&host->scan.fault);
	gathering.file = create(path);
	if (!gathering.file)
		return fail_write(path, errno);
	error = write_archive(&gathering);
	if (fclose(gathering.file) != 0 && error == 0)
		error = -errno;
	if (error < 0) {
		unlink(path);
		return host->scan.fault.length ? message_failed(error, &host->scan.fault)
					       : fail_write(path, -error);
	}
	if (gathering.denied)
		fprintf(stderr,
			"gpupci: %u file%s could not be read; run it as root for all\n",
			gathering.denied, gathering.denied == 1 ? "" : "s");
	return EXIT_DONE;
}
