/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci: the cards of this VM host. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/files/state.h"
#include "version.h"

static const struct row {
	enum action action;
	int (*run)(struct host *host, const struct options *options);
	bool changes; /* takes the lock, except in a dry run */
	unsigned int reading;
} rows[] = {
	{ ACTION_LIST, action_list, false, HOST_CARDS_ONLY },
	{ ACTION_STATUS, action_status, false, 0 },
	{ ACTION_DETACH, action_detach, true, HOST_MATES_ONLY },
	{ ACTION_ATTACH, action_attach, true, HOST_MATES_ONLY },
	{ ACTION_RESTORE, action_restore, true, 0 },
	{ ACTION_FORGET, action_forget, true, 0 },
	{ ACTION_CHECK, action_check, false, 0 },
	{ ACTION_EARLY, action_early, false, HOST_NOTHING },
	{ ACTION_SCAN, action_scan, true, HOST_SET_ASIDE },
	{ ACTION_RENAME, action_rename, true, 0 },
	{ ACTION_CAPTURE, action_capture, false, HOST_AS_FAR_AS },
};

/* Reads the host, acts, and releases the host. */
static int run_row(const struct row *row, struct host *host,
		   const struct options *options)
{
	unsigned int reading = row->reading;
	int error, code;

	if (options->dry_run)
		reading &= ~(unsigned int)HOST_SET_ASIDE;
	error = host_read(host, reading);
	if (error < 0 && (error == -ENOMEM || !(reading & HOST_AS_FAR_AS)))
		code = message_failed(error, &host->scan.fault);
	else
		code = row->run(host, options);
	host_release(host);
	return code;
}

static int run_locked(const struct row *row, struct host *host,
		      const struct options *options)
{
	pid_t holder = 0;
	int lock, error, code;

	error = state_lock(&host->scan.root, options->timeout, &lock, &holder);
	if (error < 0)
		return message_not_locked(error, options, holder);
	code = run_row(row, host, options);
	state_unlock(lock);
	return code;
}

static int run(const struct options *options)
{
	struct host host = HOST_EMPTY(options->root);
	int error = 0;

	if (options->action == ACTION_CAPTURE)
		error = capture_hold_folder(options->target);
	if (error < 0)
		return capture_fail(options->target, -error);
	error = root_enter(options->root);
	if (error < 0) {
		fprintf(stderr,
			"gpupci: cannot make %s the root: %s; run it as another user\n",
			options->root, strerror(-error));
		return EXIT_FAILED;
	}
	host.scan.root.timeout = options->timeout;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].action == options->action)
			return rows[i].changes && !options->dry_run
				       ? run_locked(&rows[i], &host, options)
				       : run_row(&rows[i], &host, options);
	return EXIT_FAILED;
}

static int act(const struct options *options)
{
	switch (options->action) {
	case ACTION_HELP:
		options_print_help();
		return EXIT_DONE;
	case ACTION_VERSION:
		puts("gpupci " VERSION);
		return EXIT_DONE;
	default:
		return run(options);
	}
}

int main(int argc, char *argv[])
{
	struct options options;
	int code;

	code = options_parse(argc, argv, &options);
	if (code == EXIT_DONE)
		code = act(&options);
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout) || fclose(stdout) != 0) {
		fprintf(stderr,
			"gpupci: cannot write the output: %s; it is not complete\n",
			errno ? strerror(errno) : "a write failed");
		return EXIT_FAILED;
	}
	return code;
}
