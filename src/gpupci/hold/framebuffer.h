/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The framebuffer that the firmware left: which card it is in, and what uses it. */
#ifndef SRC_GPUPCI_HOLD_FRAMEBUFFER_H
#define SRC_GPUPCI_HOLD_FRAMEBUFFER_H

#include "src/gpupci/cards/card.h"

struct framebuffer {
	char name[32];		     /* of its range in /proc/iomem: "BOOTFB" */
	struct pci_address function; /* whose memory it is in */
};

/*
 * Looks for a framebuffer of the firmware in the memory of a card, in /proc/iomem. 1 if
 * there is one, 0 if not or if the file cannot be read, -ENOMEM.
 */
int framebuffer_find(struct root *root, const struct card *card, struct framebuffer *ret);

/*
 * Appends the commands that make the kernel give up the framebuffer, a line each: the
 * consoles on it, then the drivers of the firmware's framebuffer. 0 or -ENOMEM.
 */
int framebuffer_add_commands(struct root *root, struct strbuf *commands);

#endif
