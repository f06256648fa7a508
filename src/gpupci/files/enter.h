/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the folder of --sysroot the root of this process, so that no link leads out of it. */
#ifndef SRC_GPUPCI_FILES_ENTER_H
#define SRC_GPUPCI_FILES_ENTER_H

/*
 * As root: calls chroot() with the folder, once a run; what lies outside must be open before.
 * Does nothing for "" and for other users, whom links lead only to what they may read
 * anyway. 0 or -errno.
 */
int root_enter(const char *folder);

/* The path for a system call: without the folder that was entered, which messages show. */
const char *root_entered(const char *path);

#endif
