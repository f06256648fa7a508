/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: one row per check. */
#ifndef SRC_GPUPCI_CHECK_ROWS_H
#define SRC_GPUPCI_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/check/facts.h"

enum check_state {
	CHECK_OK,
	CHECK_WARN, /* works, but something could be better */
	CHECK_FAIL, /* no VM can have the card, or none should */
};

struct check_row {
	char *subject;	  /* "host", or a card's name */
	const char *what; /* "iommu", "mates", …: constant */
	enum check_state state;
	char *found; /* what the check found, a sentence */
	char *fix;   /* what to change, one line each; "" for nothing */
};

struct checks {
	struct check_row *rows;
	size_t count;
	int error;		/* the first -ENOMEM of an add */
	struct boot_facts boot; /* read before the first check */
};

#define CHECKS_EMPTY         \
	{                    \
		.rows = NULL \
	}

/*
 * Adds a row. what must be static; fix may be NULL or end with a newline; found is a
 * printf() format. Errors stay in checks->error.
 */
void checks_add(struct checks *checks, const char *subject, const char *what,
		enum check_state state, const char *fix, const char *found, ...)
	_printf_(6, 7);
void checks_release(struct checks *checks);

#define _cleanup_checks_ __attribute__((cleanup(checks_release)))

#endif
