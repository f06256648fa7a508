/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of a batch print, held back until all of them have succeeded. */
#ifndef ROCKS_BATCH_OUTPUT_H
#define ROCKS_BATCH_OUTPUT_H

#include <sys/types.h>

struct batch_output {
	int standard; /* where stdout went */
	off_t kept;   /* bytes of lines that succeeded */
};

#define _cleanup_batch_output_ _cleanup_(batch_output_close)

/* From now on stdout is held back. 0 or -errno, as all of these. */
int batch_output_open(struct batch_output *ret_output);

/* What was printed since the last call is kept, or forgotten. */
int batch_output_keep(struct batch_output *output);
int batch_output_forget(struct batch_output *output);

/* Writes what was kept to where stdout went. */
int batch_output_write(struct batch_output *output);

/* Gives stdout back. */
void batch_output_close(struct batch_output *output);

#endif
