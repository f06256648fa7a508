/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking many hosts: what each of them printed, or why it did not answer. */
#ifndef SRC_FLEET_COLLECT_H
#define SRC_FLEET_COLLECT_H

#include "src/cli/command.h"

/* What a host answered. */
struct answer_of_host {
	char *text; /* its standard output; NULL when it did not succeed */
	char *why;  /* a sentence without the host's name when it did not; else NULL */
	bool asked; /* false: it could not be reached, or we were stopped */
};

struct answers {
	struct answer_of_host *list; /* one for each host, in the order of the set */
	size_t count;
};

#define _cleanup_answers_ _cleanup_(answers_release)

void answers_release(struct answers *answers);

/*
 * Runs a command for sh on hosts, waits for all of them, and shows on a terminal how far
 * it is. program is what is told to be absent where a shell does not find it. ROCKS_DONE
 * whatever the hosts answer; no transaction is to be open.
 */
int collect(const struct context *context, const struct host_set *hosts,
	    const char *command, const char *program, struct answers *ret_answers);

/* The same where a host only looks: one that hangs holds the others up less long. */
int collect_facts(const struct context *context, const struct host_set *hosts,
		  const char *command, const char *program, struct answers *ret_answers);

/* The same with bounds of its own, and lines that are handed on as they come. */
struct collect_options {
	int64_t seconds;
	size_t most_mib; /* of what a host prints; 0 for the usual bound */
	bool is_script;	 /* program is no program's name but what is done */
	void (*line)(void *data, const char *line);
	void *data;
};
int collect_with(const struct context *context, const struct host_set *hosts,
		 const char *command, const char *program,
		 const struct collect_options *options, struct answers *ret_answers);

/* The same of `gpupci --list --json`, the document of doc/gpupci-scan.rst. */
int collect_scans(const struct context *context, const struct host_set *hosts,
		  struct answers *ret_answers);

#endif
