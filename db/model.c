/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Models of cards: names for vendor:device or all four ids. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "db/model.h"
#include "db/store/internal.h"
#include "lib/text.h"
#include "lib/wish.h"

#define SHORT 9 /* the length of vendor:device */

static const char EACH[] = "SELECT model.name, model_ids.ids FROM model_ids JOIN model "
			   "ON model.id = model_ids.model";
static const char FIND[] = "SELECT id FROM model WHERE name = ?";
static const char OWNER[] = "SELECT model.name FROM model_ids JOIN model "
			    "ON model.id = model_ids.model WHERE model_ids.ids = ?";
static const char ADD[] = "INSERT INTO model (name) SELECT ?1 WHERE NOT EXISTS "
			  "(SELECT 1 FROM model WHERE name = ?1)";
static const char ADD_IDS[] = "INSERT INTO model_ids (ids, model) "
			      "SELECT ?2, id FROM model WHERE name = ?1";
static const char REMOVE_IDS[] = "DELETE FROM model_ids WHERE ids = ?2 AND model = "
				 "(SELECT id FROM model WHERE name = ?1)";
static const char REMOVE[] = "DELETE FROM model WHERE name = ?1";
static const char REMOVE_EMPTY[] = "DELETE FROM model WHERE name = ?1 AND NOT EXISTS "
				   "(SELECT 1 FROM model_ids WHERE model = model.id)";

void models_release(struct models *models)
{
	for (size_t i = 0; i < models->count; i++)
		free(models->list[i].name);
	free(models->list);
	*models = (struct models){ 0 };
}

int models_add(struct models *models, const char *name, const char *ids,
	       enum model_source source)
{
	struct model *model;

	if (models->count == models->room) {
		size_t room = models->room ? 2 * models->room : 64;
		struct model *list = reallocarray(models->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		models->list = list;
		models->room = room;
	}
	model = &models->list[models->count];
	*model = (struct model){ .name = strdup(name), .source = source };
	if (!model->name)
		return -ENOMEM;
	models->count++;
	strncpy(model->ids, ids, sizeof(model->ids) - 1);
	return 0;
}

int db_models_read(struct db *db, struct models *models)
{
	_cleanup_query_ struct query query = { 0 };
	int r = query_start(db, &query, EACH, "");

	while (r == 0 && (r = query_step(&query)) == 1)
		r = models_add(models, query_text(&query, 0), query_text(&query, 1),
			       MODEL_INVENTORY) < 0
			    ? db_fail_memory(db)
			    : 0;
	return r;
}

static int compare(const void *a, const void *b)
{
	const struct model *left = a, *right = b;
	int r = strcmp(left->ids, right->ids);

	return r ? r : (int)left->source - (int)right->source;
}

void models_sort(struct models *models)
{
	if (models->count)
		qsort(models->list, models->count, sizeof(*models->list), compare);
}

static int compare_names(const void *a, const void *b)
{
	int r = text_compare_natural(((const struct model *)a)->name,
				     ((const struct model *)b)->name);

	return r ? r : compare(a, b);
}

void models_sort_by_name(struct models *models)
{
	if (models->count)
		qsort(models->list, models->count, sizeof(*models->list), compare_names);
}

static int compare_ids(const void *key, const void *element)
{
	return strcmp(key, ((const struct model *)element)->ids);
}

/* The first row of these ids, which is the inventory's if it has one; NULL. */
static const struct model *find(const struct models *models, const char *ids)
{
	const struct model *found = models->count
					    ? bsearch(ids, models->list, models->count,
						      sizeof(*models->list), compare_ids)
					    : NULL;

	while (found && found > models->list && strcmp(found[-1].ids, ids) == 0)
		found--;
	return found;
}

const char *models_of(const struct models *models, const char *ids)
{
	char vendor_device[SHORT + 1] = "";
	const struct model *whole, *half;

	if (!ids || strlen(ids) < SHORT)
		return NULL;
	strncpy(vendor_device, ids, SHORT);
	whole = find(models, ids);
	half = find(models, vendor_device);
	if (whole && half && whole->source != MODEL_INVENTORY &&
	    half->source == MODEL_INVENTORY)
		return half->name;
	return whole ? whole->name : half ? half->name : NULL;
}

const char *models_find(const struct models *models, const char *word)
{
	for (size_t i = 0; i < models->count; i++)
		if (strcasecmp(models->list[i].name, word) == 0)
			return models->list[i].name;
	return NULL;
}

bool models_is(const struct models *models, const char *word, const char *ids)
{
	const char *name;

	if (!ids)
		return false;
	if (wish_is_ids(word))
		return strncasecmp(word, ids, strlen(word)) == 0;
	name = models_of(models, ids);
	return name && strcasecmp(name, word) == 0;
}

static void lower(const char *text, char lowered[MODEL_IDS_SIZE])
{
	size_t i = 0;

	for (; i < MODEL_IDS_SIZE - 1 && text[i]; i++)
		lowered[i] = (char)tolower((unsigned char)text[i]);
	lowered[i] = '\0';
}

static int check(struct db *db, const char *name, const char *ids)
{
	if (!wish_is_name(name))
		return db_fail(db, -EINVAL,
			       "«%s» is not a name of a model: a letter, then letters, "
			       "digits, - _ . and +, and no name or address of a card",
			       name);
	if (ids && !wish_is_ids(ids))
		return db_fail(db, -EINVAL,
			       "«%s» are not ids: vendor:device[:subvendor:subdevice] in "
			       "four hexadecimal digits each, as `lspci -nn` shows them",
			       ids);
	return 0;
}

int db_model_add(struct db *db, const char *name, const char *ids)
{
	_cleanup_free_ char *owner = NULL;
	char lowered[MODEL_IDS_SIZE];
	int r = check(db, name, ids);

	if (r < 0)
		return r;
	lower(ids, lowered);
	r = db_fetch_text(db, &owner, OWNER, "t", lowered);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "%s are the ids of %s; `rocks remove gpu model %s %s` "
			       "takes them from it",
			       lowered, owner, owner, lowered);
	if (r == 0)
		r = db_run(db, ADD, "t", name);
	return r < 0 ? r : db_run(db, ADD_IDS, "tt", name, lowered);
}

int db_model_remove(struct db *db, const char *name, const char *ids)
{
	_cleanup_free_ char *owner = NULL;
	char lowered[MODEL_IDS_SIZE];
	int64_t id;
	int r = check(db, name, ids);

	if (r == 0)
		r = db_fetch_integer(db, &id, FIND, "t", name);
	if (r == 0)
		return db_fail(db, -ENOENT,
			       "the inventory has no model «%s»; see `rocks list gpu "
			       "model`",
			       name);
	if (r < 0)
		return r;
	if (!ids)
		return db_run(db, REMOVE, "t", name);
	lower(ids, lowered);
	r = db_fetch_text(db, &owner, OWNER, "t", lowered);
	if (r >= 0 && (!owner || strcasecmp(owner, name) != 0))
		return db_fail(db, -ENOENT,
			       "%s does not have the ids %s; see `rocks "
			       "list gpu model`",
			       name, lowered);
	if (r >= 0)
		r = db_run(db, REMOVE_IDS, "tt", name, lowered);
	return r < 0 ? r : db_run(db, REMOVE_EMPTY, "t", name);
}
