/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: config.txt, from which the firmware of a Raspberry Pi boots. */
#ifndef SRC_GPUPCI_CHECK_PI_H
#define SRC_GPUPCI_CHECK_PI_H

#include <stdbool.h>

#include "lib/strbuf.h"

/* What the firmware loads with a kernel, by config.txt. */
struct pi_config {
	struct strbuf prefix;  /* os_prefix=, in front of each of the other names */
	struct strbuf cmdline; /* the file with the kernel's words, a name */
	struct strbuf initrds; /* names of images, a line each */
	bool is_auto;	       /* auto_initramfs=1: the image goes by the kernel's name */
	bool is_doubtful;      /* a section of some models names an image */
};

#define PI_CONFIG_EMPTY                                                                  \
	{                                                                                \
		.prefix = STRBUF_EMPTY, .cmdline = STRBUF_EMPTY, .initrds = STRBUF_EMPTY \
	}

/*
 * Reads config.txt, whose text is modified: the sections of all models. Returns 0 or
 * -ENOMEM; release with pi_config_release().
 */
int pi_config_read(struct pi_config *config, char *text);

/*
 * Returns the name of the image for auto_initramfs=1 and a kernel of Raspberry Pi OS, by
 * the end of its release; NULL for other kernels.
 */
const char *pi_config_image(const char *release);

void pi_config_release(struct pi_config *config);

#define _cleanup_pi_config_ __attribute__((cleanup(pi_config_release)))

#endif
