/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that people give, in a place where a command may have a word of its own. */
#include <string.h>

#include "lib/text.h"
#include "src/cli/commands.h"
#include "src/cli/new-name.h"

/* Words that commands are going to have: what is named now must not hide them then. */
static const char *const reserved[] = { "all",	 "booking",   "calendar", "ledger",
					"limit", "openstack", "page",	  "quota" };

static bool is_word(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (strcasecmp(reserved[i], name) == 0)
			return true;
	for (size_t i = 0; i < commands_count; i++)
		if (text_lists_word_in_any_case(commands[i]->words, name))
			return true;
	return false;
}

int check_new_name(const char *what, const char *name)
{
	const char *article = *what == 'a' ? "an" : "a";

	if (*name && text_is_none(name))
		return error("«%s» cannot be the name of %s %s: it stands for no value; "
			     "choose another name",
			     name, article, what);
	if (is_word(name))
		return error("«%s» cannot be the name of %s %s: commands use that word; "
			     "choose another name",
			     name, article, what);
	return ROCKS_DONE;
}
