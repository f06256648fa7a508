/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what the boot loader loads with the running kernel. */
#ifndef SRC_GPUPCI_CHECK_LOADER_H
#define SRC_GPUPCI_CHECK_LOADER_H

#include <stdbool.h>

#include "src/gpupci/files/root.h"

struct loader {
	char *source;  /* the file with the entry; NULL if no entry is known */
	char *options; /* the entry's words for the kernel, NULL if not known */
	char *initrds; /* paths on the loader's partition, a line each; NULL if not known */
};

#define LOADER_EMPTY             \
	{                        \
		NULL, NULL, NULL \
	}

/*
 * Looks for the entry of the running kernel, by the words of its command line (NULL if
 * unknown) and its release, in the files of systemd-boot, GRUB, extlinux and the
 * firmware of a Raspberry Pi. What is not found stays NULL. Returns 0 or -ENOMEM; release
 * with loader_release().
 */
int loader_read(struct loader *loader, struct root *root, const char *line,
		const char *release);

void loader_release(struct loader *loader);

#endif
