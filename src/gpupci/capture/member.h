/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file, a link or a folder below the root, as an entry of the archive. */
#ifndef SRC_GPUPCI_CAPTURE_MEMBER_H
#define SRC_GPUPCI_CAPTURE_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "src/gpupci/cards/host.h"

#define MEMBER_MOST_BYTES (4 << 20) /* of one file; a longer one is an error */

struct gathering {
	FILE *file;	     /* the archive, see tar.h */
	struct host *host;   /* may have been read only in part */
	bool anonymous;	     /* without serial numbers and the host's name */
	unsigned int denied; /* how many files only root may read */
};

/* Unless noted, these return 0 or -errno, and skip what cannot be read. */

/*
 * Sets the current path to a name in a folder, "" for the folder itself; neither begins
 * with a slash.
 */
int member_set_path(struct gathering *g, const char *folder, const char *name);

/* Returns the current path as the archive has it: without the root and its slash. */
const char *member_path(const struct gathering *g);

/*
 * Returns 0 for an error that only skips the member, and counts it if only root may read
 * it.
 */
int member_leave_out(struct gathering *g, int error);

/* Add the current path as a link, or as whichever it is. */
int member_add_link(struct gathering *g);
int member_add_anything(struct gathering *g);

/*
 * Adds the current path, a file whose reading takes a lock; -ETIMEDOUT if the kernel does
 * not answer in time.
 */
int member_add_locked(struct gathering *g);

/*
 * Calls add for every match of a glob(7) pattern below the root; the pattern begins with
 * a slash.
 */
int member_add_pattern(struct gathering *g, const char *pattern,
		       int (*add)(struct gathering *g));

/* Adds the named files of a folder. */
int member_add_files(struct gathering *g, const char *folder, const char *const *names,
		     size_t count);

#endif
