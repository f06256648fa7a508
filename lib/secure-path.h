/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether code in a file may be run: who owns it and who may write to it. */
#ifndef LIB_SECURE_PATH_H
#define LIB_SECURE_PATH_H

#include <sys/stat.h>

/*
 * Looks at a file or folder that code is loaded from. 0 when root or the effective user
 * owns it and nobody else may write to it; -EPERM when not; else the -errno of looking.
 * A symbolic link is judged by what it leads to.
 */
int secure_path_check(const char *path);

/* The same of what an open file's fstat() said: 0 or -EPERM. */
int secure_path_check_status(const struct stat *status);

/* The folder of the running program, without a slash at its end. 0 or -errno; freed by the caller. */
int secure_path_program_folder(char **ret_folder);

#endif
