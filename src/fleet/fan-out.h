/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on many hosts at once: pdsh over ssh, and how it ended on each. */
#ifndef SRC_FLEET_FAN_OUT_H
#define SRC_FLEET_FAN_OUT_H

#include "src/cli/command.h"
#include "src/fleet/remote.h"

#define TIMEOUT_MOST 86400 /* seconds */
#define THREADS_MOST 1024

/* Extra seconds for reaching a host and ending a command there. */
#define FAN_OUT_GRACE (REMOTE_CONNECT + REMOTE_KILL)

enum fan_out_end {
	FAN_OUT_DONE,	 /* the host reported the command's exit status */
	FAN_OUT_LATE,	 /* it timed out and the host ended it */
	FAN_OUT_DOWN,	 /* it never began: the host is unreachable */
	FAN_OUT_LOST,	 /* it began, but its end was not seen */
	FAN_OUT_STOPPED, /* the user stopped it */
};

struct fan_out {
	const struct host_set *hosts; /* no duplicates */
	const char *command;	      /* for the user's shell there */
	/* The command is our own script: sh runs it, and line() gets only its output. */
	bool own;
	const char *ssh;   /* the ssh command and its options */
	const char *local; /* the host that is this machine and needs no ssh; or NULL */
	int64_t timeout;   /* seconds, to TIMEOUT_MOST; 0: no limit */
	int64_t threads;   /* hosts at a time, 1 to THREADS_MOST */
	bool x11;	   /* forwards X11 */
	/*
	 * host is an index into hosts; line and why live for the call. line() gets each
	 * line that a host prints as it arrives, at most 1 MiB, without the newline but with
	 * NUL bytes; on_error says that it comes from standard error, which includes what
	 * ssh says. ended() is called once per host, after its lines; status is the
	 * command's if end is FAN_OUT_DONE; why is the last line of standard error, or "".
	 * No host can affect what another is reported to have printed, or how it ended.
	 */
	void (*line)(void *data, size_t host, bool on_error, const char *line,
		     size_t length);
	void (*ended)(void *data, size_t host, enum fan_out_end end, int status,
		      const char *why);
	void *data;
};

/*
 * The ssh command: ROCKS_SSH of the environment, else the attribute ssh_command, else
 * ssh. The caller frees it. ROCKS_DONE, or ROCKS_FAILED or ROCKS_BLIND after printing an
 * error.
 */
int fan_out_ssh(const struct context *context, char **ret_ssh);

/*
 * Runs it on all hosts and waits for them. ROCKS_DONE after ended() was called for every
 * host, whatever the outcome. ROCKS_FAILED after printing an error: the command is longer
 * than 60 KiB, pdsh cannot be run, or following it failed; then ended() may not have been
 * called for every host.
 */
int fan_out_run(const struct fan_out *fan_out);

#endif
