/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hosts print: two streams per host, to which no other host can write. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include "src/fleet/streams.h"

#define READY_AT_ONCE 64
#define BLOCK_BYTES (64 << 10)
/* Other files that are open. */
#define OTHER_FILES 64

static int allow_files(struct fan_out_streams *streams)
{
	rlim_t wanted = 2 * (rlim_t)streams->hosts->count + OTHER_FILES;
	struct rlimit more;

	if (getrlimit(RLIMIT_NOFILE, &streams->files) < 0)
		return -errno;
	more = streams->files;
	if (more.rlim_cur >= wanted)
		return 0;
	more.rlim_cur = more.rlim_max < wanted ? more.rlim_max : wanted;
	return setrlimit(RLIMIT_NOFILE, &more) < 0 ? -errno : 0;
}

int fan_out_streams_open(struct fan_out_streams *streams, const struct host_set *hosts)
{
	*streams = FAN_OUT_STREAMS_NONE;
	streams->hosts = hosts;
	streams->poll = epoll_create1(EPOLL_CLOEXEC);
	if (streams->poll < 0)
		return -errno;
	streams->list = calloc(2 * hosts->count + 1, sizeof(*streams->list));
	if (!streams->list)
		return -ENOMEM;
	for (size_t i = 0; i < 2 * hosts->count; i++)
		streams->list[i].fd = -1;
	return allow_files(streams);
}

static int watch(struct fan_out_streams *streams, size_t index, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = index };

	if (epoll_ctl(streams->poll, EPOLL_CTL_ADD, fd, &event) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	streams->list[index].fd = fd;
	streams->open_count++;
	return 0;
}

int fan_out_streams_add(struct fan_out_streams *streams, size_t host, int out, int err)
{
	int r = watch(streams, 2 * host, out), s = watch(streams, 2 * host + 1, err);

	return r < 0 ? r : s;
}

static int make_fifo(struct fan_out_streams *streams, size_t host, bool on_error)
{
	const char *kind = on_error ? FAN_OUT_ERR : FAN_OUT_OUT;
	_cleanup_free_ char *path = NULL;
	int fd;

	if (asprintf(&path, "%s/%s", kind, streams->hosts->hosts[host].name) < 0)
		return -ENOMEM;
	if (mkfifoat(streams->folder.lock, path, 0600) < 0)
		return -errno;
	streams->list[2 * host + on_error].is_named = true;
	fd = openat(streams->folder.lock, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? -errno : watch(streams, 2 * host + on_error, fd);
}

int fan_out_streams_name(struct fan_out_streams *streams, size_t host)
{
	int r = streams->folder.path ? 0 : fan_out_folder_make(&streams->folder);

	if (r == 0)
		r = make_fifo(streams, host, false);
	if (r == 0)
		r = make_fifo(streams, host, true);
	streams->error = r;
	return r;
}

static void close_stream(struct fan_out_streams *streams, struct fan_out_stream *stream)
{
	close(stream->fd);
	stream->fd = -1;
	streams->open_count--;
}

/*
 * Reads a block of a stream and closes one that ended: 1, 0 if there is nothing now,
 * -errno.
 */
static int read_block(struct fan_out_streams *streams, size_t index,
		      struct fan_out_lines *lines)
{
	struct fan_out_stream *stream = &streams->list[index];
	char block[BLOCK_BYTES];
	ssize_t length = read(stream->fd, block, sizeof(block));
	int r;

	if (length < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (length > 0)
		strbuf_add(&stream->text, block, (size_t)length);
	else if (stream->text.length)
		strbuf_add_char(&stream->text, '\n');
	r = fan_out_lines_take(lines, &stream->text, index / 2, index % 2);
	if (length > 0)
		return r < 0 ? r : 1;
	close_stream(streams, stream);
	fan_out_lines_note_end(lines, index / 2, index % 2);
	return r;
}

int fan_out_streams_read(struct fan_out_streams *streams, struct fan_out_lines *lines)
{
	struct epoll_event ready[READY_AT_ONCE];
	int count = epoll_wait(streams->poll, ready, READY_AT_ONCE, 0), r = 0;

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	/* A stream that never stops must not keep the others from being read. */
	for (int i = 0; i < count && r >= 0; i++)
		r = read_block(streams, ready[i].data.u64, lines);
	return r < 0 ? r : 0;
}

/* A master process of ssh, kept for other connections, may still hold one open. */
int fan_out_streams_finish(struct fan_out_streams *streams, struct fan_out_lines *lines)
{
	for (size_t i = 0; i < 2 * streams->hosts->count; i++) {
		struct fan_out_stream *stream = &streams->list[i];
		int left = 16,
		    r = 1; /* a pipe has 1 MiB at most unless somebody made it larger */

		while (stream->is_named && stream->fd >= 0 && r > 0 && left--)
			r = read_block(streams, i, lines);
		if (r < 0)
			return r;
		if (stream->is_named && stream->fd >= 0)
			close_stream(streams, stream);
	}
	return 0;
}

void fan_out_streams_release(struct fan_out_streams *streams)
{
	for (size_t i = 0; streams->list && i < 2 * streams->hosts->count; i++) {
		if (streams->list[i].fd >= 0)
			close(streams->list[i].fd);
		strbuf_release(&streams->list[i].text);
	}
	fan_out_folder_remove(&streams->folder);
	if (streams->files.rlim_cur)
		setrlimit(RLIMIT_NOFILE, &streams->files);
	if (streams->poll >= 0)
		close(streams->poll);
	free(streams->list);
}
