/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences about what went wrong, and what rocks exits with. */
#ifndef SRC_CLI_ERROR_H
#define SRC_CLI_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

#include "lib/cleanup.h"

/* What rocks exits with. */
enum {
	ROCKS_DONE = 0,
	ROCKS_FAILED = 1, /* or drift was found */
	ROCKS_USAGE = 2,
	ROCKS_BLIND = 3, /* could not look */
};

/* Says what is wrong on stderr; control characters in it are made visible. */
int error(const char *format, ...) _printf_(1, 2); /* ROCKS_FAILED */

/* News, where errors go: standard output is for what was asked for. */
void say(const char *format, ...) _printf_(1, 2);
int memory_error(void); /* ROCKS_FAILED */
/* The same with the list of a function that takes one. */
void print_error_list(const char *format, va_list list) _printf_(1, 0);

/*
 * From now on sentences go to sink(), without usage lines, instead of stderr; NULL ends
 * that. Whether it is so now.
 */
void catch_errors(void (*sink)(void *data, const char *sentence), void *data);
bool errors_are_caught(void);

#endif
