/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: runs another program with a deadline. */
#ifndef SRC_GPUPCI_CHECK_RUN_H
#define SRC_GPUPCI_CHECK_RUN_H

/*
 * Returns the standard output of a program; NULL if it failed, took longer than so many
 * seconds, or printed more than a list of files. *ret_status is then its exit status, or
 * -errno. The caller frees it.
 */
char *check_run(const char *const argv[], unsigned int seconds, int *ret_status);

#endif
