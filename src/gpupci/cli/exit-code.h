/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit statuses of gpupci. */
#ifndef SRC_GPUPCI_CLI_EXIT_CODE_H
#define SRC_GPUPCI_CLI_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,  /* in use, or protected */
	EXIT_DEADLINE = 4, /* the kernel did not answer in time */
	EXIT_PARTLY = 5,   /* some cards done, others not */
	EXIT_WARNED = 10,  /* --check: ready, with warnings */
	EXIT_UNREADY = 11, /* --check: a VM cannot have a card of this host */
};

#endif
