/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a tar archive: POSIX.1-2001 (pax), with names of any length. */
#ifndef SRC_GPUPCI_CAPTURE_TAR_H
#define SRC_GPUPCI_CAPTURE_TAR_H

#include <stddef.h>
#include <stdio.h>

/*
 * Entries go to the stream; write errors stay in it, as with any stdio call. Paths are
 * relative, without leading or trailing slash. Every entry has owner root and time 0, so
 * that the same content always gives the same archive. Return 0 or -ENOMEM.
 */
int tar_add_file(FILE *file, const char *path, const void *bytes, size_t length);
int tar_add_link(FILE *file, const char *path, const char *target);
int tar_add_folder(FILE *file, const char *path);
void tar_end(FILE *file);

#endif
