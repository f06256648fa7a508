/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --detach: takes a card from the host, so that a VM can have it. */
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/detach.h"
#include "src/gpupci/change/recover.h"
#include "src/gpupci/cli/exit-code.h"

int action_detach(struct host *host, const struct options *options)
{
	struct change change;
	int code = change_open(&change, host, options);

	if (code == EXIT_DONE) {
		change_recover(&change);
		code = change_each(&change, change_detach);
	}
	change_close(&change);
	return code;
}
