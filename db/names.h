/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may be a name in the inventory. */
#ifndef DB_NAMES_H
#define DB_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "db/store/db.h"
#include "db/store/limits.h"

/* As DB_HOST_NAME_LETTERS says, no - in front; no rackN, no appliance, not taken. -EINVAL, -EEXIST. */
int db_check_new_host_name(struct db *db, const char *name);

/* As a host name: it is their first part, and stands for all of them. -EINVAL. */
int db_check_new_appliance_name(struct db *db, const char *name);

/* A name without blanks, = and control characters; what says of what: "attribute". */
int db_check_word(struct db *db, const char *what, const char *name);

/* Readable text, blanks allowed; what says of what: "membership". */
int db_check_label(struct db *db, const char *what, const char *text);

/* Readable text that is a path on some host; what says of what: "disk's path". */
int db_check_path(struct db *db, const char *what, const char *path);

/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx in lower-case hexadecimal digits. */
int db_check_uuid(struct db *db, const char *uuid);

/* gpupci, or gpupci and a number. */
int db_check_gpu_name(struct db *db, const char *name);

/* rack0: whether the word is such a group, and which rack. */
bool db_is_rack_group(const char *word, long long *ret_rack);

/* Reads an address of the user's; -EINVAL with its sentence. */
int db_parse_address(struct db *db, const char *text, int64_t *ret_address);

#endif
