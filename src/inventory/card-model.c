/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people call a card's model. */
#include <stdio.h>

#include "src/inventory/card-model.h"

const char *card_model(const char *ids, char text[CARD_MODEL_SIZE])
{
	if (!ids)
		return CARD_MODEL_UNKNOWN;
	snprintf(text, CARD_MODEL_SIZE, "%s", ids);
	return text;
}
