/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a host does with a card: its drivers, and who has the card or its group open. */
#ifndef SRC_DRIFT_CARD_H
#define SRC_DRIFT_CARD_H

#include "db/gpu.h"

/*
 * Adds a row for each way in which the host does not treat a card as recorded: its
 * drivers, who has its group open, with whom it shares the group. data is a struct drift,
 * for db_gpu_each(). 0 or -errno.
 */
int drift_check_card(void *data, const struct gpu *gpu);

#endif
