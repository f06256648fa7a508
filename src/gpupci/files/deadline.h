/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking the kernel what it may never answer: through a child, which can be left behind. */
#ifndef SRC_GPUPCI_FILES_DEADLINE_H
#define SRC_GPUPCI_FILES_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * What takes a device's lock (bind, unbind, driver_override, also reading it) waits in
 * state D, which no signal ends, for as long as a driver does not let go of the device.
 * The child that asks has none of our descriptors (a pipe of ours would else never end,
 * a lock never be free), its own session and / as its folder. It serves one call after
 * another; one that does not come back is left, and the next call gets a new one.
 */
struct deadline {
	unsigned int milliseconds; /* that one call may take */
	bool passed;	     /* whether the last call came back without the kernel */
	pid_t left;	     /* its child, still in the kernel; 0 when it ended */
	uint64_t left_since; /* when that child began, as process_started() tells */
	pid_t child;	     /* that serves now, or 0 */
	int socket;	     /* to it */
};

/* Ends the child. Without it the child ends when we do. */
void deadline_release(struct deadline *deadline);

/* What became of the last call is nothing that the next thing to do should know. */
void deadline_forget(struct deadline *deadline);

/*
 * Writes the text to an existing file of the kernel's, with one write(). 0, or the
 * kernel's -errno; -ETIMEDOUT with passed set when it did not come back: then the write
 * may still take place, at any later time, and left is who waits for it.
 */
int deadline_write(struct deadline *deadline, const char *path, const char *text);

/*
 * Reads the file up to its first newline; a NUL ends the text. As deadline_write(),
 * -EFBIG when it is longer than an attribute of sysfs may be; freed by the caller.
 */
int deadline_read(struct deadline *deadline, const char *path, char **ret_text);

/*
 * Reads the first bytes of a file, at most size; no NUL is added. As deadline_write().
 */
int deadline_read_bytes(struct deadline *deadline, const char *path, void *bytes,
			size_t size, size_t *ret_length);

/*
 * Runs another program: argv[0] is its whole path, its standard streams are /dev/null, its
 * environment has nothing but a PATH. *ret_status is its exit status, 128 and above for a
 * signal. As deadline_write(); -ENOENT when there is no such program.
 */
int deadline_run(struct deadline *deadline, const char *const argv[], int *ret_status);

#define _cleanup_deadline_ __attribute__((cleanup(deadline_release)))

/*
 * When a process began, in clock ticks after boot: with its id it is the name of one
 * process for ever. -ESRCH when there is none (a zombie counts as none).
 */
int process_started(pid_t process, uint64_t *ret_ticks);

#endif
