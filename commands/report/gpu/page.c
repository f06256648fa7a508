/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rocks report gpu page: which cards are free, as a page for a browser. */
#include "src/cli/command.h"
#include "src/page/page.h"

static int run(struct invocation *invocation)
{
	const struct context context = context_of(invocation);

	return page_write(&context, argument(invocation, "file"));
}

static const struct argument parameters[] = {
	ARGUMENT_TEXT("file", "where to write it; without, it is printed", 0, PATH),
	ARGUMENTS_END,
};

const struct command cmd_report_gpu_page = {
	.words = "report gpu page",
	.summary = "write a page that says which cards are free",
	.help = "One HTML file without scripts: how many cards of each model are free, "
		"in "
		"use and out of order, and the state of each card. A card is in use if a "
		"VM has it, even one that is off, and out of order if no VM can be given "
		"it.\n\nfile= is replaced at once when the page is complete; after an "
		"error what was there is unchanged. Root writes only to a folder that "
		"nobody else can change. The page says when it was written, in UTC, and "
		"a browser loads it again every 5 minutes; a timer or cron has to write "
		"it.\n\nThe page names VMs and their users only if the attribute "
		"page_users is yes.",
	.parameters = parameters,
	.examples = "report gpu page\nreport gpu page file=gpus.html",
	.related = "report host gpu\nlist host gpu",
	.flags = COMMAND_READS,
	.run = run,
};
