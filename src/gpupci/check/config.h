/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: lines of gpupci.conf that have no effect. */
#ifndef SRC_GPUPCI_CHECK_CONFIG_H
#define SRC_GPUPCI_CHECK_CONFIG_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/check/rows.h"

/* Adds a row for each include or exclude line whose address makes no difference. */
void check_config(struct checks *checks, const struct host *host);

#endif
