/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which modules an administrator wants in the initramfs. */
#ifndef SRC_GPUPCI_CHECK_REQUESTS_H
#define SRC_GPUPCI_CHECK_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/gpupci/files/root.h"

struct request {
	char *module; /* as it was written */
	char *source; /* the file */
	bool is_load; /* it is loaded before udev looks for devices */
};

/* In the order in which they are loaded. */
struct requests {
	struct request *requests;
	size_t count;
	int error; /* the first -ENOMEM */
};

#define REQUESTS_EMPTY     \
	{                  \
		NULL, 0, 0 \
	}

/*
 * Reads the files of initramfs-tools, dracut and mkinitcpio, whichever there are. Returns
 * 0 or -ENOMEM; release with requests_release().
 */
int requests_read(struct requests *requests, struct root *root);

/* These add what a file says; text is modified. Errors stay in requests->error. */
void requests_add_tools(struct requests *requests, char *text, const char *source);
void requests_add_dracut(struct requests *requests, char *text, const char *source);
void requests_add_mkinitcpio(struct requests *requests, char *text, const char *source);

/*
 * Returns the next path of a configuration in a preset of mkinitcpio,
 * default_config="/etc/mkinitcpio-vfio.conf"; NULL at the end. *preset moves on in the
 * text, which is modified.
 */
char *requests_next_config(char **preset);

/* Returns the index of a module whose name has length bytes; requests->count for none. */
size_t requests_find(const struct requests *requests, const char *module, size_t length);

/* As requests_find(), among those that are loaded. */
size_t requests_find_load(const struct requests *requests, const char *module,
			  size_t length);

void requests_release(struct requests *requests);

#endif
