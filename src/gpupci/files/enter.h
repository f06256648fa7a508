/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the folder of --sysroot the root of this process, so that no link leads out of it. */
#ifndef SRC_GPUPCI_FILES_ENTER_H
#define SRC_GPUPCI_FILES_ENTER_H

/*
 * Calls chroot() with the folder, once a run; what lies outside must be open before. Who is
 * not root gets a user namespace for that; where there is none to be had, nothing happens:
 * links then lead only to what the user may read anyway. Does nothing for "". 0 or -errno.
 */
int root_enter(const char *folder);

/* The path for a system call: without the folder that was entered, which messages show. */
const char *root_entered(const char *path);

#endif
