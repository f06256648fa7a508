/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host's memory, parsed from the document of `gpupci --list --json`. */
#ifndef DB_MEMORY_H
#define DB_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "db/store/db.h"

/* Huge pages of one size on one NUMA node. */
struct memory_pages {
	int64_t node, size; /* bytes */
	int64_t total, free;
};

/* A process that has a card open through VFIO. */
struct memory_process {
	int64_t process;
	int64_t address; /* packed, of one function that it has open */
	int64_t bytes;	 /* in normal pages that it keeps from others; -1: unknown */
	int64_t locked;	 /* in all its pages; -1: unknown */
	char *vm;	 /* which VM has that card in the inventory; NULL: none */
	int64_t mem;	 /* MiB that VFIO pins of that VM; 0: not known beforehand */
};

struct memory {
	int64_t total;	   /* bytes; -1: not said, and the rest is empty */
	int64_t huge_page; /* bytes of the default size; -1: unknown */
	bool complete;	   /* there are no other processes with cards */
	struct memory_pages *pages;
	size_t page_count;
	struct memory_process *processes;
	size_t process_count;
};

#define _cleanup_memory_ _cleanup_(memory_release)

void memory_release(struct memory *memory);

/* How many bytes are set aside as huge pages. */
int64_t memory_sum_huge(const struct memory *memory);

/*
 * Parses what a document that db_scan_parse() accepted says of the memory of host, an id.
 * 0, -EINVAL if it makes no sense, or -errno. The caller releases the memory.
 */
int db_memory_parse(struct db *db, const char *document, int64_t host,
		    struct memory *ret_memory);

#endif
