/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of gpupci. */
#ifndef SRC_GPUPCI_CLI_OPTIONS_H
#define SRC_GPUPCI_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum action {
	ACTION_NONE,
	ACTION_LIST,
	ACTION_STATUS,
	ACTION_DETACH,
	ACTION_ATTACH,
	ACTION_SCAN,
	ACTION_RENAME,
	ACTION_RESTORE,
	ACTION_FORGET,
	ACTION_EARLY,
	ACTION_CHECK,
	ACTION_CAPTURE,
	ACTION_HELP,
	ACTION_VERSION,
};

struct options {
	enum action action;
	const char *target;    /* NAME, ADDRESS or all; --rename: NEW; --capture: FILE */
	const char *old_name;  /* --rename: OLD */
	char *const *operands; /* --status: more targets */
	size_t operand_count;
	const char *root;     /* "" for the running system, else what --sysroot names */
	const char *driver;   /* --driver, or NULL */
	unsigned int timeout; /* --timeout, seconds */
	bool json, anonymous, dry_run, runtime;
	bool force_boot_display; /* implies runtime */
};

/*
 * Parses the command line and prints errors on stderr. Returns EXIT_DONE or EXIT_USAGE.
 * The strings belong to argv.
 */
int options_parse(int argc, char *argv[], struct options *options);

/* Prints the text of --help. */
void options_print_help(void);

#endif
