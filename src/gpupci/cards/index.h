/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding things by a text among many: sorted once, then looked up. */
#ifndef SRC_GPUPCI_CARDS_INDEX_H
#define SRC_GPUPCI_CARDS_INDEX_H

#include <stddef.h>
#include <stdint.h>

struct index_entry {
	const char *key; /* the caller's; it stays as it is while the index is used */
	size_t bytes;	 /* as the index has it */
	size_t number;	 /* what it is of */
};

struct index {
	struct index_entry *entries; /* by key, then by number, once sorted */
	size_t count, size;
	size_t bytes; /* of a key that count, at most */
};

#define INDEX_EMPTY                  \
	{                            \
		NULL, 0, 0, SIZE_MAX \
	}

/* Adds an entry; a key that is NULL is passed over. 0 or -ENOMEM. */
int index_add(struct index *index, const char *key, size_t number);

/* After the last entry was added, before the first look. */
void index_sort(struct index *index);

/*
 * The entries that have the key, one after the other by number: the first of them, and how
 * many. NULL and 0 where there is none, or the key is NULL.
 */
const struct index_entry *index_find(const struct index *index, const char *key,
				     size_t *ret_count);

void index_release(struct index *index);

#define _cleanup_index_ __attribute__((cleanup(index_release)))

#endif
