/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inside FOLDER PLACE FOLDER PLACE WORD…: runs words where each folder is also at its place. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

static void check(int result, const char *what)
{
	if (result == 0)
		return;
	perror(what);
	exit(126);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 126;
	/* For them alone. A shell with unshare and mount starts five programs for this. */
	check(unshare(CLONE_NEWNS), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "/");
	check(mount(argv[1], argv[2], NULL, MS_BIND, NULL), argv[2]);
	check(mount(argv[3], argv[4], NULL, MS_BIND, NULL), argv[4]);
	execvp(argv[5], argv + 5);
	perror(argv[5]);
	return 127;
}
