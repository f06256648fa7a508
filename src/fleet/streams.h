/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hosts print: two streams per host, to which no other host can write. */
#ifndef SRC_FLEET_STREAMS_H
#define SRC_FLEET_STREAMS_H

#include <sys/resource.h>

#include "src/fleet/folder.h"
#include "src/fleet/lines.h"

struct fan_out_stream {
	int fd; /* non-blocking; -1: none, or closed */
	bool is_named;
	struct strbuf text; /* not yet read as lines */
};

struct fan_out_streams {
	const struct host_set *hosts;
	struct fan_out_stream *list; /* for each host its output, then its errors */
	size_t open_count;
	int poll;		      /* an epoll, ready when a stream is */
	struct fan_out_folder folder; /* of the named ones: out/HOST, err/HOST */
	int error;		      /* why the folder could not be made: -errno, or 0 */
	struct rlimit files;	      /* the limit to restore */
};

#define FAN_OUT_STREAMS_NONE \
	((struct fan_out_streams){ .poll = -1, .folder = FAN_OUT_FOLDER_NONE })

/* 0 or -errno; the hosts must outlive the streams. Release them also after an error. */
int fan_out_streams_open(struct fan_out_streams *streams, const struct host_set *hosts);
void fan_out_streams_release(struct fan_out_streams *streams);

/* Makes the two FIFOs of a host, for a program to write to. 0 or -errno. */
int fan_out_streams_name(struct fan_out_streams *streams, size_t host);

/* Takes ownership of two non-blocking pipes, also on failure. 0 or -errno. */
int fan_out_streams_add(struct fan_out_streams *streams, size_t host, int out, int err);

/* Passes some of what each stream has now to the lines. 0 or -errno. */
int fan_out_streams_read(struct fan_out_streams *streams, struct fan_out_lines *lines);

/*
 * Call when the writers of the FIFOs have ended: passes on what is left and closes the
 * FIFOs. 0 or -errno.
 */
int fan_out_streams_finish(struct fan_out_streams *streams, struct fan_out_lines *lines);

#endif
