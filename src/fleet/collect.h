/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking many hosts: what each of them printed, or why it did not answer. */
#ifndef SRC_FLEET_COLLECT_H
#define SRC_FLEET_COLLECT_H

#include "src/cli/command.h"

/* The answer of one host. */
struct answer_of_host {
	char *text; /* its standard output; NULL on failure */
	char *why;  /* on failure, a sentence without the host's name; else NULL */
	bool asked; /* false: unreachable, or the user stopped us */
};

struct answers {
	struct answer_of_host *list; /* one for each host, in the order of the set */
	size_t count;
};

#define _cleanup_answers_ _cleanup_(answers_release)

void answers_release(struct answers *answers);

/*
 * Runs a command with sh on hosts, waits for all of them, and shows progress on a
 * terminal. program is the name that messages report as not installed. No transaction may
 * be open. A host that prints more than 16 MiB, or more than its share when all hosts
 * together print more than 64 MiB, counts as failed. ROCKS_DONE whatever the hosts answer,
 * ROCKS_FAILED after printing an error; the caller releases ret_answers.
 */
int collect(const struct context *context, const struct host_set *hosts,
	    const char *command, const char *program, struct answers *ret_answers);

/*
 * The same for commands that only look: a shorter deadline, so that a hung host delays
 * the others less.
 */
int collect_facts(const struct context *context, const struct host_set *hosts,
		  const char *command, const char *program, struct answers *ret_answers);

/* The same with its own limits, and a callback for lines as they arrive. */
struct collect_options {
	int64_t seconds;
	size_t most_mib; /* of a host's output; 0 for the default */
	bool is_script;	 /* program describes what is done instead of naming a program */
	void (*line)(void *data, const char *line);
	void *data;
};
int collect_with(const struct context *context, const struct host_set *hosts,
		 const char *command, const char *program,
		 const struct collect_options *options, struct answers *ret_answers);

/*
 * The same for `gpupci --list --json`; its document is described in doc/gpupci-scan.rst.
 */
int collect_scans(const struct context *context, const struct host_set *hosts,
		  struct answers *ret_answers);

#endif
