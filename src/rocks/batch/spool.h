/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that nobody sees, for what a batch keeps while it runs. */
#ifndef ROCKS_BATCH_SPOOL_H
#define ROCKS_BATCH_SPOOL_H

#include <sys/types.h>

/* A new, empty file without a name: its descriptor, the caller's to close; or -errno. */
int spool_open(void);

#endif
