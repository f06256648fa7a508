/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The descriptor of a command, and what all commands share. */
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
	COMMAND_FREE = 1 << 3,	 /* takes any words, without checks */
	COMMAND_OWN =
		1 << 4, /* opens its own transactions, because it waits for others */
	COMMAND_RETRIED = 1 << 5, /* in a batch: a line that fails is tried again after
				   * later ones, up to one that removes; has the arguments
				   * host and gpu */
};

#define ARGUMENTS_MOST 24

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
	int (*run)(struct invocation *invocation); /* returns the exit status */
};

/* A command with the words that the user gave it. */
struct invocation {
	const struct command *command;
	struct db *db;	   /* open, in a transaction, as the flags say; else NULL */
	const char *path;  /* of the inventory; NULL in a batch */
	const char *who;   /* the name that the history records */
	char *const *many; /* the words of the ARGUMENT_MANY */
	size_t many_count;
	const char *file; /* the path that replaces the ARGUMENT_FILE, or NULL */
	const char *values[2 * ARGUMENTS_MOST]; /* of arguments, then of parameters */
	int64_t numbers[2 * ARGUMENTS_MOST];	/* booleans and integers among these */
};

/* What the rooms below the commands take instead of an invocation. */
struct context context_of(const struct invocation *invocation);

/* Prints the database's error. ROCKS_FAILED, or ROCKS_BLIND if it could not be read. */
int database_error(const struct invocation *invocation);

/* ROCKS_DONE if r, the answer of db/, is 0 or more; else database_error(). */
int answer(const struct invocation *invocation, int r);

/*
 * The transaction of a COMMAND_OWN, which must not keep one open while it waits for a person
 * or another program. commit() first makes sure that all output has been written. Both return
 * ROCKS_DONE, or what to exit with after printing an error.
 */
int begin(const struct invocation *invocation);
int commit(const struct invocation *invocation);

/*
 * The hosts that the words of the ARGUMENT_MANY name; all hosts if there are no words. The
 * caller releases the set. ROCKS_DONE, or what to exit with after printing an error.
 */
int take_hosts(const struct invocation *invocation, struct host_set *ret_hosts);

/* The same for VMs, without the other hosts of a pattern or select. There must be words. */
int take_vms(const struct invocation *invocation, struct host_set *ret_hosts);

/* The same for the one host that an argument names. */
int take_host(const struct invocation *invocation, const char *name,
	      struct host_set *ret_hosts);

/*
 * Prints a table as output-header=, output-col= and json= ask for it; key is the JSON name of
 * an owner's list. owner_always keeps the column of owners even if all rows have the same one.
 * ROCKS_DONE, or what to exit with after printing an error.
 */
int print_table(const struct invocation *invocation, const struct table *table,
		bool owner_always, const char *key);

/*
 * Lists hosts: add() adds the rows of each host to a table, which is printed as by
 * print_table(). add() returns 0, or -errno with an error in the database, as db/ does.
 */
int list_by_host(const struct invocation *invocation, const char *const *columns,
		 size_t count,
		 int (*add)(struct db *db, const struct host_ref *host,
			    struct table *table),
		 bool owner_always, const char *key);

#endif
