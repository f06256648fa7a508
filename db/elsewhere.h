/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards of other hosts, or of none, that bear the serial number of a card of a scan. */
#ifndef DB_ELSEWHERE_H
#define DB_ELSEWHERE_H

#include <stdbool.h>

#include "db/hosts.h"
#include "lib/strbuf.h"

/* What a person wants to be taken over: serial numbers and UUIDs of cards. */
struct adoption {
	char **words;
	bool *used; /* of each word */
	size_t count;
};

/* A card of a scan whose serial number no other card of its host has. */
struct sighting {
	const struct host_ref *host;
	const char *serial;
	const char *ids; /* vendor:device:subvendor:subdevice */
	bool is_known;	 /* it is recorded of its host */
};

/* What it is of the cards elsewhere. */
struct identity {
	int64_t row;	  /* the card that it is, and becomes again here; 0: none */
	char same_as[37]; /* else the UUID of the missing card that it may be, or "" */
};

/*
 * A card that another host reports is taken over from where it is missing if a person
 * named it, and from no host if it was of a host of this name: that was installed anew.
 * Until then it may be that card. 0, or -errno if what was named is still somewhere else,
 * or a VM has it, or two are meant.
 */
int db_elsewhere_find(struct db *db, const struct sighting *sighting,
		      struct adoption *adoption, struct identity *ret_identity);

/*
 * Gives a card from elsewhere to a host, under that name, at a packed address, with its
 * past; it stays quarantined. Its functions are not known then. 0 or -errno.
 */
int db_elsewhere_take(struct db *db, int64_t card, const struct host_ref *host,
		      const char *name, int64_t address);

/* Appends what a person is to know of a second card of that serial number. 0 or -errno. */
int db_elsewhere_note(struct db *db, const struct sighting *sighting,
		      struct strbuf *note);

/*
 * Whether no VM gets a card since it may be one that is missing: 1 after appending which
 * that is to text, and the command that takes it over to repair; 0; -errno.
 */
int db_elsewhere_doubt(struct db *db, int64_t card, struct strbuf *text,
		       struct strbuf *repair);

/* -ENOENT if a word was of no use. */
int db_elsewhere_check_used(struct db *db, const struct host_ref *host,
			    const struct adoption *adoption);

#endif
