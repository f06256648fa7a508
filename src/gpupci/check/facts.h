/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what decides at boot who gets a card; the same for all cards. */
#ifndef SRC_GPUPCI_CHECK_FACTS_H
#define SRC_GPUPCI_CHECK_FACTS_H

#include <stdbool.h>

#include "src/gpupci/check/image.h"
#include "src/gpupci/check/loader.h"
#include "src/gpupci/check/modules.h"
#include "src/gpupci/check/requests.h"
#include "src/gpupci/check/settings.h"
#include "src/gpupci/files/root.h"

struct boot_facts {
	char *line;	      /* the command line of the running kernel, or NULL */
	struct loader loader; /* what the boot loader loads with that kernel */
	struct settings
		settings;	 /* as of the next boot of this kernel, as far as known */
	struct settings running; /* as of the current boot */
	struct modules modules;	 /* of this kernel */
	struct requests requests; /* what an initramfs is made with */
	bool has_image;		  /* image has been read */
	struct image image;
};

#define BOOT_FACTS_EMPTY     \
	{                    \
		.line = NULL \
	}

/* Reads all but the image. Returns 0 or -ENOMEM; release with facts_release(). */
int facts_read(struct boot_facts *facts, struct root *root);

/* Reads the image, once, after facts_read(): that may start programs. Returns likewise. */
int facts_read_image(struct boot_facts *facts, struct root *root);

void facts_release(struct boot_facts *facts);

#endif
