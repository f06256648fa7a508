/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --restore: after a boot, detaches again what was detached. */
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/recover.h"
#include "src/gpupci/change/restore.h"
#include "src/gpupci/cli/exit-code.h"

int action_restore(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		change_recover(&change);
		code = change_restore(&change);
		/* Nothing could be restored from a file that was moved aside. */
		if (code == EXIT_DONE && change.records.was_broken)
			code = EXIT_FAILED;
	}
	change_close(&change);
	return code;
}
