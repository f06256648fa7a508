/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of names for the inventory. 0 or -errno with db_error(). */
#ifndef DB_NAMES_H
#define DB_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "db/store/db.h"
#include "db/store/limits.h"

/*
 * Letters of DB_HOST_NAME_LETTERS, no leading -; not rackN, not an appliance, not taken
 * by a host or an alias. -EINVAL, -EEXIST.
 */
int db_check_new_host_name(struct db *db, const char *name);

/* The same for another name of a host, which may have dots but be no IP address. */
int db_check_new_alias(struct db *db, const char *name);

/*
 * Rules as for host names: it is their first part, and as a host argument their group.
 * -EINVAL.
 */
int db_check_new_appliance_name(struct db *db, const char *name);

/*
 * The same for an aggregate, which is a group of hosts in a host argument, in any case of
 * letters. An aggregate of that name may be there. -EINVAL, -EEXIST.
 */
int db_check_aggregate_name(struct db *db, const char *name);

/* Fails if an aggregate has that name; what is what was to have it: "alias". 0, -EEXIST. */
int db_check_no_aggregate(struct db *db, const char *what, const char *name);

/*
 * The name of what is not a host: a letter or digit, then letters, digits, - _ . and +; what
 * is its kind: "project". -EINVAL.
 */
int db_check_name(struct db *db, const char *what, const char *name);

/*
 * The login name of a user, or the name of a Unix group: letters, digits, - _ . and @, no - in
 * front, not only digits, which mean a user's id. It need not exist. what: "user". -EINVAL.
 */
int db_check_user(struct db *db, const char *what, const char *name);

/*
 * A name without blanks, = and control characters; what names it in messages:
 * "attribute".
 */
int db_check_word(struct db *db, const char *what, const char *name);

/* Printable text, blanks allowed; what: "membership". */
int db_check_label(struct db *db, const char *what, const char *text);

/* Printable text that is a path on some host; what: "disk's path". */
int db_check_path(struct db *db, const char *what, const char *path);

/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in lower-case hexadecimal digits. */
int db_check_uuid(struct db *db, const char *uuid);

/* gpupci, or gpupci and a number. */
int db_check_gpu_name(struct db *db, const char *name);

/* 1 if the text matches a pattern of SQL, in any case, 0, -errno. */
int db_is_like(struct db *db, const char *text, const char *pattern);

/* Whether the word is a group such as rack0, and which rack. */
bool db_is_rack_group(const char *word, long long *ret_rack);

/* Parses a PCI address that the user gave, packed; -EINVAL with a sentence. */
int db_parse_address(struct db *db, const char *text, int64_t *ret_address);

#endif
