/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SQLite library that runs. */
#include <sqlite3.h>

#include "db/store/library.h"

const char *library_version(void)
{
	return sqlite3_libversion();
}

int library_number(void)
{
	return sqlite3_libversion_number();
}

/* Mended in 3.51.3, and in 3.44.6 and 3.50.7 for their branches. */
bool library_has_reset_bug(int number)
{
	if (number < 3007000 || number >= 3051003)
		return false;
	return !(number >= 3044006 && number < 3045000) &&
	       !(number >= 3050007 && number < 3051000);
}
