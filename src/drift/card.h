/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host does with a card: its drivers, and who has its IOMMU group open. */
#ifndef SRC_DRIFT_CARD_H
#define SRC_DRIFT_CARD_H

#include "db/gpu.h"

/*
 * Adds a row for each way in which a card of the host and what the host does with it
 * disagree: its drivers, who has its group open, with whom it is shared. data is a struct
 * drift, for db_gpu_each(). 0 or -errno.
 */
int drift_check_card(void *data, const struct gpu *gpu);

#endif
