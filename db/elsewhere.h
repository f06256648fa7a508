/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of other hosts, or of none, that bear the serial number of a card of a scan. */
#ifndef DB_ELSEWHERE_H
#define DB_ELSEWHERE_H

#include <stdbool.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

/* The cards that the user says were moved here: their serial numbers or UUIDs. */
struct adoption {
	char **words;
	bool *used; /* for each word: a card was taken over by it */
	size_t count;
};

/* A card of a scan whose serial number no other card of its host has. */
struct sighting {
	const struct host_ref *host;
	const char *serial;
	const char *ids; /* vendor:device:subvendor:subdevice */
	bool is_known;	 /* it is recorded of its host */
};

/* Which card elsewhere a sighting is, or may be. */
struct identity {
	int64_t row;	  /* the card that it is, to be taken over; 0: none */
	char same_as[37]; /* else the UUID of the missing card that it may be, or "" */
};

/*
 * Finds the card of another host, or of none, that a sighting is: one that is missing there
 * and that the user named, or a retired one of a host of this name, which was reinstalled.
 * Without that, it only may be the missing card. 0, or -errno if the named card is still
 * present elsewhere, a VM has it, or the word means two cards.
 */
int db_elsewhere_find(struct db *db, const struct sighting *sighting,
		      struct adoption *adoption, struct identity *ret_identity);

/*
 * In a transaction: gives a card from elsewhere to a host, under that name, at a packed
 * address, with its history; a quarantine stays. Its functions are unknown afterwards. 0 or
 * -errno.
 */
int db_elsewhere_take(struct db *db, int64_t card, const struct host_ref *host,
		      const char *name, int64_t address);

/* Appends a note if another card has the sighting's serial number. 0 or -errno. */
int db_elsewhere_note(struct db *db, const struct sighting *sighting,
		      struct strbuf *note);

/*
 * Whether no VM gets a card because it may be one that is missing: 1 after appending to
 * text which card that is, and to repair the command that takes it over; 0; -errno.
 */
int db_elsewhere_doubt(struct db *db, int64_t card, struct strbuf *text,
		       struct strbuf *repair);

/* 0, or -ENOENT if a word named no card that could be taken over. */
int db_elsewhere_check_used(struct db *db, const struct host_ref *host,
			    const struct adoption *adoption);

#endif
