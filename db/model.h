/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Models of cards: names for vendor:device or all four ids. */
#ifndef DB_MODEL_H
#define DB_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "db/store/db.h"
#include "lib/cleanup.h"

#define MODEL_IDS_SIZE 20 /* of 10de:1eb8:10de:12a2, with the NUL */

/* Of two names for the same ids the one with the lower number counts. */
enum model_source {
	MODEL_INVENTORY,
	MODEL_SITE,  /* the site's file */
	MODEL_USUAL, /* the file that comes with rocks */
};

/* Names of models, each with the ids that it stands for; several rows may have one name. */
struct models {
	struct model {
		char *name;
		char ids[MODEL_IDS_SIZE];
		enum model_source source;
	} * list;
	size_t count, room;
};

void models_release(struct models *models);

#define _cleanup_models_ _cleanup_(models_release)

/* Adds a row for ids in lower case. 0 or -ENOMEM. */
int models_add(struct models *models, const char *name, const char *ids,
	       enum model_source source);

/* Adds the names of the inventory. 0, or -errno with db_error(). */
int db_models_read(struct db *db, struct models *models);

/* Call once all rows are added, before the two functions below. */
void models_sort(struct models *models);

/* For listings: by name, as people sort them, then by ids. */
void models_sort_by_name(struct models *models);

/*
 * The model of a card with these ids, or NULL: the one that has all of them, else the one
 * that has the first two. Names of the inventory come before those of files.
 */
const char *models_of(const struct models *models, const char *ids);

/*
 * The name of a model as it is written there, for a word in any case of letters; NULL if
 * there is none.
 */
const char *models_find(const struct models *models, const char *word);

/* Whether a card with these ids is what a word means: a model's name, or ids. */
bool models_is(const struct models *models, const char *word, const char *ids);

/* Adds ids to the model with this name, which is made if it is new. -EINVAL, -EEXIST. */
int db_model_add(struct db *db, const char *name, const char *ids);

/* Removes a model with all its ids, or only these ids of it. -ENOENT. */
int db_model_remove(struct db *db, const char *name, const char *ids);

#endif
