/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that list detached cards: over reboots, and for this boot. */
#ifndef SRC_GPUPCI_KEEP_DETACHED_FILE_H
#define SRC_GPUPCI_KEEP_DETACHED_FILE_H

#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/keep/detached.h"

/* On the root file system: the first udev events need it before /var is mounted. */
#define DETACHED_PATH "/etc/gpupci.d/detached"
/* Valid until the next boot (--runtime). */
#define DETACHED_RUN_PATH "/run/gpupci/detached"

/*
 * Reads one of the two files below the root; a missing file is an empty list. Returns 0
 * or -errno, -EINVAL if the file cannot be parsed. Release with detached_release(), also
 * after an error.
 */
int detached_read(struct detached *detached, const struct root *root, const char *path);

/*
 * Parses the text of a file, which has a NUL at length and is modified. As
 * detached_read().
 */
int detached_parse(struct detached *detached, char *text, size_t length);

/*
 * Replaces the file; an empty list removes it. Returns 0 or -errno; after an error the
 * file is unchanged.
 */
int detached_write(const struct detached *detached, const struct root *root,
		   const char *path);

/* Appends the text of the file. Errors stay in the buffer. */
void detached_format(const struct detached *detached, struct strbuf *text);

#endif
