/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Part of gpupci where it is built with sanitizers: finds leaks after --sysroot, too. */
/* LeakSanitizer stops the process's threads through /proc, which the folder lacks. */
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

int __lsan_is_turned_off(void);

static int root = -1; /* the directory, as it was at the start */

__attribute__((constructor)) static void keep_root(void)
{
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool sees_itself(void)
{
	return access("/proc/self/task", R_OK) == 0;
}

/* Asked just before the search. Who was not root may not return, so there is none. */
int __lsan_is_turned_off(void)
{
	if (sees_itself())
		return false;
	return fchdir(root) < 0 || chroot(".") < 0 || !sees_itself();
}
