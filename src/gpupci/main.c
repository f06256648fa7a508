/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci: the cards of this VM host. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/actions.h"
#include "src/gpupci/exit-code.h"
#include "src/gpupci/message.h"
#include "version.h"

static const struct {
	enum action action;
	int (*run)(struct host *host, const struct options *options);
} actions[] = {
	{ ACTION_LIST, action_list },
	{ ACTION_STATUS, action_status },
};

static int run(const struct options *options)
{
	struct host host = HOST_EMPTY(options->root);
	int error, code;

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (actions[i].action != options->action)
			continue;
		error = host_read(&host);
		code = error < 0 ? message_failed(error, &host.scan.fault)
				 : actions[i].run(&host, options);
		host_release(&host);
		return code;
	}
	fprintf(stderr,
		"gpupci: this version does not know %s yet; it lists cards and shows "
		"their status\n",
		options_action_word(options->action));
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
