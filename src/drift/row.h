/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `rocks check host gpu`, for those that find them. */
#ifndef SRC_DRIFT_ROW_H
#define SRC_DRIFT_ROW_H

#include "db/gpu.h"
#include "src/drift/drift.h"

struct drift_row {
	const char *gpu, *vm; /* or NULL */
	struct strbuf what, since, repair;
};

/* Adds the row and releases it: 0 or -ENOMEM. */
int drift_add_row(struct drift *drift, struct drift_row *row);

/* Two facts that disagree: what the history has last, and what was seen now. */
void drift_add_seen(const struct drift *drift, struct drift_row *row, const char *seen);

/*
 * Adds a row for each way in which a card of the host and what the host does with it
 * disagree: its drivers, who has its group open, with whom it is shared. data is a struct
 * drift, for db_gpu_each(). 0 or -errno.
 */
int drift_check_card(void *data, const struct gpu *gpu);

#endif
