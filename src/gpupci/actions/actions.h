/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gpupci can be asked to do: a file each, called as its option. */
#ifndef SRC_GPUPCI_ACTIONS_ACTIONS_H
#define SRC_GPUPCI_ACTIONS_ACTIONS_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/cli/options.h"

/*
 * Each does what the options ask for on a host that was read, says on stderr what went
 * wrong, and returns an exit code. Output errors are main()'s to find.
 */
int action_list(struct host *host, const struct options *options);
int action_status(struct host *host, const struct options *options);

int action_scan(struct host *host, const struct options *options);
int action_rename(struct host *host, const struct options *options);
int action_capture(struct host *host, const struct options *options);
int action_detach(struct host *host, const struct options *options);
int action_attach(struct host *host, const struct options *options);
int action_restore(struct host *host, const struct options *options);
int action_forget(struct host *host, const struct options *options);
int action_check(struct host *host, const struct options *options);

/* On a host that was not read: it reads what it needs. */
int action_early(struct host *host, const struct options *options);

#endif
