/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Being asked to stop (^C, SIGTERM, SIGHUP) while waiting for other programs. */
#ifndef LIB_INTERRUPT_H
#define LIB_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>

/*
 * From now on these signals are counted and no longer end the program; they come through
 * only while interrupt_poll() waits. interrupt_release() puts back what was there.
 */
void interrupt_catch(void);
void interrupt_release(void);

/* How often we were asked since interrupt_catch(). */
int interrupt_count(void);

/* Whether we ever were: what is not begun yet is left then. */
bool interrupt_was_seen(void);

/* poll(), which such a signal ends with -EINTR; else what poll() answers, or -errno. */
int interrupt_poll(struct pollfd *files, size_t count, int milliseconds);

#endif
