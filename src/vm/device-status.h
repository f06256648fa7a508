/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking a host whether it uses devices itself: `gpupci --status --json` there. */
#ifndef SRC_VM_DEVICE_STATUS_H
#define SRC_VM_DEVICE_STATUS_H

#include <stdbool.h>

#include "db/device.h"
#include "lib/strbuf.h"

/* Between the answers of a command that asks for more than one document: a line of its own. */
#define ANSWER_MARK "\036"

/*
 * Appends a command for sh that asks for devices; addresses is what the caller has added to
 * it already, with blanks between. It succeeds too where gpupci does not know the option.
 */
void device_status_add_command(struct strbuf *command, const char *addresses);

/* What the command printed. */
struct device_status {
	bool is_old;  /* gpupci does not know the option, and nothing else is known */
	bool is_user; /* it did not run as root, who alone sees all */
	struct devices devices;
};

#define _cleanup_device_status_ _cleanup_(device_status_release)

void device_status_release(struct device_status *status);

/* 0, or -errno with a sentence in db_error(). */
int device_status_read(struct db *db, const char *text, const char *host,
		       struct device_status *ret_status);

/* The rest of an answer after the next ANSWER_MARK, or NULL. */
const char *answer_after_mark(const char *answer);

#endif
