/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A folder of copies of the inventory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db/store/copy.h"
#include "lib/clock.h"
#include "src/cli/error.h"
#include "src/inventory/dump/copies.h"

#define TWO "[0-9][0-9]"

static int is_copy(const struct dirent *entry)
{
	return fnmatch("rocks-" TWO TWO "-" TWO "-" TWO "T" TWO TWO TWO "Z.db",
		       entry->d_name, 0) == 0;
}

static int name_now(const char *folder, char **ret_path)
{
	char text[CLOCK_FILE_TIME_SIZE];

	clock_write_file_time(time(NULL), text);
	if (asprintf(ret_path, "%s/rocks-%s.db", folder, text) >= 0)
		return 0;
	*ret_path = NULL;
	return -ENOMEM;
}

/* Names have seconds: waits for the next one if this one's name is taken. */
static int name_copy(const char *folder, char **ret_path)
{
	const struct timespec nap = { 0, 50000000 };

	for (int naps = 0; naps < 40; naps++) {
		_cleanup_free_ char *path = NULL;

		if (name_now(folder, &path) < 0)
			return -ENOMEM;
		if (access(path, F_OK) < 0) {
			*ret_path = take_pointer(path);
			return 0;
		}
		nanosleep(&nap, NULL);
	}
	return name_now(folder, ret_path);
}

/* The names sort by time. */
static int remove_oldest(const struct context *context, const char *folder, int64_t keep)
{
	_cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **names = NULL;
	int error = 0,
	    count = fd < 0 ? -1 : scandirat(fd, ".", &names, is_copy, alphasort);

	if (count < 0)
		error = errno;
	for (int i = 0; i < count; i++) {
		if (i < count - keep && unlinkat(fd, names[i]->d_name, 0) < 0)
			error = errno;
		free(names[i]);
	}
	free(names);
	if (!error)
		return ROCKS_DONE;
	return context_error(context, "%s: old copies cannot be removed (%s)", folder,
			     strerror(error));
}

int copies_add(const struct context *context, const char *folder, int64_t keep)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (name_copy(folder, &path) < 0)
		return context_memory_error(context);
	r = context_answer(context, db_copy(context->db, path, false));
	return r == ROCKS_DONE ? remove_oldest(context, folder, keep) : r;
}
