/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what another program prints, with a deadline. */
#ifndef SRC_GPUPCI_CHECK_RUN_H
#define SRC_GPUPCI_CHECK_RUN_H

/*
 * The standard output of another program, NULL when it did not succeed in time, or has
 * more than a list of files; *ret_status is its exit status then, or -errno. Freed by the
 * caller.
 */
char *check_run(const char *const argv[], unsigned int seconds, int *ret_status);

#endif
