/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: a row a check. */
#ifndef SRC_GPUPCI_CHECK_ROWS_H
#define SRC_GPUPCI_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"

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

/* What the first file system of the next boot holds; filled in when it is first needed. */
struct initramfs {
	bool is_read;
	char *list;  /* the names of its files, a line a file; NULL when not known */
	char *image; /* its path, NULL when there is none that is known */
	char *why;   /* a sentence on why there is no list */
};

struct checks {
	struct check_row *rows;
	size_t count;
	int error; /* the first -ENOMEM of an add */
	struct initramfs initramfs;
};

#define CHECKS_EMPTY         \
	{                    \
		.rows = NULL \
	}

/* How words get onto the kernel's command line; the words are a literal. */
#define CHECK_GRUB_LINES(words)                                      \
	"in /etc/default/grub: GRUB_CMDLINE_LINUX=\"… " words "\"\n" \
	"then: update-grub, or grub2-mkconfig -o /boot/grub2/grub.cfg; and boot anew"

/* Adds a row; fix may be NULL. */
void checks_add(struct checks *checks, const char *subject, const char *what,
		enum check_state state, const char *fix, const char *found, ...)
	_printf_(6, 7);
void checks_release(struct checks *checks);

#define _cleanup_checks_ __attribute__((cleanup(checks_release)))

#endif
