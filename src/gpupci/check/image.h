/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the initramfs that the boot loader loads, and the files in it. */
#ifndef SRC_GPUPCI_CHECK_IMAGE_H
#define SRC_GPUPCI_CHECK_IMAGE_H

#include <stdbool.h>

#include "src/gpupci/check/loader.h"
#include "src/gpupci/files/root.h"

struct image {
	char *path; /* below the root, several separated by " and "; NULL if not known */
	char *list; /* the names of its files, one per line; NULL if unknown */
	char *why;  /* why there is no list, a sentence; NULL with a list */
	bool is_none; /* the loader's entry names no initramfs; path, list, why are NULL */
};

#define IMAGE_EMPTY                     \
	{                               \
		NULL, NULL, NULL, false \
	}

/*
 * Finds the image of the running kernel, by the boot loader's entry or else by the names
 * that distributions use, and lists it with the distribution's program. Returns 0 or
 * -ENOMEM; release with image_release().
 */
int image_read(struct image *image, struct root *root, const struct loader *loader,
	       const char *release);

/*
 * Whether a list of files, one per line, contains the module, however it is compressed.
 */
bool image_has(const char *list, const char *module, size_t length);

void image_release(struct image *image);

#endif
