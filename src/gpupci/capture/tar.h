/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a tar archive: POSIX.1-2001 (pax), with names as long as they are. */
#ifndef SRC_GPUPCI_CAPTURE_TAR_H
#define SRC_GPUPCI_CAPTURE_TAR_H

#include <stddef.h>
#include <stdio.h>

/*
 * Entries go to the stream, whose errors stay in it as with any stdio call. Paths are
 * relative, without a slash in front or behind. All have the owner root and the time 0, so
 * that one content makes one archive. 0 or -ENOMEM.
 */
int tar_add_file(FILE *file, const char *path, const void *bytes, size_t length);
int tar_add_link(FILE *file, const char *path, const char *target);
int tar_add_folder(FILE *file, const char *path);
void tar_end(FILE *file);

#endif
