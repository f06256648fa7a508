/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --attach: gives a card back to the host. */
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/attach.h"
#include "src/gpupci/change/recover.h"
#include "src/gpupci/cli/exit-code.h"

int action_attach(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		change_recover(&change);
		code = change_each(&change, change_attach);
	}
	change_close(&change);
	return code;
}
