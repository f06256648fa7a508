/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --forget: from now on no card stays detached over a reboot. */
#include <stdio.h>
#include <string.h>

#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/change.h"
#include "src/gpupci/change/recover.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/detached-file.h"

/* Cards that are detached now stay known, for --attach. */
static int forget_all(struct change *change)
{
	const struct root *root = &change->host->scan.root;
	int error = 0;

	for (size_t i = 0; i < change->records.kept.count && error == 0; i++)
		error = detached_copy(&change->records.here,
				      &change->records.kept.cards[i]);
	if (error == 0 && !change->options->dry_run)
		error = detached_write(&change->records.here, root, DETACHED_RUN_PATH);
	if (error == 0 && !change->options->dry_run)
		error = state_remove(root, DETACHED_PATH);
	if (error < 0) {
		fprintf(stderr, "gpupci: cannot change %s%s or %s%s: %s; run it again\n",
			root->folder, DETACHED_PATH, root->folder, DETACHED_RUN_PATH,
			strerror(-error));
		return EXIT_FAILED;
	}
	if (!change->records.kept.count)
		puts("no card is set to stay detached over a reboot");
	for (size_t i = 0; i < change->records.kept.count; i++)
		printf("%s: with the host again from the next boot on; now with gpupci "
		       "--attach %s\n",
		       detached_name(&change->records.kept.cards[i]),
		       detached_name(&change->records.kept.cards[i]));
	return EXIT_DONE;
}

int action_forget(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		/* An interrupted change would record its card again. */
		change_recover(&change);
		code = forget_all(&change);
	}
	change_close(&change);
	return code;
}
