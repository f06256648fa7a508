/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on many hosts at once: pdsh over ssh, and what became of it on each. */
#ifndef SRC_FLEET_FAN_OUT_H
#define SRC_FLEET_FAN_OUT_H

#include "src/cli/command.h"
#include "src/fleet/remote.h"

#define TIMEOUT_MOST 86400 /* seconds */
#define THREADS_MOST 1024

/* Seconds that reaching a host, and ending a command there, may take besides. */
#define FAN_OUT_GRACE (REMOTE_CONNECT + REMOTE_KILL)

enum fan_out_end {
	FAN_OUT_DONE,	 /* the command ended with a status, as the host itself says */
	FAN_OUT_LATE,	 /* its time was up: the host ended it */
	FAN_OUT_DOWN,	 /* it never began: the host was not reached */
	FAN_OUT_LOST,	 /* it began, and its end was not seen */
	FAN_OUT_STOPPED, /* the user stopped it */
};

struct fan_out {
	const struct host_set *hosts; /* each once */
	const char *command;	      /* for the shell that the user has there */
	/* The command is a script of ours: sh runs it, and just what it prints is told. */
	bool own;
	const char *ssh;   /* the words of the ssh command */
	const char *local; /* the host that is this machine: no ssh; or NULL */
	int64_t timeout;   /* seconds the command may take; 0: as long as it likes */
	int64_t threads;   /* how many hosts at once */
	bool x11;
	/*
	 * A line that the host printed, without its end, when it comes; with its NUL bytes. On
	 * standard error also what ssh says. ended() comes once a host, after its lines; why is
	 * the last line of its standard error, "" when there was none. No host has a part in
	 * what another is said to have printed or how it ended.
	 */
	void (*line)(void *data, size_t host, bool on_error, const char *line,
		     size_t length);
	void (*ended)(void *data, size_t host, enum fan_out_end end, int status,
		      const char *why);
	void *data;
};

/* The ssh command: the environment's ROCKS_SSH, else the attribute ssh_command, else ssh. */
int fan_out_ssh(const struct context *context, char **ret_ssh);

/*
 * Runs it on all hosts and waits for them. ROCKS_DONE when every ended() was called,
 * whatever they were told; ROCKS_FAILED after a word when nothing could be run.
 */
int fan_out_run(const struct fan_out *fan_out);

#endif
