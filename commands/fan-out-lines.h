/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what pdsh prints: lines with their host in front, and who has ended. */
#ifndef COMMANDS_FAN_OUT_LINES_H
#define COMMANDS_FAN_OUT_LINES_H

#include "commands/fan-out.h"

struct fan_out_host;

struct fan_out_lines {
	const struct fan_out *fan_out;
	const char *tag;
	struct fan_out_host *hosts; /* by name */
	size_t open_count;	    /* hosts that have not ended */
	bool heard;		    /* of any host at all */
	bool stopped;		    /* the user asked for it */
	struct strbuf complaint;    /* the last thing pdsh said of no host */
};

/* 0 or -ENOMEM; fan_out and tag are to outlive the lines. */
int fan_out_lines_open(struct fan_out_lines *lines, const struct fan_out *fan_out,
		       const char *tag);

/* A host that is never asked: ends it, with a line of its standard error that says why. */
void fan_out_lines_refuse(struct fan_out_lines *lines, size_t host, const char *why);

#define FAN_OUT_MANY SIZE_MAX

/*
 * Uses the whole lines of a text and leaves the rest in it; 0 or -ENOMEM. They are of that
 * host, or of FAN_OUT_MANY: with the host's name in front, as pdsh writes them.
 */
int fan_out_lines_take(struct fan_out_lines *lines, struct strbuf *text, size_t host,
		       bool on_error);

/* Nothing more comes: ends every host that has not ended. */
void fan_out_lines_close(struct fan_out_lines *lines);
void fan_out_lines_release(struct fan_out_lines *lines);

#endif
