/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What OpenStack's Nova calls the functions of cards: aliases. */
#ifndef SRC_INVENTORY_REPORT_NOVA_H
#define SRC_INVENTORY_REPORT_NOVA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/cluster.h"
#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/inventory/models.h"

#define NOVA_MODEL_SIZE 64

/* Nova's device_type: a card that could have virtual functions is a PF even without any. */
enum nova_type { NOVA_PCI, NOVA_PF, NOVA_VF };

/* Functions that a flavor can ask for under one name. */
struct nova_alias {
	char model[NOVA_MODEL_SIZE];
	char ids[10];	/* vendor:device of the function */
	int64_t number; /* of the function in its card */
	enum nova_type type;
};

struct nova_aliases {
	struct nova_alias *list;
	size_t count;
};

void nova_aliases_release(struct nova_aliases *aliases);

#define _cleanup_nova_aliases_ _cleanup_(nova_aliases_release)

/*
 * The alias of a function, without memory of its own. False if its ids are not known. */
bool nova_alias_of(const struct models *models, const struct cluster_card *card,
		   const struct cluster_function *function, struct nova_alias *ret_alias);

/* Adds an alias unless it is there. 0 or -ENOMEM. */
int nova_aliases_add(struct nova_aliases *aliases, const struct nova_alias *alias);

/* Whether cards of a model have several functions, each with an alias of its own. */
bool nova_is_split(const struct nova_aliases *aliases, const char *model);

/*
 * Appends an alias's name: the model, _N for function N if it is split, and _PF, _VF or _PCI
 * if such functions differ in that, since Nova refuses two types under one name. Nova takes
 * what follows a colon for a count, so : becomes _.
 */
void nova_add_name(const struct nova_aliases *aliases, const struct nova_alias *alias,
		   struct strbuf *name);

/* Prints `alias = {…}`. -ENOMEM or 0. */
int nova_print_alias(const struct nova_aliases *aliases, const struct nova_alias *alias);

/* Prints `device_spec = {…}` of a function at a packed address. */
void nova_print_device(const struct nova_alias *alias, int64_t address);

#endif
