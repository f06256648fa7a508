/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of which cards are to stay detached: over reboots, and this boot. */
#ifndef SRC_GPUPCI_KEEP_DETACHED_FILE_H
#define SRC_GPUPCI_KEEP_DETACHED_FILE_H

#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/keep/detached.h"

/* On the root file system: the first udev events need it before /var is mounted. */
#define DETACHED_PATH "/etc/gpupci.d/detached"
/* What ends with this boot (--runtime). */
#define DETACHED_RUN_PATH "/run/gpupci/detached"

/*
 * Reads one of the two files below the root; none is an empty one. 0 or -errno, -EINVAL
 * for one that is not understood. Released with detached_release(), also after an error.
 */
int detached_read(struct detached *detached, const struct root *root, const char *path);

/* The same of a text that a NUL ends at length and that is written into. */
int detached_parse(struct detached *detached, char *text, size_t length);

/* Replaces the file; an empty list removes it. 0 or -errno: it is then as it was. */
int detached_write(const struct detached *detached, const struct root *root,
		   const char *path);

/* The text of the file. Errors stay in the buffer. */
void detached_format(const struct detached *detached, struct strbuf *text);

#endif
