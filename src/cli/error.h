/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors, news and lines for a person, and what rocks exits with. */
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
	ROCKS_BLIND = 3, /* something could not be looked at */
};

/* Prints an error on stderr; what a terminal would not show is made visible. ROCKS_FAILED. */
int error(const char *format, ...) _printf_(1, 2);
/* The error that memory ran out. ROCKS_FAILED. */
int memory_error(void);

/* Prints news on stderr: stdout is for what the user asked for. */
void say(const char *format, ...) _printf_(1, 2);

/*
 * Prints a line on stdout for a person, with the newline, and makes control characters in
 * it visible: what hosts report is data.
 */
void print_line(const char *format, ...) _printf_(1, 2);
/* As error(), with a va_list. */
void print_error_list(const char *format, va_list list) _printf_(1, 0);

/*
 * From now on errors and news go to sink(), without usage lines, instead of stderr; NULL
 * ends this. A sentence lives for the call. errors_are_caught(): whether there is a sink.
 */
void catch_errors(void (*sink)(void *data, const char *sentence), void *data);
bool errors_are_caught(void);

#endif
