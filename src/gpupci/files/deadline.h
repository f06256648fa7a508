/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel what it may never answer, through a child that can be abandoned. */
#ifndef SRC_GPUPCI_FILES_DEADLINE_H
#define SRC_GPUPCI_FILES_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Whatever takes the lock of a device (bind, unbind, driver_override, even reading it)
 * waits in state D, which no signal ends, until a driver releases the device. The child
 * that asks has none of our descriptors (else a pipe of ours would never close and a lock
 * never be released), its own session, and / as its working directory. It serves one call
 * after another; a call that does not return abandons the child, and the next call starts
 * a new one.
 */
struct deadline {
	unsigned int milliseconds; /* limit for one call */
	bool passed;		   /* whether the last call timed out in the kernel */
	pid_t left;		   /* its child, still in the kernel; 0 if it ended */
	uint64_t left_since;	   /* when that child began, see process_started() */
	pid_t child;		   /* that serves now, or 0 */
	int socket;		   /* to it */
};

/* Ends the child, which otherwise ends with this process. */
void deadline_release(struct deadline *deadline);

/* Clears the outcome of the last call. */
void deadline_forget(struct deadline *deadline);

/*
 * Writes the text to an existing file of the kernel with one write(). Returns 0, the
 * -errno of the kernel, or -ETIMEDOUT with passed set: then the write may still happen at
 * any later time, and left is the process that waits for it.
 */
int deadline_write(struct deadline *deadline, const char *path, const char *text);

/*
 * Reads the file up to its first newline; a NUL ends the text. Returns as
 * deadline_write(), or -EFBIG if it is longer than an attribute of sysfs may be. The
 * caller frees *ret_text.
 */
int deadline_read(struct deadline *deadline, const char *path, char **ret_text);

/*
 * Reads the first bytes of a file, at most size, without adding a NUL. Returns as
 * deadline_write().
 */
int deadline_read_bytes(struct deadline *deadline, const char *path, void *bytes,
			size_t size, size_t *ret_length);

/*
 * Runs a program: argv[0] is its full path, its standard streams are /dev/null, and its
 * environment has only PATH. *ret_status is its exit status, 128 plus the number for a
 * signal. Returns as deadline_write(); -ENOENT if there is no such program.
 */
int deadline_run(struct deadline *deadline, const char *const argv[], int *ret_status);

#define _cleanup_deadline_ __attribute__((cleanup(deadline_release)))

/*
 * Reads when a process began, in clock ticks after boot: together with its id this
 * identifies it uniquely. -ESRCH if there is none (a zombie counts as none).
 */
int process_started(pid_t process, uint64_t *ret_ticks);

#endif
