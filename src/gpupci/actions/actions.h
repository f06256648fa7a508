/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The actions of gpupci: one file each, named after its option. For main() alone. */
#ifndef SRC_GPUPCI_ACTIONS_ACTIONS_H
#define SRC_GPUPCI_ACTIONS_ACTIONS_H

#include "src/gpupci/cards/host.h"
#include "src/gpupci/cli/options.h"

/*
 * Each carries out the options on a host that has been read, prints errors on stderr and
 * returns an exit code. main() checks stdout for write errors.
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

/* Takes a host that has not been read: it reads only what it needs. */
int action_early(struct host *host, const struct options *options);

/*
 * For action_capture(): opens the folder of the archive, before root_enter() changes the
 * root; it stays open until the program ends. 0 or -errno; capture_fail() prints such an
 * error and returns the exit status.
 */
int capture_hold_folder(const char *path);
int capture_fail(const char *path, int error);

#endif
