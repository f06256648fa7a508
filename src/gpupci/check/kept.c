/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which cards must stay detached over a reboot. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/kept.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/keep/detached-file.h"

bool check_is_kept(const struct host *host, const struct card *card)
{
	_cleanup_detached_ struct detached kept = DETACHED_EMPTY;
	struct detached *const lists[] = { &kept };

	if (detached_read(&kept, &host->scan.root, DETACHED_PATH) < 0)
		return false;
	detached_identify(lists, ARRAY_SIZE(lists), &host->cards,
			  host->names_content.length > 0);
	return detached_find(&kept, card) != NULL;
}

void check_kept(struct checks *checks, const struct host *host)
{
	static const char unknown[] = "which cards are to stay detached is not known";
	_cleanup_detached_ struct detached kept = DETACHED_EMPTY;
	const struct root *root = &host->scan.root;
	_cleanup_free_ char *aside = NULL;
	int error = detached_read(&kept, root, DETACHED_PATH);

	if (error < 0) {
		checks_add(checks, "host", "kept", CHECK_FAIL,
			   error == -EINVAL
				   ? "gpupci --restore puts the file aside; then "
				     "gpupci --detach each of these cards again"
				   : NULL,
			   "%s: %s%s: %s", unknown, root->folder, DETACHED_PATH,
			   error == -EINVAL ? "it is not as gpupci writes it"
					    : strerror(-error));
		return;
	}
	error = state_find_aside(root, DETACHED_PATH, 0, &aside);
	if (error < 0)
		checks_add(checks, "host", "kept", CHECK_FAIL, NULL, "%s: %s%s: %s",
			   unknown, root->folder, DETACHED_PATH, strerror(-error));
	else if (aside)
		checks_add(checks, "host", "kept", CHECK_FAIL,
			   "gpupci --detach each of these cards again, then remove that "
			   "file",
			   "%s: a broken list of them was renamed to %s", unknown, aside);
}
