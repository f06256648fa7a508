/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the values of an argument are. */
#ifndef ROCKS_COMPLETE_VALUES_H
#define ROCKS_COMPLETE_VALUES_H

#include "db/complete.h"
#include "src/cli/command.h"

enum value_source {
	VALUE_UNKNOWN, /* or new: there is nothing to offer */
	VALUE_FILE,
	VALUE_WORDS,	 /* those of a list */
	VALUE_INVENTORY, /* names of a kind */
};

struct value_kind {
	enum value_source source;
	const char *words; /* with blanks between */
	enum complete_kind kind;
};

/* What may be given to the argument or parameter of that name; help is what its help says. */
struct value_kind value_kind_of(const struct command *command, const char *name,
				const char *help);

#endif
