/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the folder of --sysroot the root of this process, so that no link leads out of it. */
#ifndef SRC_GPUPCI_FILES_ENTER_H
#define SRC_GPUPCI_FILES_ENTER_H

/*
 * As root: calls chroot() with the folder, once per run; the caller must have opened what
 * lies outside. Does nothing for "", nor for other users, who could only follow a link to
 * what they may read anyway. 0 or -errno.
 */
int root_enter(const char *folder);

/* The path for a system call: without the folder that was entered, which messages show. */
const char *root_entered(const char *path);

#endif
