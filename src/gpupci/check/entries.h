/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the entries in the files of boot loaders. */
#ifndef SRC_GPUPCI_CHECK_ENTRIES_H
#define SRC_GPUPCI_CHECK_ENTRIES_H

#include "lib/strbuf.h"

/* What a boot loader would start, as its file writes it. */
struct entry {
	struct strbuf kernel;  /* path on the loader's own partition; "" for none */
	struct strbuf version; /* "" if the file does not say */
	struct strbuf options; /* the kernel's words */
	struct strbuf initrds; /* paths, a line each; without microcode */
};

#define ENTRY_EMPTY                                                    \
	{                                                              \
		STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY, STRBUF_EMPTY \
	}

/* Called for each entry of a file, which it may change. */
typedef void entries_call(void *context, struct entry *entry);

/*
 * These call "call" for each entry with a kernel; text is modified. An entry whose parts
 * could not all be stored, for lack of memory, is left out.
 */

/* An entry of the Boot Loader Specification, type 1: "linux /vmlinuz", a key per line. */
void entries_read_bls(char *text, entries_call *call, void *context);

/* grub.cfg: "linux" and "initrd", also linux16, linuxefi, in any nesting. */
void entries_read_grub(char *text, entries_call *call, void *context);

/* extlinux.conf, which U-Boot reads too: "linux" or "kernel", "initrd", "append". */
void entries_read_extlinux(char *text, entries_call *call, void *context);

void entry_release(struct entry *entry);

#define _cleanup_entry_ __attribute__((cleanup(entry_release)))

#endif
