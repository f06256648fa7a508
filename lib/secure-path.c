/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a file may be trusted: a walk along its path, from descriptor to descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/secure-path.h"
#include "lib/text.h"
#include "lib/visible.h"

#define MOST_LINKS 40 /* as the kernel: path_resolution(7) */

struct walk {
	int fd;		      /* where it is: O_PATH */
	struct strbuf where;  /* the same as a path, for messages */
	struct strbuf rest;   /* what is left of the path, links replaced */
	size_t next;	      /* its first byte that was not walked */
	unsigned int links;   /* how many were replaced */
	bool trusted;	      /* ROCKS_TRUST names a part of it */
	struct strbuf reason; /* what is wrong with the first bad part */
};

static void walk_release(struct walk *walk)
{
	if (walk->fd >= 0)
		close(walk->fd);
	strbuf_release(&walk->where);
	strbuf_release(&walk->rest);
	strbuf_release(&walk->reason);
}

static bool is_owner_fine(const struct stat *status)
{
	return status->st_uid == 0 || status->st_uid == geteuid();
}

bool secure_path_is_ours(const struct stat *status)
{
	return is_owner_fine(status) && (status->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/*
 * Whether the group has the name of its owner and no other member: with such groups, a
 * distribution makes a user's folders writable for the group.
 */
static bool is_private_group(const struct stat *status)
{
	const struct passwd *user = status->st_uid ? getpwuid(status->st_uid) : NULL;
	const struct group *group;

	if (!user || user->pw_gid != status->st_gid)
		return false;
	group = getgrgid(status->st_gid);
	if (!group || strcmp(group->gr_name, user->pw_name) != 0)
		return false;
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, user->pw_name) != 0)
			return false;
	return true;
}

/* Whether one of the paths in ROCKS_TRUST leads to it. */
static bool is_trusted(const struct stat *status)
{
	const char *list = secure_getenv("ROCKS_TRUST");
	struct stat trusted;

	while (list && *list) {
		size_t length = strcspn(list, ":");
		_cleanup_free_ char *path = strndup(list, length);

		if (path && *path == '/' && stat(path, &trusted) == 0 &&
		    trusted.st_dev == status->st_dev && trusted.st_ino == status->st_ino)
			return true;
		list += length + (list[length] == ':');
	}
	return false;
}

static void add_path(const struct walk *walk, struct strbuf *text)
{
	visible_add(text, walk->where.length ? strbuf_text(&walk->where) : "/");
}

static void add_owner(const struct stat *status, struct strbuf *text)
{
	const struct passwd *user = getpwuid(status->st_uid);

	if (user && text_is_clean(user->pw_name))
		strbuf_add_format(text, "user %s", user->pw_name);
	else
		strbuf_add_format(text, "user %lu", (unsigned long)status->st_uid);
}

static void add_group(const struct stat *status, struct strbuf *text)
{
	const struct group *group = getgrgid(status->st_gid);

	if (group && text_is_clean(group->gr_name))
		strbuf_add_format(text, "the group %s", group->gr_name);
	else
		strbuf_add_format(text, "the group %lu", (unsigned long)status->st_gid);
}

/* Judges what the walk has come to; others are the bits of the mode that must be clear. */
static void judge(struct walk *walk, const struct stat *status, mode_t others)
{
	mode_t open = status->st_mode & others;

	if (is_trusted(status))
		walk->trusted = true;
	if (walk->reason.length || (is_owner_fine(status) && !open))
		return;
	add_path(walk, &walk->reason);
	if (!is_owner_fine(status)) {
		strbuf_add_string(&walk->reason, " belongs to ");
		add_owner(status, &walk->reason);
		return;
	}
	strbuf_add_string(&walk->reason, " can be written to by ");
	if (open & S_IWOTH)
		strbuf_add_string(&walk->reason, "everybody");
	else
		add_group(status, &walk->reason);
}

/* What must be clear in the mode of a folder on the way. */
static mode_t others_of_folder(const struct stat *status)
{
	if ((status->st_mode & S_ISVTX) != 0)
		return 0;
	if ((status->st_mode & S_IWGRP) != 0 && is_private_group(status))
		return S_IWOTH;
	return S_IWGRP | S_IWOTH;
}

static mode_t others_of_last(const struct stat *status, enum secure_kind kind)
{
	if (kind == SECURE_CODE)
		return S_IWGRP | S_IWOTH;
	if (S_ISDIR(status->st_mode))
		return others_of_folder(status);
	return S_ISREG(status->st_mode) ? S_IWOTH : 0;
}

/* Goes to the root, the start of an absolute path. */
static int walk_to_root(struct walk *walk)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = fd;
	strbuf_reset(&walk->where);
	return 0;
}

/* Puts the target of a link in place of the link. */
static int follow(struct walk *walk, int link)
{
	_cleanup_strbuf_ struct strbuf rest = STRBUF_EMPTY;
	char target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target));

	if (length < 0)
		return -errno;
	if (length == sizeof(target))
		return -ENAMETOOLONG;
	if (++walk->links > MOST_LINKS)
		return -ELOOP;
	strbuf_add(&rest, target, (size_t)length);
	strbuf_add_string(&rest, strbuf_text(&walk->rest) + walk->next);
	if (rest.error)
		return rest.error;
	strbuf_reset(&walk->rest);
	strbuf_add_string(&walk->rest, strbuf_text(&rest));
	walk->next = 0;
	return length && target[0] == '/' ? walk_to_root(walk) : 0;
}

/* Adds a part to the path for messages, or takes one off for «..». */
static void note_part(struct strbuf *where, const char *name)
{
	char *slash;

	if (strcmp(name, "..") != 0) {
		strbuf_add_format(where, "/%s", name);
		return;
	}
	slash = where->length ? strrchr(where->bytes, '/') : NULL;
	if (!slash)
		return;
	*slash = '\0';
	where->length = (size_t)(slash - where->bytes);
}

/* Cuts off the next part of the rest; NULL at its end. The caller frees it. */
static int next_part(struct walk *walk, char **ret_name)
{
	const char *rest = strbuf_text(&walk->rest) + walk->next;
	size_t slashes = strspn(rest, "/"), length = strcspn(rest + slashes, "/");

	walk->next += slashes + length;
	*ret_name = NULL;
	if (!length)
		return 0;
	*ret_name = strndup(rest + slashes, length);
	return *ret_name ? 0 : -ENOMEM;
}

static bool is_last(const struct walk *walk)
{
	const char *rest = strbuf_text(&walk->rest) + walk->next;

	return !rest[strspn(rest, "/")];
}

/* Goes one part further. */
static int step(struct walk *walk, const char *name, enum secure_kind kind)
{
	_cleanup_close_ int before = -1;
	size_t length = walk->where.length;
	struct stat status;
	int fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	note_part(&walk->where, name);
	if (fstat(fd, &status) < 0) {
		r = -errno;
		close(fd);
		return r;
	}
	if (S_ISLNK(status.st_mode)) {
		judge(walk, &status, 0);
		walk->where.bytes[length] = '\0';
		walk->where.length = length;
		r = follow(walk, fd);
		close(fd);
		return r;
	}
	before = walk->fd;
	walk->fd = fd;
	judge(walk, &status,
	      is_last(walk) ? others_of_last(&status, kind) : others_of_folder(&status));
	return walk->where.error;
}

static int begin(struct walk *walk, const char *path)
{
	_cleanup_free_ char *working = NULL;
	struct stat status;
	int r;

	if (*path != '/') {
		working = getcwd(NULL, 0);
		if (!working)
			return -errno;
		strbuf_add_format(&walk->rest, "%s/", working);
	}
	strbuf_add_string(&walk->rest, path);
	r = walk->rest.error ? walk->rest.error : walk_to_root(walk);
	if (r < 0 || fstat(walk->fd, &status) < 0)
		return r < 0 ? r : -errno;
	judge(walk, &status, others_of_folder(&status));
	return 0;
}

int secure_path_open(const char *path, enum secure_kind kind, struct strbuf *reason)
{
	_cleanup_(walk_release) struct walk walk = { .fd = -1 };
	int fd, r = *path ? begin(&walk, path) : -ENOENT;

	while (r == 0) {
		_cleanup_free_ char *name = NULL;

		r = next_part(&walk, &name);
		if (r < 0 || !name)
			break;
		r = step(&walk, name, kind);
	}
	if (walk.reason.length && !walk.trusted &&
	    (r == 0 || r == -ENOENT || r == -EACCES)) {
		strbuf_add_string(reason, strbuf_text(&walk.reason));
		return -EPERM;
	}
	if (r < 0)
		return r;
	fd = walk.fd;
	walk.fd = -1;
	return fd;
}

int secure_path_open_folder(const char *path, struct strbuf *reason)
{
	_cleanup_close_ int folder = secure_path_open(path, SECURE_CODE, reason);
	int fd;

	if (folder < 0)
		return folder;
	fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int secure_path_program_folder(char **ret_folder)
{
	size_t size = 256;

	for (;;) {
		_cleanup_free_ char *path = malloc(size);
		ssize_t length;
		char *slash;

		if (!path)
			return -ENOMEM;
		length = readlink("/proc/self/exe", path, size);
		if (length < 0)
			return -errno;
		if ((size_t)length == size) {
			size *= 2;
			continue;
		}
		path[length] = '\0';
		slash = strrchr(path, '/');
		if (!slash)
			return -ENOENT;
		*slash = '\0';
		*ret_folder = take_pointer(path);
		return 0;
	}
}
