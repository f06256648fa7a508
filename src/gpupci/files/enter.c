/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the folder of --sysroot the root of this process. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/file.h"
#include "src/gpupci/files/enter.h"

static const char *entered; /* the folder, or NULL; main()'s */

/* Writes one of this process's own files below /proc, if it can. */
static void write_own(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	/* Without it the user only has another number here: user_namespaces(7). */
	if (fd >= 0 && file_write_all(fd, text, strlen(text)) < 0)
		return;
}

/* A user namespace in which the user stays who it is. */
static int enter_namespace(void)
{
	const uid_t user = geteuid();
	const gid_t group = getegid();
	char users[64], groups[64];

	snprintf(users, sizeof(users), "%u %u 1", user, user);
	snprintf(groups, sizeof(groups), "%u %u 1", group, group);
	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	write_own("/proc/self/uid_map", users);
	write_own("/proc/self/setgroups", "deny");
	write_own("/proc/self/gid_map", groups);
	return 0;
}

/* Gives up what the namespace gave: a file without permissions stays unreadable. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version =
							   _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capset, &header, none) < 0 ? -errno : 0;
}

/*
 * For who is not root. Where user namespaces are not allowed, or give no right to this,
 * links lead out of the folder, but only to what the user may read anyway.
 */
static int enter_as_user(const char *folder)
{
	int r = 0;

	if (access(folder, X_OK) < 0 || enter_namespace() < 0)
		return 0;
	if (chroot(folder) == 0) {
		entered = folder;
		r = chdir("/") < 0 ? -errno : 0;
	}
	return r < 0 ? r : drop_capabilities();
}

int root_enter(const char *folder)
{
	if (!folder[0])
		return 0;
	if (geteuid() != 0)
		return enter_as_user(folder);
	/* Whoever reads the first file says that the folder is missing. */
	if (chroot(folder) < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (chdir("/") < 0)
		return -errno;
	entered = folder;
	return 0;
}

const char *root_entered(const char *path)
{
	size_t length = entered ? strlen(entered) : 0;

	return length && strncmp(path, entered, length) == 0 ? path + length : path;
}
