/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on many hosts at once: running pdsh, and reading what it prints. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>

#include "commands/fan-out-lines.h"
#include "commands/fan-out.h"
#include "commands/remote.h"
#include "db/attr.h"
#include "lib/interrupt.h"
#include "lib/process.h"
#include "lib/text.h"

#define MOST_COMMAND_BYTES ((size_t)60 << 10)
/* Milliseconds in which pdsh is to end when it is told to. */
#define PATIENCE 3000

/* pdsh for the hosts behind ssh, or the command itself on this machine. */
struct channel {
	struct process process;
	size_t host; /* that is this machine, else FAN_OUT_MANY */
	int input;   /* what it reads, held open: its end ends the command. Or -1 */
	struct strbuf out, err; /* what is not read as lines yet */
};

struct run {
	const struct fan_out *fan_out;
	struct fan_out_lines lines;
	char tag[17];
	struct channel channels[2];
	size_t channel_count;
};

static int make_tag(char tag[17])
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -EIO;
	snprintf(tag, 17, "%016" PRIx64, number);
	return 0;
}

static bool is_local(const struct fan_out *fan_out, size_t host)
{
	return fan_out->local &&
	       strcmp(fan_out->hosts->hosts[host].name, fan_out->local) == 0;
}

/*
 * pdsh takes brackets, commas and a leading ^, / or - for more than a name. Names are looked
 * at when they are added, but a file may be an old one, or changed by other hands.
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

/* The hosts behind ssh, a name a line as pdsh reads them: 1 and a file of them, 0 none. */
static int list_hosts(const struct fan_out *fan_out, int *ret_input)
{
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	int r;

	for (size_t i = 0; i < fan_out->hosts->count; i++)
		if (!is_local(fan_out, i) && is_reachable(fan_out, i))
			strbuf_add_format(&names, "%s\n", fan_out->hosts->hosts[i].name);
	if (names.error || !names.length)
		return names.error;
	r = process_input(strbuf_text(&names), names.length);
	if (r < 0)
		return r;
	*ret_input = r;
	return 1;
}

static struct channel *add_channel(struct run *run, size_t host)
{
	struct channel *channel = &run->channels[run->channel_count++];

	*channel = (struct channel){ .process = PROCESS_NONE, .host = host, .input = -1 };
	return channel;
}

static struct remote describe(const struct run *run, bool local)
{
	const struct fan_out *fan_out = run->fan_out;

	return (struct remote){ .ssh = local ? NULL : fan_out->ssh,
				.tag = run->tag,
				.command = fan_out->command,
				.own = fan_out->own,
				.timeout = fan_out->timeout,
				.x11 = fan_out->x11 };
}

static int start_pdsh(struct run *run)
{
	const struct fan_out *fan_out = run->fan_out;
	const struct remote remote = describe(run, false);
	_cleanup_call_ struct call call = { 0 };
	_cleanup_close_ int input = -1;
	int r = list_hosts(fan_out, &input);

	if (r != 1)
		return r;
	call_add_words(&call, "pdsh -b -R exec -w -");
	call_add_format(&call, "-f%" PRId64, fan_out->threads);
	if (fan_out->timeout)
		call_add_format(&call, "-u%" PRId64, fan_out->timeout + FAN_OUT_GRACE);
	remote_add(&call, &remote);
	return process_start(&call, input, &add_channel(run, FAN_OUT_MANY)->process);
}

/* Not through pdsh, which starts programs with SIGCHLD blocked: a dash cannot wait then. */
static int start_here(struct run *run, size_t host)
{
	const struct remote remote = describe(run, true);
	_cleanup_call_ struct call call = { 0 };
	struct channel *channel = add_channel(run, host);
	_cleanup_close_ int input = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	input = ends[0];
	channel->input = ends[1];
	remote_add(&call, &remote);
	return process_start(&call, input, &channel->process);
}

static int start(struct run *run)
{
	int r = start_pdsh(run);

	for (size_t i = 0; i < run->fan_out->hosts->count && r == 0; i++)
		if (is_local(run->fan_out, i))
			r = start_here(run, i);
	return r;
}

/* Takes all that can be read now; closes what is at its end. */
static int take(int *fd, struct strbuf *text)
{
	char block[65536];
	ssize_t length = 0;

	while (*fd >= 0 && (length = read(*fd, block, sizeof(block))) > 0)
		strbuf_add(text, block, (size_t)length);
	if (*fd < 0 || (length < 0 && (errno == EAGAIN || errno == EINTR)))
		return text->error;
	close(*fd);
	*fd = -1;
	return text->error;
}

/*
 * What pdsh says of a host on its standard error comes after all that the host printed:
 * so that is read first, and used last.
 */
static int read_channel(struct run *run, struct channel *channel)
{
	int r = take(&channel->process.err, &channel->err);

	if (r == 0)
		r = take(&channel->process.out, &channel->out);
	if (r == 0)
		r = fan_out_lines_take(&run->lines, &channel->out, channel->host, false);
	if (r == 0)
		r = fan_out_lines_take(&run->lines, &channel->err, channel->host, true);
	fflush(stdout);
	return r;
}

static void add_files(struct run *run, struct pollfd *files, size_t *count)
{
	for (size_t i = 0; i < run->channel_count; i++) {
		const struct process *process = &run->channels[i].process;

		if (process->out >= 0)
			files[(*count)++] = (struct pollfd){ process->out, POLLIN, 0 };
		if (process->err >= 0)
			files[(*count)++] = (struct pollfd){ process->err, POLLIN, 0 };
	}
}

/* pdsh with -b ends at once; the commands see their input end, there and here. */
static void stop(struct run *run, int how_often)
{
	run->lines.stopped = true;
	for (size_t i = 0; i < run->channel_count; i++) {
		struct channel *channel = &run->channels[i];

		if (channel->input >= 0)
			close(channel->input);
		else
			process_signal(&channel->process, SIGINT);
		channel->input = -1;
		if (how_often > 1)
			process_signal(&channel->process, SIGKILL);
	}
}

/* Until all that was started has ended, or was killed. */
static int follow(struct run *run)
{
	int64_t patience = -1;
	int seen = 0, r = 0;

	while (r >= 0 && run->lines.open_count) {
		struct pollfd files[4];
		size_t count = 0;

		add_files(run, files, &count);
		if (!count || (patience >= 0 && process_clock() > patience))
			break;
		r = interrupt_poll(files, count, patience < 0 ? -1 : 100);
		if (r < 0 && r != -EINTR)
			return r;
		if (interrupt_count() > seen) {
			seen = interrupt_count();
			patience = process_clock() + PATIENCE;
			stop(run, seen);
		}
		r = 0;
		for (size_t i = 0; i < run->channel_count && r == 0; i++)
			r = read_channel(run, &run->channels[i]);
	}
	return r;
}

static void release(struct run *run)
{
	for (size_t i = 0; i < run->channel_count; i++) {
		if (run->channels[i].input >= 0)
			close(run->channels[i].input);
		process_release(&run->channels[i].process);
		strbuf_release(&run->channels[i].out);
		strbuf_release(&run->channels[i].err);
	}
	fan_out_lines_release(&run->lines);
}

static int complain(const struct run *run, int r)
{
	const char *said = strbuf_text(&run->lines.complaint);

	if (r == -ENOENT)
		return error("pdsh is not there; install the package pdsh");
	if (r == -ENOMEM)
		return memory_error();
	if (r < 0)
		return error("pdsh cannot be run: %s", strerror(-r));
	return error("pdsh: %s", *said ? said : "it ended before it did anything");
}

int fan_out_run(const struct fan_out *fan_out)
{
	struct run run = { .fan_out = fan_out };
	int r = make_tag(run.tag);

	if (strlen(fan_out->command) > MOST_COMMAND_BYTES)
		return error("the command is longer than 60 KiB; copy a script to the "
			     "hosts and run that");
	/* pdsh would put it before the command. */
	unsetenv("DSHPATH");
	if (r == 0)
		r = fan_out_lines_open(&run.lines, fan_out, run.tag);
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

int fan_out_ssh(const struct invocation *invocation, char **ret_ssh)
{
	static const struct attr_owner everybody = { .level = ATTR_GLOBAL };
	const char *wanted = secure_getenv("ROCKS_SSH");
	char *ssh = NULL;
	int r = 0;

	if (!wanted || !*wanted)
		r = db_attr_each(invocation->db, everybody, "ssh_command", take_ssh,
				 &ssh);
	if (r < 0)
		return database_error(invocation);
	if (!ssh)
		ssh = strdup(wanted && *wanted ? wanted : "ssh");
	if (!ssh)
		return memory_error();
	*ret_ssh = ssh;
	return ROCKS_DONE;
}
