/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether code in a file may be trusted: who owns it and who may write to it. */
#ifndef LIB_SECURE_PATH_H
#define LIB_SECURE_PATH_H

#include <sys/stat.h>

/*
 * Checks a file or folder that code is loaded from. 0 if root or the effective user owns
 * it and nobody else may write to it; -EPERM if not; else the -errno of stat(). Follows
 * symbolic links.
 */
int secure_path_check(const char *path);

/* The same for the result of fstat(): 0 or -EPERM. */
int secure_path_check_status(const struct stat *status);

/*
 * The folder of the running program, without a slash at its end. 0 or -errno; the caller
 * frees it.
 */
int secure_path_program_folder(char **ret_folder);

#endif
