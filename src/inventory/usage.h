/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `list gpu` and `list gpu card`. */
#ifndef SRC_INVENTORY_USAGE_H
#define SRC_INVENTORY_USAGE_H

#include "src/cli/command.h"

/*
 * How many cards of each model there are, of those that the words name; and each card, of
 * the hosts of host=. ROCKS_DONE, or what to exit with after printing an error.
 */
int list_models_in_use(const struct invocation *invocation);
int list_cards_in_use(const struct invocation *invocation);

#endif
