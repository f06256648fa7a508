/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an argument of a command takes: checks, help, manual pages and Tab read this row. */
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
	ARGUMENT_FILE = 1 << 2,	  /* one positional: file=PATH may stand for it */
	ARGUMENT_CLEARS = 1 << 3, /* an integer: an empty value, none or NULL will do */
};

/* The parameter that gives an ARGUMENT_FILE. */
#define FILE_PARAMETER "file"

/* What any word that is given to a command, and any file=, may have. */
#define ARGUMENT_MOST_MIB 16

enum argument_type {
	TYPE_UNSET, /* a mistake */
	TYPE_TEXT,
	TYPE_BOOLEAN,
	TYPE_INTEGER,
	TYPE_WORD, /* one of several */
};

struct argument {
	const char *name;
	const char *help; /* of a TYPE_WORD what its words do not say, or NULL */
	unsigned int flags;
	enum argument_type type;
	int64_t least, most; /* of a TYPE_INTEGER */
	const char *words;   /* of a TYPE_WORD, one blank between; of a TYPE_TEXT, what
				Tab offers, or NULL */
	enum complete_kind completes; /* a TYPE_TEXT */
};

/* The rows of a descriptor: TEXT is completed by COMPLETE_kind. */
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
 * Checks that each value is what the row of its argument takes, and parses it: ROCKS_DONE, or
 * ROCKS_USAGE after printing an error.
 */
int check_arguments(struct invocation *invocation);

/* What the user gave to an argument or parameter; NULL when nothing. */
const char *argument(const struct invocation *invocation, const char *name);

/* What was given to a TYPE_BOOLEAN, or otherwise when nothing. */
bool boolean_argument(const struct invocation *invocation, const char *name,
		      bool otherwise);

/*
 * What was given to a TYPE_INTEGER, in the invocation; NULL when nothing, or a word that
 * clears.
 */
const int64_t *integer_argument(const struct invocation *invocation, const char *name);

/* Complains of a word that is no boolean: ROCKS_USAGE follows. */
#define NOT_BOOLEAN                                                                      \
	"%s= is yes or no, not «%s»; on, y, true and 1 also mean yes, off, n, false, " \
	"0 and none also mean no"

/* What its help says: the text of the row with the words or the range that are taken. */
void argument_add_help(struct strbuf *text, const struct argument *argument);

#endif
