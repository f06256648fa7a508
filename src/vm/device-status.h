/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks a host whether it uses devices itself, with `gpupci --status --json`. */
#ifndef SRC_VM_DEVICE_STATUS_H
#define SRC_VM_DEVICE_STATUS_H

#include <stdbool.h>

#include "db/device.h"
#include "lib/strbuf.h"

/* A line between the documents of a command that asks for more than one. */
#define ANSWER_MARK "\036"

/*
 * Appends a command for sh that asks for devices; addresses are separated by blanks. The
 * command succeeds even if gpupci does not know the option.
 */
void device_status_add_command(struct strbuf *command, const char *addresses);

/* The parsed output of the command. */
struct device_status {
	bool is_old;  /* gpupci does not know the option, and nothing else is set */
	bool is_user; /* it did not run as root, and only root sees everything */
	struct devices devices;
};

#define _cleanup_device_status_ _cleanup_(device_status_release)

void device_status_release(struct device_status *status);

/*
 * Parses text, from that host. 0, or -errno with a sentence in db_error(); the caller
 * releases it.
 */
int device_status_read(struct db *db, const char *text, const char *host,
		       struct device_status *ret_status);

/* The text after the next ANSWER_MARK line of answer, or NULL. */
const char *answer_after_mark(const char *answer);

#endif
