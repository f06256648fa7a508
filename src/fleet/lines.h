/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the lines that hosts print and what pdsh says of them: which ended, and how. */
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
	bool heard;		       /* of any host except this machine */
	bool stopped;		       /* the user asked for it */
	size_t held;		 /* bytes of lines of all hosts that have not ended */
	struct strbuf complaint; /* the last message of pdsh that concerns no host */
};

/* 0 or -ENOMEM; fan_out and tag must outlive the lines. */
int fan_out_lines_open(struct fan_out_lines *lines, const struct fan_out *fan_out,
		       const char *tag);

/* Ends a host that is never asked, with a line of standard error that says why. */
void fan_out_lines_refuse(struct fan_out_lines *lines, size_t host, const char *why);

/*
 * Consumes the complete lines of a host's output and leaves the rest in text, which nobody
 * else changes. A line is cut after 1 MiB; while the hosts together hold more than 64 MiB
 * of lines that have not ended, after a host's share of that. 0 or -ENOMEM. Nothing that
 * one host prints can affect another.
 */
int fan_out_lines_take(struct fan_out_lines *lines, struct strbuf *text, size_t host,
		       bool on_error);

/* Notes that this stream of the host has ended. */
void fan_out_lines_note_end(struct fan_out_lines *lines, size_t host, bool on_error);

/* As fan_out_lines_take(), for what pdsh itself prints on its standard error. */
int fan_out_lines_take_notices(struct fan_out_lines *lines, struct strbuf *text);

/* Nothing more comes: ends every host that has not ended. */
void fan_out_lines_close(struct fan_out_lines *lines);
void fan_out_lines_release(struct fan_out_lines *lines);

#endif
