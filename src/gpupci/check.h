/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: a row a check. */
#ifndef SRC_GPUPCI_CHECK_H
#define SRC_GPUPCI_CHECK_H

#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/card.h"
#include "src/gpupci/host.h"
#include "src/gpupci/options.h"

enum check_state {
	CHECK_OK,
	CHECK_WARN, /* it works, with something to know or to better */
	CHECK_FAIL, /* no VM can have the card, or none should */
};

struct check_row {
	char *subject;	  /* "host", or a card's name */
	const char *what; /* "iommu", "mates", …: constant */
	enum check_state state;
	char *found; /* what was seen, a sentence */
	char *fix;   /* what to change, a line a line; "" for nothing */
};

struct checks {
	struct check_row *rows;
	size_t count;
	int error; /* the first -ENOMEM of an add */
};

#define CHECKS_EMPTY       \
	{                  \
		NULL, 0, 0 \
	}

/* Adds a row; fix may be NULL. */
void checks_add(struct checks *checks, const char *subject, const char *what,
		enum check_state state, const char *fix, const char *found, ...)
	_printf_(6, 7);
void checks_release(struct checks *checks);

#define _cleanup_checks_ __attribute__((cleanup(checks_release)))

/* What the host must have: IOMMU, interrupt remapping, vfio, the early rule. */
void check_host(struct checks *checks, const struct host *host);

/* What a card must have; it was read. */
void check_card(struct checks *checks, struct host *host, struct card *card,
		const struct options *options);

/* Who would claim the card's functions at boot, and whether that is too early for us. */
void check_boot(struct checks *checks, const struct host *host, const struct card *card);

/*
 * The whole file below the root, NULL when it cannot be read (which is then "not known").
 * Freed by the caller.
 */
char *check_read(const char *root, const char *path, size_t *ret_length);

/* Whether there is something of that name below the root. */
bool check_exists(const char *root, const char *path);

/* The release of the root's kernel, "" when not known; freed by the caller, NULL: no memory. */
char *check_release_name(const char *root);

#endif
