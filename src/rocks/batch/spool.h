/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unnamed files for what a batch keeps while it runs. */
#ifndef ROCKS_BATCH_SPOOL_H
#define ROCKS_BATCH_SPOOL_H

#include <sys/types.h>

/* Opens an empty unnamed file in /tmp. Its descriptor, which the caller closes, or -errno. */
int spool_open(void);

#endif
