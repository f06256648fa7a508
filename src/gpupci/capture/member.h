/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file, a link or a folder below the root, as an entry of the archive. */
#ifndef SRC_GPUPCI_CAPTURE_MEMBER_H
#define SRC_GPUPCI_CAPTURE_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "src/gpupci/cards/host.h"

#define MEMBER_MOST_BYTES (4 << 20) /* of one file; what is longer is no file we read */

struct gathering {
	FILE *file;	     /* the archive, see tar.h */
	struct host *host;   /* may have been read only in part */
	bool anonymous;	     /* without serial numbers and the host's name */
	unsigned int denied; /* files that only root may read */
};

/* All return 0 or -errno, and leave out what cannot be read, unless they say otherwise. */

/* Sets the path of what is looked at to a name in a folder, "" for the folder; neither begins with a slash. */
int member_set_path(struct gathering *g, const char *folder, const char *name);

/* The path in the archive of what is looked at: without the root and its slash. */
const char *member_path(const struct gathering *g);

/* 0 for an error that leaves a member out, which is counted if only root may read it. */
int member_leave_out(struct gathering *g, int error);

/* Add what is looked at as a file, as a link, or as what it is. */
int member_add_file(struct gathering *g);
int member_add_link(struct gathering *g);
int member_add_anything(struct gathering *g);

/*
 * Adds what is looked at, a file whose reading takes a lock; -ETIMEDOUT where the kernel does
 * not hand it out in time.
 */
int member_add_locked(struct gathering *g);

/* Adds all that match a pattern of glob(7) below the root, which begins with a slash. */
int member_add_pattern(struct gathering *g, const char *pattern,
		       int (*add)(struct gathering *g));

/* Adds files of a folder. */
int member_add_files(struct gathering *g, const char *folder, const char *const *names,
		     size_t count);

#endif
