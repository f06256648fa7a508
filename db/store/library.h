/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SQLite library that runs, which may be another one than was built with. */
#ifndef DB_STORE_LIBRARY_H
#define DB_STORE_LIBRARY_H

#include <stdbool.h>

/* Its version, such as 3.40.1. Not to be freed. */
const char *library_version(void);

/* Its version as a number: 3040001. */
int library_number(void);

/*
 * Whether a release has the WAL-reset bug: processes that write and checkpoint at the same
 * instant can, rarely, damage the file. A distribution may have mended it without another
 * number. https://www.sqlite.org/wal.html#walresetbug
 */
bool library_has_reset_bug(int number);

#endif
