/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The models of cards that commands know: those of the inventory, and the usual ones. */
#ifndef SRC_INVENTORY_MODELS_H
#define SRC_INVENTORY_MODELS_H

#include "db/model.h"
#include "src/cli/command.h"

/*
 * Reads the inventory's models and those of two files: the one beside the plugins, and
 * /etc/rocks/gpu-models or what ROCKS_MODELS names instead. The caller releases them.
 * ROCKS_DONE, or an exit status after printing an error.
 */
int models_load(const struct context *context, struct models *ret_models);

/* What a card without ids is called. */
#define MODEL_UNKNOWN "unknown"

/*
 * What a card with these ids, which may be NULL, is called: its model, else vendor:device,
 * written to text. Owned by models, static, or text.
 */
const char *models_name(const struct models *models, const char *ids,
			char text[MODEL_IDS_SIZE]);

/*
 * ROCKS_DONE if each word of the ARGUMENT_MANY is a model's name or ids, else an exit status
 * after printing an error.
 */
int models_check_words(const struct invocation *invocation, const struct models *models);

/* Whether the words name what has this name or these ids, or there are none. */
bool models_is_wanted(const struct invocation *invocation, const char *name,
		      const char *ids);

#endif
