/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /var/lib/gpupci/cards: the names of cards, including cards that are missing. */
#ifndef SRC_GPUPCI_CARDS_NAMES_FILE_H
#define SRC_GPUPCI_CARDS_NAMES_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/root.h"

#define NAMES_PATH "/var/lib/gpupci/cards"
#define NAME_SIZE 24 /* "gpupci999999" and more, with the NUL */
#define NAME_MOST_NUMBER 999999

/* A card that has a name. Unknown texts are NULL. */
struct name_record {
	char name[NAME_SIZE];
	bool is_virtual;	    /* an SR-IOV virtual function */
	struct pci_address address; /* where its first function is, or was last */
	char *path, *ids, *serial;  /* ids "10de:1b06:10de:120f", serial "dsn:…" */
	char parent[NAME_SIZE];	    /* virtual: its physical card's name, "" if unknown */
	unsigned int ordinal;	    /* virtual: which of its parent's, from 0 */
	bool is_known;		    /* it was in the file, with this address: */
	struct pci_address was;
	size_t card; /* after names_match(): index of its card, or NAME_NO_CARD */
};

#define NAME_NO_CARD ((size_t)-1)

struct names {
	struct name_record *records;
	size_t count;
};

#define NAMES_EMPTY     \
	{               \
		NULL, 0 \
	}

/*
 * Parses the content of the file. Returns 0, -ENOMEM, -EINVAL if gpupci did not write it,
 * or -EPROTO if a newer gpupci wrote it, the last two with a sentence in fault. No record
 * has a card yet. Release with names_release(), also after an error.
 */
int names_parse(struct names *names, const char *bytes, size_t length,
		struct strbuf *fault);

/* Sorts by number: gpupci2 before gpupci10. */
void names_sort(struct names *names);

/* Appends the content of the file; errors stay in the buffer. */
void names_format(const struct names *names, struct strbuf *content);

/*
 * Reads the file below the root. Returns 0 with the content in *ret_content; both are
 * empty if there is no file. Otherwise returns -errno with a sentence in fault (none for
 * -ENOMEM), -EINVAL or -EFBIG if gpupci did not write the file.
 */
int names_read(struct names *names, const struct root *root, struct strbuf *ret_content,
	       struct strbuf *fault);

/* Replaces the file unless it has this content already. Returns as names_read(). */
int names_write(const struct names *names, const struct root *root,
		const struct strbuf *content, struct strbuf *fault);

/* Adds an empty record of that name; the names own it. Returns 0 or -ENOMEM. */
int names_add(struct names *names, const char *name, struct name_record **ret_record);
void names_remove(struct names *names, struct name_record *record);
struct name_record *names_find(const struct names *names, const char *name);

/* Whether it is a valid card name: gpupci1, gpupci2, … */
bool name_is_valid(const char *name);

void names_release(struct names *names);

#endif
