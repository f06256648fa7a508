/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hosts print: two streams a host, in which no other host can write. */
#ifndef SRC_FLEET_STREAMS_H
#define SRC_FLEET_STREAMS_H

#include <sys/resource.h>

#include "src/fleet/folder.h"
#include "src/fleet/lines.h"

struct fan_out_stream {
	int fd; /* not blocking; -1: none, or closed */
	bool is_named;
	struct strbuf text; /* what is not read as lines yet */
};

struct fan_out_streams {
	const struct host_set *hosts;
	struct fan_out_stream *list; /* of each host its output, then its errors */
	size_t open_count;
	int poll;		      /* an epoll that is ready when a stream is */
	struct fan_out_folder folder; /* of the named ones: out/HOST, err/HOST */
	int error;		      /* why these could not be made: -errno, or 0 */
	struct rlimit files;	      /* as it was */
};

#define FAN_OUT_STREAMS_NONE \
	((struct fan_out_streams){ .poll = -1, .folder = FAN_OUT_FOLDER_NONE })

/* 0 or -errno; the hosts are to outlive the streams. Released also after an error. */
int fan_out_streams_open(struct fan_out_streams *streams, const struct host_set *hosts);
void fan_out_streams_release(struct fan_out_streams *streams);

/* Makes the two FIFOs of a host, which a program is to open and write to. 0 or -errno. */
int fan_out_streams_name(struct fan_out_streams *streams, size_t host);

/* Takes two pipes that do not block, whatever it returns: 0 or -errno. */
int fan_out_streams_add(struct fan_out_streams *streams, size_t host, int out, int err);

/* Hands the lines a part of what each stream has by now; 0 or -errno. */
int fan_out_streams_read(struct fan_out_streams *streams, struct fan_out_lines *lines);

/* Those who write to FIFOs have ended: hands over what is left, and closes these. */
int fan_out_streams_finish(struct fan_out_streams *streams, struct fan_out_lines *lines);

#endif
