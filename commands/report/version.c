/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report version: which release this is. */
#include <string.h>

#include "db/store/library.h"
#include "src/cli/command.h"
#include "version.h"

static int run(struct invocation *invocation)
{
	bool may = library_has_reset_bug(library_number());

	if (boolean_argument(invocation, "major", false)) {
		printf("%.*s\n", (int)strcspn(VERSION, "."), VERSION);
		return ROCKS_DONE;
	}
	if (boolean_argument(invocation, "json", false)) {
		printf("[{\"version\": \"%s\", \"sqlite\": \"%s\", "
		       "\"sqlite_wal_reset_bug\": %s}]\n",
		       VERSION, library_version(), may ? "true" : "false");
		return ROCKS_DONE;
	}
	puts(VERSION);
	if (may)
		say("SQLite %s may have the WAL-reset bug, which can damage the "
		    "inventory in rare cases, unless your distribution has fixed it; "
		    "keep copies with `rocks dump database`, and see "
		    "https://www.sqlite.org/wal.html#walresetbug",
		    library_version());
	return ROCKS_DONE;
}

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("json", "yes: as JSON"),
	ARGUMENT_BOOLEAN("major", "yes: only its first number"),
	ARGUMENTS_END,
};

const struct command cmd_report_version = {
	.words = "report version",
	.summary = "print the version of this program",
	.help = "Warns on standard error if the SQLite library in use is a release with "
		"the WAL-reset bug: 3.7.0 to 3.51.2, except 3.44.6, 3.50.7 and later "
		"releases of these branches. A distribution may have fixed the bug "
		"without changing the number.",
	.parameters = parameters,
	.examples = "report version",
	.related = "list help",
	.run = run,
};
