/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to stop (^C, SIGTERM, SIGHUP) while waiting for other programs. */
#ifndef LIB_INTERRUPT_H
#define LIB_INTERRUPT_H

#include <poll.h>
#include <stdbool.h>

/*
 * All of this is state of the process, for its only thread.
 *
 * From now on these signals are counted instead of ending the program; they are delivered
 * only while interrupt_poll() waits. interrupt_release() restores their handlers.
 */
void interrupt_catch(void);
void interrupt_release(void);

/* The number of requests since interrupt_catch(). */
int interrupt_count(void);

/* Whether there ever was a request: callers then begin nothing new. */
bool interrupt_was_seen(void);

/*
 * Ends the program by the first signal that asked it to stop, if one did. Call it when
 * everything is released and written. A shell ends its loop only if the signal ends the
 * program, not if the program exits after ^C.
 */
void interrupt_repeat(void);

/*
 * poll() that returns -EINTR after such a signal; else poll()'s result, or -errno.
 * milliseconds below 0: no limit.
 */
int interrupt_poll(struct pollfd *files, size_t count, int milliseconds);

#endif
