/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the report commands print: names and values of owners. */
#ifndef SRC_CLI_PAIRS_H
#define SRC_CLI_PAIRS_H

#include "src/cli/command.h"

struct pairs;

int pairs_new(struct pairs **ret_pairs); /* 0 or -ENOMEM */
void pairs_free(struct pairs *pairs);

/*
 * Adds a row of copies; value may be NULL. The rows of an owner must follow each other. 0 or
 * -ENOMEM.
 */
int pairs_add(struct pairs *pairs, const char *owner, const char *name,
	      const char *value);

struct pairs_style {
	const char *wanted; /* the name that all rows have, or NULL */
	bool pydict, json;
	const char *owner_key; /* JSON: host */
	const char *list_key;  /* JSON: gpu */
	const char *value_key; /* JSON: pci_bus */
};

/*
 * Prints one name:value per line, OWNER: in front if there are several owners; with wanted
 * only the values; with pydict a Python dictionary for each owner, or an empty one if there
 * are none; with json a list. 0 or -ENOMEM.
 */
int pairs_print(const struct pairs *pairs, const struct pairs_style *style);

static inline void cleanup_pairs(struct pairs **pairs)
{
	pairs_free(*pairs);
}

#define _cleanup_pairs_ _cleanup_(cleanup_pairs)

#endif
