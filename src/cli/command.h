/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command is, and what all commands share. */
#ifndef SRC_CLI_COMMAND_H
#define SRC_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/hosts.h"
#include "db/store/db.h"
#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "lib/table.h"
#include "src/cli/argument.h"
#include "src/cli/context.h"
#include "src/cli/error.h"

enum {
	COMMAND_READS = 1 << 0,	 /* the database, in one read transaction */
	COMMAND_WRITES = 1 << 1, /* the database, in one write transaction */
	COMMAND_TABLE = 1 << 2,	 /* takes output-header=, output-col= and json= */
	COMMAND_FREE = 1 << 3,	 /* takes any words: they are not looked at */
	COMMAND_OWN = 1 << 4,	 /* keeps its own transactions: it waits for others */
	COMMAND_RETRIED =
		1 << 5, /* in a batch: what it needs may come in a later line, up
				   * to one that removes; it has the arguments host and
				   * gpu */
};

#define ARGUMENTS_MOST 16

struct invocation;

struct command {
	const char *words;   /* add host gpu */
	const char *summary; /* one line */
	const char *help;    /* paragraphs, a line each, "\n\n" between; or NULL */
	const struct argument *arguments; /* positional, ends with a NULL name; or NULL */
	const struct argument *parameters; /* key=value, ends with a NULL name; or NULL */
	const char *examples;		   /* command lines, "\n" between; or NULL */
	const char *related;		   /* words of commands, "\n" between; or NULL */
	unsigned int flags;
	const char *writes_with; /* COMMAND_READS: the parameter that makes it write */
	int (*run)(struct invocation *invocation); /* answers what to exit with */
};

/* A command with what the user gave it. */
struct invocation {
	const struct command *command;
	struct db *db;	   /* open, in a transaction, as the flags say; else NULL */
	const char *who;   /* whom the history is to note */
	char *const *many; /* the words of the ARGUMENT_MANY */
	size_t many_count;
	const char *file; /* the path that stands for the ARGUMENT_FILE, or NULL */
	const char *values[2 * ARGUMENTS_MOST]; /* of arguments, then of parameters */
	int64_t numbers[2 * ARGUMENTS_MOST];	/* booleans and integers among these */
};

/* For the rooms below the commands. */
struct context context_of(const struct invocation *invocation);

/* Says what the database said: ROCKS_FAILED, or ROCKS_BLIND when it could not be read. */
int database_error(const struct invocation *invocation);

/* ROCKS_DONE for 0 and more, else database_error(). */
int answer(const struct invocation *invocation, int r);

/*
 * The transaction of a COMMAND_OWN: none is to be open while it waits for a person or
 * another program. Commits only when all that was printed has been written.
 */
int begin(const struct invocation *invocation);
int commit(const struct invocation *invocation);

/* Its end: commits where r, what came of it, is ROCKS_DONE, else takes all of it back. */
int conclude(const struct invocation *invocation, int r);

/*
 * The hosts that the words of the ARGUMENT_MANY name, all when there are no words.
 * ROCKS_DONE, or what to exit with.
 */
int take_hosts(const struct invocation *invocation, struct host_set *ret_hosts);

/* The same for VMs: what a pattern or select names besides is passed over. Words are needed. */
int take_vms(const struct invocation *invocation, struct host_set *ret_hosts);

/* The one host that an argument names. */
int take_host(const struct invocation *invocation, const char *name,
	      struct host_set *ret_hosts);

/* Prints a table as the user asked for it; key is the JSON name of an owner's list. */
int print_table(const struct invocation *invocation, const struct table *table,
		bool owner_always, const char *key);

/*
 * A listing of hosts: a table to which add() adds the rows of each, printed as
 * print_table() does. add() answers as db/ does.
 */
int list_by_host(const struct invocation *invocation, const char *const *columns,
		 size_t count,
		 int (*add)(struct db *db, const struct host_ref *host,
			    struct table *table),
		 bool owner_always, const char *key);

#endif
