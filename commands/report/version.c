/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report version: which release this is. */
#include "src/cli/command.h"
#include "version.h"

static int run(struct invocation *invocation)
{
	if (boolean_argument(invocation, "json", false))
		printf("[{\"version\": \"%s\"}]\n", VERSION);
	else
		puts(VERSION);
	return ROCKS_DONE;
}

static const struct argument parameters[] = {
	ARGUMENT_BOOLEAN("json", "yes: as JSON"),
	ARGUMENTS_END,
};

const struct command cmd_report_version = {
	.words = "report version",
	.summary = "print the version of this program",
	.parameters = parameters,
	.examples = "report version",
	.related = "list help",
	.run = run,
};
