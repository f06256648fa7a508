/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row that describes an argument: checks, help, manual pages and Tab read it. */
#ifndef SRC_CLI_ARGUMENT_H
#define SRC_CLI_ARGUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "db/complete.h"
#include "lib/strbuf.h"

enum {
	ARGUMENT_REQUIRED = 1 << 0,
	ARGUMENT_MANY =
		1 << 1, /* the first positional: takes all words the others leave */
	ARGUMENT_FILE = 1 << 2,	  /* one positional: file=PATH may replace it */
	ARGUMENT_CLEARS = 1 << 3, /* an integer: an empty value, none or NULL clears it */
};

/* The parameter that gives an ARGUMENT_FILE. */
#define FILE_PARAMETER "file"

/* The limit, in MiB, of a word on the command line and of the file that file= names. */
#define ARGUMENT_MOST_MIB 16

enum argument_type {
	TYPE_UNSET, /* never valid */
	TYPE_TEXT,
	TYPE_BOOLEAN,
	TYPE_INTEGER,
	TYPE_WORD, /* one of several */
};

struct argument {
	const char *name;
	const char *help; /* a TYPE_WORD: what its words do not say, or NULL */
	unsigned int flags;
	enum argument_type type;
	int64_t least, most; /* a TYPE_INTEGER: both may be given */
	const char *words;   /* a TYPE_WORD: those allowed, with single blanks between; a
				TYPE_TEXT: what Tab offers, or NULL */
	enum complete_kind completes; /* a TYPE_TEXT */
};

/* Rows of a descriptor. Tab completes a TEXT by COMPLETE_kind. */
#define ARGUMENT_TEXT(name, help, flags, kind)                            \
	{                                                                 \
		name, help, flags, TYPE_TEXT, 0, 0, NULL, COMPLETE_##kind \
	}
#define ARGUMENT_BOOLEAN(name, help)                                      \
	{                                                                 \
		name, help, 0, TYPE_BOOLEAN, 0, 1, NULL, COMPLETE_NOTHING \
	}
#define ARGUMENT_INTEGER(name, help, flags, least, most)                             \
	{                                                                            \
		name, help, flags, TYPE_INTEGER, least, most, NULL, COMPLETE_NOTHING \
	}
#define ARGUMENT_WORD(name, help, flags, words)                             \
	{                                                                   \
		name, help, flags, TYPE_WORD, 0, 0, words, COMPLETE_NOTHING \
	}
#define ARGUMENTS_END                                                   \
	{                                                               \
		NULL, NULL, 0, TYPE_UNSET, 0, 0, NULL, COMPLETE_NOTHING \
	}

struct invocation;

/* The parameters that COMMAND_TABLE adds; ends with a NULL name. */
extern const struct argument table_parameters[];

/*
 * Checks each value against the row of its argument, and parses booleans and integers.
 * ROCKS_DONE, or ROCKS_USAGE after printing an error.
 */
int check_arguments(struct invocation *invocation);

/*
 * The value of an argument or parameter of the command's descriptor; any other name is a
 * bug, for assert(). The invocation owns it. NULL if the user gave none.
 */
const char *argument(const struct invocation *invocation, const char *name);

/* The value of a TYPE_BOOLEAN; the argument otherwise if the user gave none. */
bool boolean_argument(const struct invocation *invocation, const char *name,
		      bool otherwise);

/*
 * The value of a TYPE_INTEGER, which the invocation owns; NULL if the user gave none, or a
 * word that clears it.
 */
const int64_t *integer_argument(const struct invocation *invocation, const char *name);

/* The error about a word that is not a boolean: a format for the key and the word. */
#define NOT_BOOLEAN                                                                    \
	"%s= must be yes or no, not «%s»; on, y, true and 1 also mean yes, off, n, " \
	"false, "                                                                      \
	"0 and none also mean no"

/* Appends the help of a row, with the words or the range that it takes. */
void argument_add_help(struct strbuf *text, const struct argument *argument);

#endif
