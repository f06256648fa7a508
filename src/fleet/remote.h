/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that run a command on another host, or here as if it were one. */
#ifndef SRC_FLEET_REMOTE_H
#define SRC_FLEET_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/process.h"
#include "lib/strbuf.h"

/*
 * The host prints a line with REMOTE_MARK, the tag and + before the command begins, and
 * one with REMOTE_MARK, the tag, - and the command's status, after an empty line, when it
 * has ended, this also on standard error: nothing is guessed from what ssh exits with.
 * REMOTE_LATE stands for the status where its time was up: then it was ended.
 */
#define REMOTE_MARK "\036"
#define REMOTE_LATE "late"

/* What is said of a host whose name is never given to another program. */
#define NOT_A_HOST_NAME "its name is not one of a host: nothing is asked of it"

/* Seconds: until ssh is connected, and until a command that is ended has ended. */
#define REMOTE_CONNECT 10
#define REMOTE_KILL 5

struct remote {
	const char *ssh;    /* words of the ssh command; NULL: on this machine */
	const char *folder; /* of FIFOs that ssh prints to: out/HOST, err/HOST; or NULL */
	const char *tag;    /* letters and digits that no output has by chance */
	const char *command; /* for a shell there */
	bool own;	     /* for sh, not for the shell that the user has there */
	int64_t timeout;     /* seconds; 0 for none */
	bool x11;
};

/*
 * Whether this, as ssh or libvirt said it, is about the key of that host; then what to do
 * is appended: nobody but a person takes another key.
 */
bool remote_key_advice(struct strbuf *text, const char *host, const char *said);

/* Appends a word to a command for a shell there, so that the shell takes it as it is. */
void remote_quote(struct strbuf *command, const char *word);

/*
 * Appends the words: those of ssh for pdsh's module exec, which puts the host's name for
 * %h. The command is ended when the connection is: when its standard input ends.
 */
void remote_add(struct call *call, const struct remote *remote);

#endif
