/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person asks for by model: T4, T4:2 or 10de:1eb8:2, and lists of these with commas. */
#ifndef LIB_WISH_H
#define LIB_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/strbuf.h"

#define WISH_COUNT_MOST 64   /* cards of a model */
#define WISH_MODEL_LENGTH 63 /* bytes of a model's name */
#define WISH_LIST_MOST 16    /* models in a list */

/* A model is a name, or ids in lower case: VENDOR:DEVICE[:SUBVENDOR:SUBDEVICE]. */
struct wish {
	char model[WISH_MODEL_LENGTH + 1];
	int64_t count;
};

struct wish_list {
	struct wish wishes[WISH_LIST_MOST];
	size_t count;
};

/*
 * Whether a word may be the name of a model: a letter, then letters, digits, - _ . and +; not
 * a name or address of a card, such as gpupci1 or pci_0000_02_00_0, and not none or null.
 */
bool wish_is_name(const char *word);

/* Whether it is two or four ids of four hexadecimal digits each, in any case: 10de:1eb8. */
bool wish_is_ids(const char *word);

/*
 * Parses MODEL or MODEL:N, with N from 1 to WISH_COUNT_MOST; without N it is 1. A count has at
 * most two digits and an id four, so ids never end in a count. 0, or -EINVAL with the problem,
 * a static text for after «WORD» and a colon.
 */
int wish_parse(const char *text, struct wish *ret_wish, const char **ret_problem);

/* The same for one or more with commas between, in this order; no model twice. */
int wish_list_parse(const char *text, struct wish_list *ret_list,
		    const char **ret_problem);

/* Appends T4:2,TitanXp:1: what wish_list_parse() parses. */
void wish_list_add(struct strbuf *text, const struct wish_list *list);

#endif
