/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how this host changes its kernel's command line and its initramfs. */
#ifndef SRC_GPUPCI_CHECK_FIX_H
#define SRC_GPUPCI_CHECK_FIX_H

#include "lib/strbuf.h"
#include "src/gpupci/check/facts.h"
#include "src/gpupci/files/root.h"

/*
 * These append lines to a fix, each ended by a newline: commands as root's shell takes
 * them, for the boot loader and the distribution that is found. facts have been read.
 */

/*
 * Adds words, separated by blanks, to the kernel's command line, unless the next boot has
 * them; and "reboot".
 */
void fix_add_words(struct strbuf *fix, struct root *root, const struct boot_facts *facts,
		   const char *words);

/*
 * Removes the word NAME=value from the kernel's command line, unless the next boot has
 * none; and "reboot".
 */
void fix_remove_word(struct strbuf *fix, struct root *root,
		     const struct boot_facts *facts, const char *name, const char *value);

/* Builds the initramfs anew, after a change of modprobe.d(5). */
void fix_rebuild(struct strbuf *fix, struct root *root);

/* Keeps modules, separated by blanks, out of the initramfs. */
void fix_leave_out(struct strbuf *fix, struct root *root, const struct boot_facts *facts,
		   const char *modules);

#endif
