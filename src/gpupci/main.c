/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci: the cards of this VM host. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "lib/text.h"
#include "src/gpupci/card.h"
#include "src/gpupci/config.h"
#include "src/gpupci/output.h"
#include "src/gpupci/scan.h"
#include "version.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

enum action {
	ACTION_NONE,
	ACTION_LIST,
	ACTION_STATUS,
	ACTION_CHANGE, /* detach or attach */
	ACTION_HELP,
	ACTION_VERSION,
};

enum long_option {
	OPTION_JSON = 256,
	OPTION_SYSROOT,
	OPTION_VERSION,
};

struct options {
	enum action action;
	const char *target; /* NAME, ADDRESS or all */
	const char *root;   /* NULL: the running system */
	bool json;
};

/* All that a run has read. */
struct host {
	struct config config;
	struct pci_scan scan;
	struct cards cards;
};

static const char usage[] = "usage: gpupci [--sysroot DIR] --list [--json] | "
			    "--status NAME|ADDRESS|all\n";

static const char help[] =
	"Shows the cards of this host: each is a slot with all the functions in it.\n"
	"\n"
	"  -l, --list             a line a card: its name and its address\n"
	"      --json             with --list: all that is known, as JSON\n"
	"  -s, --status NAME|ADDRESS|all\n"
	"                         every function of a card: driver, IOMMU group, power,\n"
	"                         link speed and width now and at most, NUMA node\n"
	"      --sysroot DIR      read DIR/sys and DIR/etc instead of /sys and /etc\n"
	"  -h, --help             this text\n"
	"      --version          the version\n"
	"\n"
	"Which devices are cards is set in /etc/gpupci.conf.\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage.\n";

static int usage_error(const char *what, const char *word)
{
	fprintf(stderr, "gpupci: %s%s; see gpupci --help\n%s", what,
		text_is_clean(word) ? word : "?", usage);
	return EXIT_USAGE;
}

static int failed(int error, const struct strbuf *fault)
{
	if (fault && fault->length)
		fprintf(stderr, "gpupci: %s\n", strbuf_text(fault));
	else
		fprintf(stderr, "gpupci: %s; nothing was changed\n", strerror(-error));
	return EXIT_FAILED;
}

static enum action action_of(int option)
{
	switch (option) {
	case 'l':
		return ACTION_LIST;
	case 's':
		return ACTION_STATUS;
	case 'd':
	case 'a':
		return ACTION_CHANGE;
	case 'h':
		return ACTION_HELP;
	case OPTION_VERSION:
		return ACTION_VERSION;
	default:
		return ACTION_NONE;
	}
}

static int check_options(const struct options *options)
{
	if (options->action == ACTION_NONE)
		return usage_error("nothing to do", "");
	if (options->json && options->action != ACTION_LIST)
		return usage_error("--json goes with --list", "");
	if (options->root && !options->root[0])
		return usage_error("--sysroot needs a folder", "");
	return EXIT_DONE;
}

static int parse_options(int argc, char *argv[], struct options *options)
{
	static const struct option known[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "status", required_argument, NULL, 's' },
		{ "detach", required_argument, NULL, 'd' },
		{ "attach", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "sysroot", required_argument, NULL, OPTION_SYSROOT },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, OPTION_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, ":ls:d:a:h", known, NULL)) != -1) {
		if (option == ':')
			return usage_error("an argument is missing after ",
					   argv[optind - 1]);
		if (option == '?')
			return usage_error("no such option: ", argv[optind - 1]);
		if (option == OPTION_JSON) {
			options->json = true;
		} else if (option == OPTION_SYSROOT) {
			options->root = optarg;
		} else if (options->action != ACTION_NONE) {
			return usage_error("one thing at a time", "");
		} else {
			options->action = action_of(option);
			options->target = optarg;
		}
	}
	if (optind < argc)
		return usage_error("not understood: ", argv[optind]);
	return check_options(options);
}

static int read_host(struct host *host)
{
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	int error;

	strbuf_add_format(&path, "%s/etc/gpupci.conf", host->scan.sysfs.root);
	error = path.error;
	if (error == 0)
		error = config_read(&host->config, strbuf_text(&path), &fault);
	if (error < 0)
		return failed(error, &fault);
	error = pci_scan_read(&host->scan);
	if (error == 0)
		error = cards_find(&host->cards, &host->config, &host->scan);
	return error < 0 ? failed(error, &host->scan.fault) : EXIT_DONE;
}

/* This machine's name, or that of the root given; NULL when there is none. */
static int read_name(struct host *host, const struct options *options, char **ret_name)
{
	struct sysfs *sysfs = &host->scan.sysfs;
	struct utsname system;

	*ret_name = NULL;
	if (options->root) {
		int error = sysfs_read_line(sysfs, "/etc/hostname", ret_name);

		if (error == 0 || error == -ENOENT)
			return 0;
		if (error != -ENOMEM)
			strbuf_add_format(&host->scan.fault,
					  "cannot read %s: %s; repair it",
					  strbuf_text(&sysfs->path), strerror(-error));
		return error;
	}
	if (uname(&system) < 0)
		return -errno;
	*ret_name = strdup(system.nodename);
	return *ret_name ? 0 : -ENOMEM;
}

static int list(struct host *host, const struct options *options)
{
	_cleanup_free_ char *name = NULL;
	int error = 0;

	if (!options->json) {
		output_list(stdout, &host->cards);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < host->cards.count && error == 0; i++)
		error = card_read(&host->cards.cards[i], &host->scan, true);
	if (error < 0)
		return failed(error, &host->scan.fault);
	error = read_name(host, options, &name);
	if (error < 0)
		return failed(error, &host->scan.fault);
	output_json(stdout, &host->cards, &host->scan, name && name[0] ? name : NULL);
	return EXIT_DONE;
}

/* Whether the word means the card: its name, the address of a function, or all. */
static bool is_meant(const struct card *card, const char *word)
{
	struct pci_address address;

	if (strcmp(word, "all") == 0 || (card->name[0] && strcmp(word, card->name) == 0))
		return true;
	if (pci_address_parse(word, &address) < 0)
		return false;
	for (size_t i = 0; i < card->count; i++)
		if (pci_address_compare(card->members[i].function->address, address) == 0)
			return true;
	return false;
}

static int unknown_card(const struct cards *cards, const char *word)
{
	bool any = false;

	fprintf(stderr, "gpupci: no card is called %s; ",
		text_is_clean(word) ? word : "so");
	for (size_t i = 0; i < cards->count; i++) {
		if (!cards->cards[i].name[0])
			continue;
		fprintf(stderr, "%s%s", any ? ", " : "there are ", cards->cards[i].name);
		any = true;
	}
	fputs(any ? "\n" : "this host has none\n", stderr);
	return EXIT_FAILED;
}

static int status(struct host *host, const char *target)
{
	_cleanup_free_ bool *selected = NULL;
	bool any = strcmp(target, "all") == 0;
	int error;

	selected = calloc(host->cards.count + 1, sizeof(*selected));
	if (!selected)
		return failed(-ENOMEM, NULL);
	for (size_t i = 0; i < host->cards.count; i++) {
		selected[i] = is_meant(&host->cards.cards[i], target);
		if (!selected[i])
			continue;
		any = true;
		error = card_read(&host->cards.cards[i], &host->scan, false);
		if (error < 0)
			return failed(error, &host->scan.fault);
	}
	if (!any)
		return unknown_card(&host->cards, target);
	error = output_status(stdout, &host->cards, &host->scan, selected);
	return error < 0 ? failed(error, NULL) : EXIT_DONE;
}

static int run(const struct options *options)
{
	struct host host = {
		.config = CONFIG_EMPTY,
		.scan = PCI_SCAN_EMPTY(options->root ? options->root : ""),
		.cards = CARDS_EMPTY,
	};
	int code;

	code = read_host(&host);
	if (code == EXIT_DONE)
		code = options->action == ACTION_LIST ? list(&host, options)
						      : status(&host, options->target);
	cards_release(&host.cards);
	pci_scan_release(&host.scan);
	config_release(&host.config);
	return code;
}

static int act(const struct options *options)
{
	switch (options->action) {
	case ACTION_HELP:
		printf("%s\n%s", usage, help);
		return EXIT_DONE;
	case ACTION_VERSION:
		puts("gpupci " VERSION);
		return EXIT_DONE;
	case ACTION_CHANGE:
		fputs("gpupci: this version does not change drivers; it only lists cards "
		      "and shows their status\n",
		      stderr);
		return EXIT_FAILED;
	default:
		return run(options);
	}
}

int main(int argc, char *argv[])
{
	struct options options = { .action = ACTION_NONE };
	int code;

	code = parse_options(argc, argv, &options);
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
