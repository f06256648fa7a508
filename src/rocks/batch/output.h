/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds back what the commands of a batch print until all of them have succeeded. */
#ifndef ROCKS_BATCH_OUTPUT_H
#define ROCKS_BATCH_OUTPUT_H

#include <sys/types.h>

struct batch_output {
	int standard; /* where stdout went */
	off_t kept;   /* bytes of lines that succeeded */
};

#define _cleanup_batch_output_ _cleanup_(batch_output_close)

/* Holds stdout back from now on. 0 or -errno, like the three below. */
int batch_output_open(struct batch_output *ret_output);

/* Keep, or drop, what was printed since the last call. */
int batch_output_keep(struct batch_output *output);
int batch_output_forget(struct batch_output *output);

/* Writes what was kept to where stdout went. */
int batch_output_write(struct batch_output *output);

/* Restores stdout. */
void batch_output_close(struct batch_output *output);

#endif
