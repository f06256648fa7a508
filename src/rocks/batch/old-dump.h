/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the dump of an old frontend contains besides our commands. */
#ifndef ROCKS_OLD_DUMP_H
#define ROCKS_OLD_DUMP_H

#include "src/cli/command.h"

#define OLD_DUMP_MOST 64

/* How many lines and parameters of each kind were skipped. Starts as zeros. */
struct old_dump {
	size_t lines[OLD_DUMP_MOST];
	size_t parameters[OLD_DUMP_MOST];
	size_t appliances;
};

/*
 * Whether a line has no meaning here and is skipped; words is how many of its words are a
 * command of ours, which is never skipped for a shorter one.
 */
bool old_dump_passes(struct old_dump *old, char *const *argv, size_t count, size_t words);

/* Removes from the words after a command the parameters that have no meaning here. */
void old_dump_drop(struct old_dump *old, const struct command *command, char **words,
		   size_t *count);

/* Whether the line adds an appliance that already exists with the same names. */
bool old_dump_has_appliance(struct old_dump *old, const struct invocation *invocation);

/*
 * Whether the line adds the attribute managed to an appliance that has it in every new
 * inventory: then the caller sets it instead.
 */
bool old_dump_sets_managed(const struct invocation *invocation);

/*
 * Whether the line adds an attribute that is a card, as old frontends recorded them. If so,
 * ret_words are the words after add host gpu, which the invocation owns.
 */
bool old_dump_is_card(const struct invocation *invocation, char *ret_words[3]);

/*
 * Old dumps call the frontend localhost and have no line that adds it. If the line is about
 * it, or adds the frontend of a virtual cluster, and there is no frontend, adds this machine
 * and returns 1; else 0, or -errno. A line that adds localhost becomes one that adds this
 * machine. quoted: the words of the command were one argument. The caller frees *ret_name
 * after the line ran.
 */
int old_dump_add_frontend(struct invocation *invocation, bool quoted, char **ret_name);

/* Reports on stderr what was skipped; name is the batch's. */
void old_dump_print(const struct old_dump *old, const char *name);

#endif
