/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A site's own commands. */
#include <errno.h>
#include <string.h>

#include "lib/secure-path.h"
#include "src/cli/command.h"
#include "src/rocks/dispatch/site.h"

#define MOST_WORDS 8

/* ROCKS_LIBEXEC, else ../libexec/rocks beside this program; the caller frees it. */
static char *find_folder(void)
{
	const char *named = getenv("ROCKS_LIBEXEC");
	_cleanup_free_ char *program = NULL;
	char *folder;

	if (named && *named)
		return strdup(named);
	if (secure_path_program_folder(&program) < 0 ||
	    asprintf(&folder, "%s/../libexec/rocks", program) < 0)
		return NULL;
	return folder;
}

/* folder/rocks-list-host-thing from the first words, in lower case; NULL if one is not a word. */
static char *make_path(const char *folder, char *const *argv, size_t words)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;

	strbuf_add_format(&path, "%s/rocks", folder);
	for (size_t i = 0; i < words; i++) {
		if (!*argv[i])
			return NULL;
		strbuf_add_char(&path, '-');
		for (const char *c = argv[i]; *c; c++) {
			bool upper = *c >= 'A' && *c <= 'Z';

			if (!upper && !(*c >= 'a' && *c <= 'z') &&
			    !(*c >= '0' && *c <= '9') && *c != '_')
				return NULL;
			strbuf_add_char(&path, upper ? (char)(*c - 'A' + 'a') : *c);
		}
	}
	return strbuf_take(&path);
}

static int refuse(const char *path, const struct strbuf *reason)
{
	return error(
		"%s: it is not run, because %s; make that root's or your own (chown) "
		"and writable by nobody else (chmod go-w), or trust it: ROCKS_TRUST=%s",
		path, strbuf_text(reason), path);
}

/*
 * By its path, because a script finds itself by it: as every folder on the way is root's
 * or ours, nobody else can change what it leads to after it was judged.
 */
static int run_program(char *path, char **argv, size_t words)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	_cleanup_close_ int judged = secure_path_open(path, SECURE_CODE, &reason);

	if (reason.length)
		return refuse(path, &reason);
	argv[words - 1] = path;
	if (judged >= 0)
		execv(path, argv + words - 1);
	return error("%s: %s", path, strerror(judged < 0 ? -judged : errno));
}

/* The path of the program with the most words, and how many it has; or NULL. */
static char *find_program(const char *folder, char *const *argv, size_t count,
			  size_t least, size_t *ret_words)
{
	for (size_t words = count < MOST_WORDS ? count : MOST_WORDS; words > least;
	     words--) {
		_cleanup_free_ char *path = make_path(folder, argv, words);

		*ret_words = words;
		if (path && access(path, F_OK) == 0)
			return take_pointer(path);
	}
	return NULL;
}

int run_site_command(char **argv, size_t count, size_t least)
{
	_cleanup_free_ char *folder = find_folder(), *path = NULL;
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	_cleanup_close_ int judged = -1;
	size_t words;

	if (!folder || access(folder, F_OK) < 0)
		return ROCKS_DONE;
	path = find_program(folder, argv, count, least, &words);
	if (!path)
		return ROCKS_DONE;
	judged = secure_path_open(folder, SECURE_CODE, &reason);
	return reason.length ? refuse(folder, &reason) : run_program(path, argv, words);
}

/* Opens the folder, unless somebody else may write to it; the caller closes it. */
static DIR *open_folder(const char *folder)
{
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	int fd = secure_path_open_folder(folder, &reason);
	DIR *programs = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !programs)
		close(fd);
	return programs;
}

/* Whether there is any program: most folders are empty. */
static bool has_programs(const char *folder)
{
	_cleanup_closedir_ DIR *programs = open_folder(folder);
	const struct dirent *entry;

	while (programs && (entry = readdir(programs)))
		if (strncmp(entry->d_name, "rocks-", 6) == 0)
			return true;
	return false;
}

bool is_site_command(char *const *argv, size_t count, size_t least)
{
	static char *folder; /* found once, for all lines of a batch */
	static bool looked;
	_cleanup_free_ char *path = NULL;
	size_t words;

	if (!looked) {
		folder = find_folder();
		if (folder && !has_programs(folder)) {
			free(folder);
			folder = NULL;
		}
		looked = true;
	}
	if (folder)
		path = find_program(folder, argv, count, least, &words);
	return path != NULL;
}

void each_site_command(void (*each)(void *data, const char *words), void *data)
{
	_cleanup_free_ char *folder = find_folder();
	_cleanup_closedir_ DIR *programs = folder ? open_folder(folder) : NULL;
	struct dirent *entry;

	while (programs && (entry = readdir(programs))) {
		char *words = entry->d_name + strlen("rocks-");

		if (strncmp(entry->d_name, "rocks-", strlen("rocks-")) != 0)
			continue;
		for (char *c = words; *c; c++)
			*c = *c == '-' ? ' ' : *c;
		each(data, words);
	}
}
