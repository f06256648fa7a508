/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds entries by a text key: sorted once, then looked up. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/gpupci/cards/index.h"

int index_add(struct index *index, const char *key, size_t number)
{
	size_t size = index->size ? index->size * 2 : 16;

	if (!key)
		return 0;
	if (index->count == index->size) {
		struct index_entry *grown =
			reallocarray(index->entries, size, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		index->entries = grown;
		index->size = size;
	}
	index->entries[index->count++] =
		(struct index_entry){ key, index->bytes, number };
	return 0;
}

static int compare_entries(const void *left, const void *right)
{
	const struct index_entry *a = left, *b = right;
	int order = strncmp(a->key, b->key, a->bytes);

	return order ? order : (a->number > b->number) - (a->number < b->number);
}

void index_sort(struct index *index)
{
	if (index->count)
		qsort(index->entries, index->count, sizeof(*index->entries),
		      compare_entries);
}

/* Counts the entries below the key; with or_same also those equal to it. */
static size_t count_below(const struct index *index, const char *key, bool or_same)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(index->entries[middle].key, key, index->bytes);

		if (order < 0 || (or_same && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct index_entry *index_find(const struct index *index, const char *key,
				     size_t *ret_count)
{
	size_t first = key ? count_below(index, key, false) : 0;

	*ret_count = key ? count_below(index, key, true) - first : 0;
	return *ret_count ? &index->entries[first] : NULL;
}

void index_release(struct index *index)
{
	free(index->entries);
	*index = (struct index)INDEX_EMPTY;
}
