/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The argument vector that runs a command on another host, or here in the same way. */
#ifndef SRC_FLEET_REMOTE_H
#define SRC_FLEET_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/process.h"
#include "lib/strbuf.h"

/*
 * Before the command begins the host prints a line of REMOTE_MARK, the tag and "+". When
 * it has ended the host prints, on standard output and standard error, an empty line and
 * a line of REMOTE_MARK, the tag, "-" and the command's status, so nothing is guessed
 * from ssh's exit status. The status is REMOTE_LATE if the command timed out and was
 * ended.
 */
#define REMOTE_MARK "\036"
#define REMOTE_LATE "late"

/* The reason given for a host whose name is not passed to other programs. */
#define NOT_A_HOST_NAME "its name is not one of a host: nothing is asked of it"

/* Seconds for ssh to connect, and for a command to end after SIGTERM. */
#define REMOTE_CONNECT 10
#define REMOTE_KILL 5

struct remote {
	const char *ssh; /* the ssh command and its options; NULL: run on this machine */
	const char *folder; /* of FIFOs that ssh writes to: out/HOST, err/HOST; or NULL */
	const char *tag;    /* letters and digits that do not occur in output by chance */
	const char *command; /* for a shell there */
	bool own;	     /* for sh, not for the user's shell there */
	int64_t timeout;     /* seconds; 0 for none */
	bool x11;
};

/*
 * Whether a message of ssh or libvirt is about the host's key; if so, appends what to do:
 * only a person may accept another key.
 */
bool remote_key_advice(struct strbuf *text, const char *host, const char *said);

/*
 * Appends a word to a command for a shell there, quoted so that the shell takes it
 * literally.
 */
void remote_quote(struct strbuf *command, const char *word);

/*
 * Appends the argument vector; for ssh, as pdsh's module exec takes it, which replaces %h
 * by the host's name. The command ends with the connection: at the end of its standard
 * input.
 */
void remote_add(struct call *call, const struct remote *remote);

#endif
