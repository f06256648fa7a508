/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the lines that hosts print and what pdsh says of them: who has ended, and how. */
#ifndef SRC_FLEET_LINES_H
#define SRC_FLEET_LINES_H

#include "src/fleet/fan-out.h"

struct fan_out_host;

struct fan_out_lines {
	const struct fan_out *fan_out;
	const char *tag;
	struct fan_out_host *hosts;    /* as in the fan-out */
	struct fan_out_host **by_name; /* the same, sorted */
	size_t open_count;	       /* hosts that have not ended */
	bool heard;		       /* of any host but this machine */
	bool stopped;		       /* the user asked for it */
	struct strbuf complaint;       /* the last thing pdsh said of no host */
};

/* 0 or -ENOMEM; fan_out and tag are to outlive the lines. */
int fan_out_lines_open(struct fan_out_lines *lines, const struct fan_out *fan_out,
		       const char *tag);

/* A host that is never asked: ends it, with a line of its standard error that says why. */
void fan_out_lines_refuse(struct fan_out_lines *lines, size_t host, const char *why);

/*
 * Uses the whole lines of what a host printed and leaves the rest in the text; 0 or -ENOMEM.
 * What one host prints says nothing about another, whatever it is.
 */
int fan_out_lines_take(struct fan_out_lines *lines, struct strbuf *text, size_t host,
		       bool on_error);

/* That stream of the host has ended. */
void fan_out_lines_note_end(struct fan_out_lines *lines, size_t host, bool on_error);

/* The same as fan_out_lines_take() of what pdsh itself says on its standard error. */
int fan_out_lines_take_notices(struct fan_out_lines *lines, struct strbuf *text);

/* Nothing more comes: ends every host that has not ended. */
void fan_out_lines_close(struct fan_out_lines *lines);
void fan_out_lines_release(struct fan_out_lines *lines);

#endif
