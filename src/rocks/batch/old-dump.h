/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the dump of an old frontend has besides our commands. */
#ifndef ROCKS_OLD_DUMP_H
#define ROCKS_OLD_DUMP_H

#include "src/cli/command.h"

#define OLD_DUMP_MOST 64

/* How many lines and parameters of each kind were passed over. */
struct old_dump {
	size_t lines[OLD_DUMP_MOST];
	size_t parameters[OLD_DUMP_MOST];
	size_t appliances;
};

/*
 * Whether a line has no meaning here; words is how many of its words are a command of ours.
 * What we know is never passed over.
 */
bool old_dump_passes(struct old_dump *old, char *const *argv, size_t count, size_t words);

/* Takes out of the words behind a command the parameters that have no meaning here. */
void old_dump_drop(struct old_dump *old, const struct command *command, char **words,
		   size_t *count);

/* Whether the line adds an appliance that is there, just so. */
bool old_dump_has_appliance(struct old_dump *old, const struct invocation *invocation);

/*
 * A card was an attribute of its host: whether this line adds such a one. ret_words are
 * then the words behind add host gpu.
 */
bool old_dump_is_card(const struct invocation *invocation, char *ret_words[3]);

/*
 * The frontend was localhost, and had no line of its own. When a line is about it and there
 * is none, adds this machine: 1, else 0, or -errno. A line that adds localhost itself adds
 * this machine. The name is the caller's to free, when the line has been run.
 */
int old_dump_add_frontend(struct invocation *invocation, char **ret_name);

/* Says on stderr what was passed over; name is the batch's. */
void old_dump_tell(const struct old_dump *old, const char *name);

#endif
