/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on many hosts at once: runs pdsh and reads what the hosts print. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "db/attr.h"
#include "lib/clock.h"
#include "lib/interrupt.h"
#include "lib/process.h"
#include "lib/text.h"
#include "lib/token.h"
#include "src/fleet/fan-out.h"
#include "src/fleet/lines.h"
#include "src/fleet/remote.h"
#include "src/fleet/streams.h"

#define MOST_COMMAND_BYTES ((size_t)60 << 10)
/* Milliseconds in which pdsh must end after a signal. */
#define PATIENCE 3000

struct run {
	const struct fan_out *fan_out;
	struct fan_out_lines lines;
	struct fan_out_streams streams;
	char tag[TOKEN_SIZE];
	struct process pdsh;	    /* for the hosts reached by ssh */
	struct strbuf out, notices; /* its own messages, not yet read as lines */
	struct process here;	    /* the command on this machine */
	int input; /* its standard input, held open: closing it ends the command; or -1 */
};

static bool is_local(const struct fan_out *fan_out, size_t host)
{
	return fan_out->local &&
	       strcmp(fan_out->hosts->hosts[host].name, fan_out->local) == 0;
}

/*
 * pdsh gives brackets, commas and a leading ^, / or - a meaning. Names are checked when
 * they are added, but the file may be old, or changed by other programs.
 */
static bool is_reachable(const struct fan_out *fan_out, size_t host)
{
	return is_local(fan_out, host) ||
	       text_is_host_name(fan_out->hosts->hosts[host].name);
}

static void refuse_names(struct run *run)
{
	for (size_t i = 0; i < run->fan_out->hosts->count; i++)
		if (!is_reachable(run->fan_out, i))
			fan_out_lines_refuse(&run->lines, i, NOT_A_HOST_NAME);
}

/*
 * Writes the hosts reached by ssh, one name a line as pdsh reads them, to a file, and
 * makes the streams of each. 1 and the file, 0 if there are none, or -errno.
 */
static int list_hosts(struct run *run, int *ret_input)
{
	const struct fan_out *fan_out = run->fan_out;
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	int r = 0;

	for (size_t i = 0; i < fan_out->hosts->count && r == 0; i++) {
		if (is_local(fan_out, i) || !is_reachable(fan_out, i))
			continue;
		strbuf_add_format(&names, "%s\n", fan_out->hosts->hosts[i].name);
		r = fan_out_streams_name(&run->streams, i);
	}
	if (r < 0 || names.error || !names.length)
		return r < 0 ? r : names.error;
	r = process_input(strbuf_text(&names), names.length);
	if (r < 0)
		return r;
	*ret_input = r;
	return 1;
}

static struct remote describe(const struct run *run, bool local)
{
	const struct fan_out *fan_out = run->fan_out;

	return (struct remote){ .ssh = local ? NULL : fan_out->ssh,
				.folder = local ? NULL : run->streams.folder.path,
				.tag = run->tag,
				.command = fan_out->command,
				.own = fan_out->own,
				.timeout = fan_out->timeout,
				.x11 = fan_out->x11 };
}

/*
 * For each program it starts, pdsh closes every descriptor that the limit allows, open or
 * not, which takes most of its time; so the limit is lowered, to no less than the four
 * that it needs per program.
 */
static void limit_files(const struct run *run)
{
	rlim_t enough = 4 * (rlim_t)run->fan_out->threads + 64;
	struct rlimit files;

	if (prlimit(run->pdsh.pid, RLIMIT_NOFILE, NULL, &files) < 0 ||
	    files.rlim_cur <= enough)
		return;
	files.rlim_cur = enough;
	prlimit(run->pdsh.pid, RLIMIT_NOFILE, &files, NULL);
}

/*
 * pdsh limits how many run at once and for how long. Its own output of hosts is not used:
 * it puts the host's name before each line, but drops the rest of a line after a NUL
 * byte, with the newline, so that one host's line could contain another's.
 */
static int start_pdsh(struct run *run)
{
	const struct fan_out *fan_out = run->fan_out;
	_cleanup_call_ struct call call = { 0 };
	_cleanup_close_ int input = -1;
	struct remote remote;
	int r = list_hosts(run, &input);

	if (r != 1)
		return r;
	call_add_words(&call, "pdsh -b -R exec -w -");
	call_add_format(&call, "-f%" PRId64, fan_out->threads);
	if (fan_out->timeout)
		call_add_format(&call, "-u%" PRId64, fan_out->timeout + FAN_OUT_GRACE);
	remote = describe(run, false);
	remote_add(&call, &remote);
	r = process_start(&call, input, &run->pdsh);
	if (r == 0)
		limit_files(run);
	return r;
}

/* Not through pdsh, which starts programs with SIGCHLD blocked: dash could not wait. */
static int start_here(struct run *run, size_t host)
{
	const struct remote remote = describe(run, true);
	_cleanup_call_ struct call call = { 0 };
	_cleanup_close_ int input = -1;
	int ends[2], out, err, r;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	input = ends[0];
	run->input = ends[1];
	remote_add(&call, &remote);
	r = process_start(&call, input, &run->here);
	if (r < 0)
		return r;
	out = run->here.out;
	err = run->here.err;
	run->here.out = run->here.err = -1;
	return fan_out_streams_add(&run->streams, host, out, err);
}

static int start(struct run *run)
{
	int r = start_pdsh(run);

	for (size_t i = 0; i < run->fan_out->hosts->count && r == 0; i++)
		if (is_local(run->fan_out, i))
			r = start_here(run, i);
	return r;
}

static int read_pdsh(struct run *run)
{
	int r = process_take(&run->pdsh.out, SIZE_MAX, &run->out);

	strbuf_reset(&run->out);
	if (r == 0)
		r = process_take(&run->pdsh.err, SIZE_MAX, &run->notices);
	if (r == 0)
		r = fan_out_lines_take_notices(&run->lines, &run->notices);
	/* Unless it was stopped, pdsh has waited for everything it started. */
	if (r == 0 && run->pdsh.out < 0 && run->pdsh.err < 0)
		r = fan_out_streams_finish(&run->streams, &run->lines);
	return r;
}

/* What to wait for: nothing is left after everything that was started has ended. */
static size_t list_files(const struct run *run, struct pollfd files[3])
{
	size_t count = 0;

	if (run->pdsh.out >= 0)
		files[count++] = (struct pollfd){ run->pdsh.out, POLLIN, 0 };
	if (run->pdsh.err >= 0)
		files[count++] = (struct pollfd){ run->pdsh.err, POLLIN, 0 };
	if (run->streams.open_count)
		files[count++] = (struct pollfd){ run->streams.poll, POLLIN, 0 };
	return count;
}

/* pdsh -b ends at once; the commands see the end of their input, there and here. */
static void stop(struct run *run, int how_often)
{
	run->lines.stopped = true;
	process_signal(&run->pdsh, SIGINT);
	if (run->input >= 0)
		close(run->input);
	run->input = -1;
	if (how_often < 2)
		return;
	process_signal(&run->pdsh, SIGKILL);
	process_signal(&run->here, SIGKILL);
}

/* Runs until everything that was started has ended or was killed. */
static int follow(struct run *run)
{
	int64_t patience = -1;
	int seen = 0, r = 0;

	while (r >= 0 && run->lines.open_count) {
		struct pollfd files[3];
		size_t count = list_files(run, files);

		if (!count || (patience >= 0 && clock_milliseconds() > patience))
			break;
		r = interrupt_poll(files, count, patience < 0 ? -1 : 100);
		if (r < 0 && r != -EINTR)
			return r;
		if (interrupt_count() > seen) {
			seen = interrupt_count();
			patience = clock_milliseconds() + PATIENCE;
			stop(run, seen);
		}
		r = fan_out_streams_read(&run->streams, &run->lines);
		if (r == 0 && (run->pdsh.out >= 0 || run->pdsh.err >= 0))
			r = read_pdsh(run);
		fflush(stdout);
	}
	return r;
}

static void release(struct run *run)
{
	if (run->input >= 0)
		close(run->input);
	process_release(&run->here);
	process_release(&run->pdsh);
	strbuf_release(&run->out);
	strbuf_release(&run->notices);
	fan_out_streams_release(&run->streams);
	fan_out_lines_release(&run->lines);
}

static int complain(const struct run *run, int r)
{
	const char *said = strbuf_text(&run->lines.complaint);

	if (r == -ENOMEM)
		return memory_error();
	if (run->streams.error == -EMFILE || run->streams.error == -ENFILE)
		return error("%zu hosts at once take two open files each, more than are "
			     "allowed; raise that (`ulimit -Hn`), or name fewer hosts",
			     run->fan_out->hosts->count);
	if (run->streams.error)
		return error("no FIFOs for what hosts print can be made in TMPDIR, else "
			     "/dev/shm or /tmp: %s",
			     strerror(-r));
	if (r == -ENOENT)
		return error("pdsh is not there; install the package pdsh");
	if (r < 0)
		return error("pdsh cannot be run: %s", strerror(-r));
	return error("pdsh: %s", *said ? said : "it ended before it did anything");
}

int fan_out_run(const struct fan_out *fan_out)
{
	struct run run = { .fan_out = fan_out,
			   .streams = FAN_OUT_STREAMS_NONE,
			   .pdsh = PROCESS_NONE,
			   .here = PROCESS_NONE,
			   .input = -1 };
	int r = token_make(run.tag);

	if (strlen(fan_out->command) > MOST_COMMAND_BYTES)
		return error("the command is longer than 60 KiB; copy a script to the "
			     "hosts and run that");
	/* pdsh would put it before the command. */
	unsetenv("DSHPATH");
	if (r == 0)
		r = fan_out_lines_open(&run.lines, fan_out, run.tag);
	if (r == 0)
		r = fan_out_streams_open(&run.streams, fan_out->hosts);
	if (r == 0)
		refuse_names(&run);
	interrupt_catch();
	if (r == 0)
		r = start(&run);
	if (r == 0)
		r = follow(&run);
	if (r < 0 ||
	    (fan_out->hosts->count && !run.lines.heard && run.lines.complaint.length))
		r = complain(&run, r);
	else
		fan_out_lines_close(&run.lines);
	release(&run);
	interrupt_release();
	return r;
}

static int take_ssh(void *data, const struct attr *row)
{
	char **ssh = data;

	*ssh = strdup(row->value);
	return *ssh ? 0 : -ENOMEM;
}

int fan_out_ssh(const struct context *context, char **ret_ssh)
{
	static const struct attr_owner everybody = { .level = ATTR_GLOBAL };
	const char *wanted = secure_getenv("ROCKS_SSH");
	char *ssh = NULL;
	int r = 0;

	if (!wanted || !*wanted)
		r = db_attr_each(context->db, everybody, "ssh_command", take_ssh, &ssh);
	if (r < 0)
		return context_database_error(context);
	if (!ssh)
		ssh = strdup(wanted && *wanted ? wanted : "ssh");
	if (!ssh)
		return memory_error();
	*ret_ssh = ssh;
	return ROCKS_DONE;
}
