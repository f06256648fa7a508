/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this host is ready to give its cards to VMs: a row a check. */
#ifndef SRC_GPUPCI_CHECK_ROWS_H
#define SRC_GPUPCI_CHECK_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strbuf.h"
#include "src/gpupci/cards/card.h"
#include "src/gpupci/cards/host.h"
#include "src/gpupci/cli/options.h"

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

/* What the host must have: IOMMU, interrupt remapping, vfio, the early rule. */
void check_host(struct checks *checks, struct host *host);

/* The memory that gpupci.conf asks for: what a VM locks, huge pages. */
void check_memory(struct checks *checks, const struct host *host);

/* The bridges above a card; is_shared: something else is in its group. */
void check_acs(struct checks *checks, struct host *host, const struct card *card,
	       bool is_shared);

/*
 * Whether modules (names with blanks between) would have the card in the first file system
 * already; is_kept: it is to stay detached.
 */
void check_initramfs(struct checks *checks, const struct host *host,
		     const struct card *card, const char *modules, bool is_kept);
void initramfs_release(struct initramfs *initramfs);

/*
 * The standard output of another program, NULL when it did not succeed in time, or has
 * more than a list of files; *ret_status is its exit status then, or -errno. Freed by the
 * caller.
 */
char *check_run(const char *const argv[], unsigned int seconds, int *ret_status);

/* Whether a list of files, a line a file, has the module, however it is packed. */
bool initramfs_has(const char *list, const char *module, size_t length);

/* What a card must have; it was read. doubt is why its quarantine is not known. */
void check_card(struct checks *checks, struct host *host, struct card *card,
		const struct strbuf *doubt);

/* Whether it is known which cards are to stay detached. */
void check_kept(struct checks *checks, const struct host *host);

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

/* Whether two names are the same module: it may be written with "-" or "_". */
bool check_is_module(const char *a, size_t length, const char *b);

#endif
