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

int capture_fail(const char *path, int error)
{
	fprintf(stderr, "gpupci: cannot write %s: %s; %s\n",
		text_is_clean(path) ? path : "it", strerror(error),
		error == EEXIST ? "remove it or name another file"
				: "nothing was captured");
	return EXIT_FAILED;
}

static int folder = AT_FDCWD; /* of the archive, once it is held */

/* The archive's name in its folder. */
static const char *name_in(const char *path)
{
	const char *slash = folder == AT_FDCWD ? NULL : strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int capture_hold_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *copy =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");

	if (!copy)
		return -ENOMEM;
	folder = open(copy, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0)
		return 0;
	folder = AT_FDCWD;
	return -errno;
}

/* Creates the file, which must not exist: it may belong to somebody, or be a link. */
static FILE *create(const char *path)
{
	int fd = openat(folder, name_in(path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			0600);
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
		return capture_fail(path, errno);
	error = write_archive(&gathering);
	if (fclose(gathering.file) != 0 && error == 0)
		error = -errno;
	if (error < 0) {
		unlinkat(folder, name_in(path), 0);
		return host->scan.fault.length ? message_failed(error, &host->scan.fault)
					       : capture_fail(path, -error);
	}
	if (gathering.denied)
		fprintf(stderr,
			"gpupci: %u file%s could not be read; run it as root for all\n",
			gathering.denied, gathering.denied == 1 ? "" : "s");
	return EXIT_DONE;
}
