/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: one row per check. */
#ifndef SRC_GPUPCI_CHECK_ROWS_H
#define SRC_GPUPCI_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"

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

/* The files in the initramfs of the next boot; read when first needed. */
struct initramfs {
	bool is_read;
	char *list;  /* the names of its files, one per line; NULL if unknown */
	char *image; /* its path, NULL if none is known */
	char *why;   /* why there is no list, a sentence */
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

/* How to add words to the kernel's command line; the words are a literal. */
#define CHECK_GRUB_LINES(words)                                      \
	"in /etc/default/grub: GRUB_CMDLINE_LINUX=\"… " words "\"\n" \
	"then: update-grub, or grub2-mkconfig -o /boot/grub2/grub.cfg; and reboot"

/*
 * Adds a row; what is static, fix may be NULL, found is a printf() format. Errors stay in
 * checks->error.
 */
void checks_add(struct checks *checks, const char *subject, const char *what,
		enum check_state state, const char *fix, const char *found, ...)
	_printf_(6, 7);
void checks_release(struct checks *checks);

#define _cleanup_checks_ __attribute__((cleanup(checks_release)))

#endif
