/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds entries by a text key: sorted once, then looked up. */
#ifndef SRC_GPUPCI_CARDS_INDEX_H
#define SRC_GPUPCI_CARDS_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct index_entry {
	const char *key; /* borrowed; must not change while the index is used */
	size_t bytes;	 /* as struct index says */
	size_t number;	 /* what the caller finds */
};

struct index {
	struct index_entry *entries; /* by key, then by number, once sorted */
	size_t count, size;
	size_t bytes; /* how many bytes of a key count, at most */
};

#define INDEX_EMPTY                  \
	{                            \
		NULL, 0, 0, SIZE_MAX \
	}

/* Adds an entry; ignores a NULL key. Returns 0 or -ENOMEM. */
int index_add(struct index *index, const char *key, size_t number);

/*
 * Sorts the entries: call it after the last index_add() and before the first
 * index_find().
 */
void index_sort(struct index *index);

/*
 * Returns the first of the entries that have the key, which are consecutive and sorted by
 * number, and their count; NULL and 0 if there are none or the key is NULL. The index
 * owns them.
 */
const struct index_entry *index_find(const struct index *index, const char *key,
				     size_t *ret_count);

void index_release(struct index *index);

#define _cleanup_index_ __attribute__((cleanup(index_release)))

#endif
