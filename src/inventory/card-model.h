/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people call a card's model. */
#ifndef SRC_INVENTORY_CARD_MODEL_H
#define SRC_INVENTORY_CARD_MODEL_H

/* The name of a card without ids. */
#define CARD_MODEL_UNKNOWN "unknown"

#define CARD_MODEL_SIZE 10 /* of vendor:device, with the NUL */

/*
 * The model of a card with these ids, which may be NULL: vendor:device. Written to text, or
 * static.
 */
const char *card_model(const char *ids, char text[CARD_MODEL_SIZE]);

#endif
