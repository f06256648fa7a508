/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of gpupci. */
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "lib/text.h"
#include "src/gpupci/cards/names-file.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/options.h"

#define DEFAULT_TIMEOUT 30 /* seconds */
#define MOST_TIMEOUT 86400

enum long_option {
	OPTION_SCAN = 256,
	OPTION_RENAME,
	OPTION_RESTORE,
	OPTION_FORGET,
	OPTION_EARLY,
	OPTION_CHECK,
	OPTION_CAPTURE,
	OPTION_VERSION,
	OPTION_JSON,
	OPTION_ANONYMOUS,
	OPTION_DRIVER,
	OPTION_DRY_RUN,
	OPTION_TIMEOUT,
	OPTION_RUNTIME,
	OPTION_FORCE_BOOT_DISPLAY,
	OPTION_SYSROOT,
};

static const struct option known[] = {
	{ "list", no_argument, NULL, 'l' },
	/* Its arguments are operands: other options may stand between them. */
	{ "status", optional_argument, NULL, 's' },
	{ "detach", required_argument, NULL, 'd' },
	{ "attach", required_argument, NULL, 'a' },
	{ "scan", no_argument, NULL, OPTION_SCAN },
	{ "rename", required_argument, NULL, OPTION_RENAME },
	{ "restore", no_argument, NULL, OPTION_RESTORE },
	{ "forget", no_argument, NULL, OPTION_FORGET },
	{ "early", required_argument, NULL, OPTION_EARLY },
	{ "check", no_argument, NULL, OPTION_CHECK },
	{ "capture", required_argument, NULL, OPTION_CAPTURE },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "anonymous", no_argument, NULL, OPTION_ANONYMOUS },
	{ "driver", required_argument, NULL, OPTION_DRIVER },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "runtime", no_argument, NULL, OPTION_RUNTIME },
	{ "force-boot-display", no_argument, NULL, OPTION_FORCE_BOOT_DISPLAY },
	{ "sysroot", required_argument, NULL, OPTION_SYSROOT },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	int option;
	enum action action;
} actions[] = {
	{ 'l', ACTION_LIST },
	{ 's', ACTION_STATUS },
	{ 'd', ACTION_DETACH },
	{ 'a', ACTION_ATTACH },
	{ OPTION_SCAN, ACTION_SCAN },
	{ OPTION_RENAME, ACTION_RENAME },
	{ OPTION_RESTORE, ACTION_RESTORE },
	{ OPTION_FORGET, ACTION_FORGET },
	{ OPTION_EARLY, ACTION_EARLY },
	{ OPTION_CHECK, ACTION_CHECK },
	{ OPTION_CAPTURE, ACTION_CAPTURE },
	{ 'h', ACTION_HELP },
	{ OPTION_VERSION, ACTION_VERSION },
};

static const char usage[] =
	"usage: gpupci -l | -s CARD... | -d CARD | -a CARD | --scan | --check | --help\n";

static const char help[] =
	"The cards of this host: each is a slot with all the functions in it.\n"
	"CARD is a name (gpupci1), an address of one of its functions, or all.\n"
	"\n"
	"  -l, --list             one line per card: its name and its address\n"
	"      --json             with --list: everything about them, as JSON\n"
	"  -s, --status CARD...   every function of a card: driver, IOMMU group, power,\n"
	"                         link speed and width (now and maximum), NUMA node,\n"
	"                         and who holds it; also any other PCI function, by\n"
	"                         address; run it as root to see all; --json for "
	"programs\n"
	"  -d, --detach CARD      take it from the host, so that a VM can have it; it "
	"stays\n"
	"                         detached over reboots; refused while in use\n"
	"      --driver DRIVER    with --detach: a vendor's variant of vfio-pci\n"
	"  -a, --attach CARD      give it back to the host and its former drivers\n"
	"      --runtime          with these two: until the next boot only\n"
	"      --force-boot-display  with --detach of one card: even the display of the\n"
	"                         host, which stays dark until the next boot\n"
	"      --check            whether this host is ready to give its cards to VMs, "
	"and\n"
	"                         what to change; --json for programs\n"
	"      --restore          after a boot, detach what must stay detached, as\n"
	"                         gpupci.service does\n"
	"      --forget           from now on no card stays detached over a reboot\n"
	"      --early ADDRESS    for udev: the driver of a device that must stay "
	"detached\n"
	"      --scan             save the names: from then on a card keeps its name\n"
	"                         wherever it turns up; prints what changed\n"
	"      --rename NEW OLD   rename a card; NEW may be the name of a missing card\n"
	"                         if OLD is that card\n"
	"      --capture FILE     write what gpupci reads of this host to a tar archive; "
	"it\n"
	"                         may be unpacked anywhere and read with --sysroot\n"
	"      --anonymous        with --capture: no serial numbers, no host name\n"
	"      --dry-run          print what would be done, but change nothing\n"
	"      --timeout SECONDS  how long to wait for the kernel to answer, and for\n"
	"                         another gpupci (30)\n"
	"      --sysroot DIR      the host whose files are below DIR, instead of this "
	"one\n"
	"  -h, --help             this text\n"
	"      --version          the version\n"
	"\n"
	"Which devices are cards is set in /etc/gpupci.conf; names are kept in\n"
	"/var/lib/gpupci/cards.\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage, 3 refused: the card is in "
	"use\n"
	"or protected, 4 the kernel or another gpupci did not finish in time, 5 some\n"
	"cards done, others not; --check: 10 ready with warnings, 11 not ready.\n";

void options_print_help(void)
{
	printf("%s\n%s", usage, help);
}

static int usage_error(const char *what, const char *word)
{
	fprintf(stderr, "gpupci: %s%s; see gpupci --help\n%s", what,
		text_is_clean(word) ? word : "?", usage);
	return EXIT_USAGE;
}

static enum action action_of(int option)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].option == option)
			return actions[i].action;
	return ACTION_NONE;
}

#define ONE(action) (1U << (action))

/* Which options go with which actions. */
static int check_pairs(const struct options *options)
{
	const struct {
		bool given;
		unsigned int with; /* ONE() of each action */
		const char *complaint;
	} rules[] = {
		{ options->json,
		  ONE(ACTION_LIST) | ONE(ACTION_STATUS) | ONE(ACTION_CHECK),
		  "--json goes with --list, --status and --check" },
		{ options->anonymous, ONE(ACTION_CAPTURE),
		  "--anonymous goes with --capture" },
		{ options->driver, ONE(ACTION_DETACH), "--driver goes with --detach" },
		{ options->force_boot_display, ONE(ACTION_DETACH),
		  "--force-boot-display goes with --detach" },
		{ options->runtime, ONE(ACTION_DETACH) | ONE(ACTION_ATTACH),
		  "--runtime goes with --detach and --attach" },
		{ options->dry_run,
		  ONE(ACTION_DETACH) | ONE(ACTION_ATTACH) | ONE(ACTION_SCAN) |
			  ONE(ACTION_RENAME) | ONE(ACTION_RESTORE) | ONE(ACTION_FORGET),
		  "--dry-run goes with actions that change something" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].given && !(rules[i].with & ONE(options->action)))
			return usage_error(rules[i].complaint, "");
	return EXIT_DONE;
}

static int check_options(const struct options *options)
{
	if (options->action == ACTION_NONE)
		return usage_error("no action given", "");
	if (options->action == ACTION_STATUS && !options->target)
		return usage_error("an argument is missing after --status", "");
	if (options->action == ACTION_RENAME && !options->old_name)
		return usage_error("--rename needs two names, NEW and OLD", "");
	if (options->action == ACTION_RENAME && !name_is_valid(options->target))
		return usage_error("the name of a card is gpupci and a number, not ",
				   options->target);
	if (options->action == ACTION_CAPTURE && !options->target[0])
		return usage_error("--capture needs a file", "");
	if (options->action == ACTION_DETACH && options->force_boot_display &&
	    strcmp(options->target, "all") == 0)
		return usage_error("--force-boot-display goes with one card, not ",
				   options->target);
	return check_pairs(options);
}

static int take_timeout(struct options *options, const char *word)
{
	int64_t seconds;

	if (text_parse_integer(word, 1, MOST_TIMEOUT, &seconds) < 0)
		return usage_error("--timeout needs seconds, not ", word);
	options->timeout = (unsigned int)seconds;
	return EXIT_DONE;
}

static int take_root(struct options *options, const char *word)
{
	if (!word[0])
		return usage_error("--sysroot needs a folder", "");
	options->root = word;
	return EXIT_DONE;
}

static int take_driver(struct options *options, const char *word)
{
	/* With any other driver no VM could have the card. */
	if (!driver_is_name(word) || !driver_is_named_vfio(word))
		return usage_error("--driver needs vfio-pci or a vendor's variant of it, "
				   "not ",
				   word);
	options->driver = word;
	return EXIT_DONE;
}

static int take_option(struct options *options, int option, const char *argument)
{
	switch (option) {
	case OPTION_JSON:
		options->json = true;
		return EXIT_DONE;
	case OPTION_ANONYMOUS:
		options->anonymous = true;
		return EXIT_DONE;
	case OPTION_DRY_RUN:
		options->dry_run = true;
		return EXIT_DONE;
	case OPTION_RUNTIME:
		options->runtime = true;
		return EXIT_DONE;
	case OPTION_FORCE_BOOT_DISPLAY:
		/* The next boot brings the display back in any case. */
		options->force_boot_display = options->runtime = true;
		return EXIT_DONE;
	case OPTION_DRIVER:
		return take_driver(options, argument);
	case OPTION_TIMEOUT:
		return take_timeout(options, argument);
	case OPTION_SYSROOT:
		return take_root(options, argument);
	}
	if (options->action != ACTION_NONE)
		return usage_error("give one action only", "");
	options->action = action_of(option);
	options->target = argument;
	return EXIT_DONE;
}

/* Takes the target, if not given as --status=TARGET, and the operands after it. */
static void take_operands(struct options *options, int argc, char *argv[])
{
	if (!options->target && optind < argc)
		options->target = argv[optind++];
	options->operands = argv + optind;
	options->operand_count = (size_t)(argc - optind);
	optind = argc;
}

int options_parse(int argc, char *argv[], struct options *options)
{
	int option, code;

	*options = (struct options){ .root = "", .timeout = DEFAULT_TIMEOUT };
	while ((option = getopt_long(argc, argv, ":ls::d:a:h", known, NULL)) != -1) {
		if (option == ':')
			return usage_error("an argument is missing after ",
					   argv[optind - 1]);
		if (option == '?')
			return usage_error("unknown option ", argv[optind - 1]);
		code = take_option(options, option, optarg);
		if (code != EXIT_DONE)
			return code;
	}
	if (options->action == ACTION_RENAME && optind < argc)
		options->old_name = argv[optind++];
	if (options->action == ACTION_STATUS)
		take_operands(options, argc, argv);
	if (optind < argc)
		return usage_error("unexpected argument ", argv[optind]);
	return check_options(options);
}
