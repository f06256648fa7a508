/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a file may be trusted: who can change it, or a folder on the way to it. */
#ifndef LIB_SECURE_PATH_H
#define LIB_SECURE_PATH_H

#include <stdbool.h>
#include <sys/stat.h>

#include "lib/strbuf.h"

/*
 * Root or the effective user must own every folder on the way, every symbolic link and what
 * the path leads to. Nobody else may write to a folder on the way, unless it is sticky, or
 * the group is its owner's private one. Then nobody else can change what the path leads to,
 * neither before nor after the check.
 */
enum secure_kind {
	SECURE_CODE, /* a file, or a folder of files, that is run: nobody else may write */
	SECURE_DATA, /* a file whose group may write to it, but not everybody */
};

/*
 * Walks a path and judges all of it by descriptor. Returns a descriptor (O_PATH), which
 * the caller closes, or -errno. -EPERM: reason then says which part of the path somebody
 * else can change, and who. Any other error is about a part that is missing or cannot be
 * looked at; the parts before it are fine.
 *
 * The variable ROCKS_TRUST, absolute paths separated by colons, exempts each of them and,
 * for a folder, all that is in it.
 */
int secure_path_open(const char *path, enum secure_kind kind, struct strbuf *reason)
	_must_check_;

/* The same, for a folder to read: a descriptor for fdopendir(). */
int secure_path_open_folder(const char *path, struct strbuf *reason) _must_check_;

/* Whether only root and the effective user may write to what fstat() reported. */
bool secure_path_is_ours(const struct stat *status);

/*
 * The folder of the running program, without a slash at its end. 0 or -errno; the caller
 * frees it.
 */
int secure_path_program_folder(char **ret_folder);

#endif
