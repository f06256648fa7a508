/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a card: the processes that have its nodes open. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/hold/holder.h"
#include "src/gpupci/hold/process.h"

/* PROC_PID_INIT_INO, include/linux/proc_ns.h in the kernel: the first PID namespace. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

struct search {
	struct holders *holders;
	struct root *root;
	struct nodes *nodes;
	bool *opened;	 /* per node: the current process has it open */
	size_t seen;	 /* processes */
	bool first_seen; /* process 1, hidden if others are (hidepid of proc(5)) */
	size_t denied;	 /* processes that cannot be read; the first of them: */
	char denied_first[24];
	int denied_error;
};

/* Users choose the names of cgroups and mount points; C1 is for UTF-8. */
static void disarm(char *text)
{
	for (; text && *text; text++) {
		unsigned char byte = (unsigned char)*text;
		unsigned char next = (unsigned char)text[1];

		if (byte < ' ' || byte == 0x7f)
			*text = '?';
		else if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
			text[0] = text[1] = '?';
	}
}

int holders_add(struct holders *holders, struct holder holder)
{
	struct holder *grown = NULL;

	disarm(holder.what);
	disarm(holder.unit);
	disarm(holder.command);
	if (holder.what)
		grown = reallocarray(holders->holders, holders->count + 1,
				     sizeof(*grown));
	if (!grown) {
		free(holder.what);
		free(holder.unit);
		free(holder.command);
		return -ENOMEM;
	}
	holders->holders = grown;
	grown[holders->count++] = holder;
	return 0;
}

void holders_doubt(struct holders *holders, const char *format, ...)
{
	va_list list;

	if (holders->unknown.length)
		strbuf_add_char(&holders->unknown, '\n');
	va_start(list, format);
	strbuf_add_format_list(&holders->unknown, format, list);
	va_end(list);
}

/* A descriptor of the current process: the target of its link, and what is there. */
struct descriptor {
	char path[PATH_MAX];
	const char *name;    /* the end of the path, from its last "/dev/" */
	struct statx status; /* of its target, once read: */
	bool is_known;
};

static bool is_of_kind(const struct descriptor *descriptor, const struct node *node)
{
	mode_t mode = descriptor->status.stx_mode;

	return node->kind == NODE_BLOCK ? S_ISBLK(mode) : S_ISCHR(mode);
}

static bool has_numbers(const struct node *node)
{
	return node->major >= 0 && node->minor >= 0;
}

static bool is_same_device(const struct descriptor *descriptor, const struct node *node)
{
	const struct statx *status = &descriptor->status;

	return descriptor->is_known && has_numbers(node) &&
	       is_of_kind(descriptor, node) &&
	       status->stx_rdev_major == (unsigned int)node->major &&
	       status->stx_rdev_minor == (unsigned int)node->minor;
}

static bool is_same_name(const char *path, const struct node *node)
{
	size_t length = strlen(node->name);
	const char *digits = path + length;

	if (strncmp(path, node->name, length) != 0)
		return false;
	if (!node->is_pattern)
		return !*digits || strcmp(digits, " (deleted)") == 0;
	return *digits && strspn(digits, "0123456789") == strlen(digits);
}

/*
 * Whether the descriptor is the node. A path in a foreign /dev, such as a chroot's,
 * matches by name only if it is a device or its type is unknown; the numbers decide if
 * both have them.
 */
static bool is_open(const struct descriptor *descriptor, const struct node *node)
{
	if (node->kind == NODE_INTERFACE || node->kind == NODE_MEDIATED)
		return false;
	if (is_same_name(descriptor->path, node) || is_same_device(descriptor, node))
		return true;
	return is_same_name(descriptor->name, node) &&
	       (!descriptor->is_known ||
		(!has_numbers(node) && is_of_kind(descriptor, node)));
}

/* Returns the path from its last "/dev/", or NULL. */
static const char *find_name(const char *path)
{
	const char *name = NULL;

	for (const char *next = path; (next = strstr(next, "/dev/")); next++)
		name = next;
	return name;
}

/*
 * Flags the nodes that a descriptor's link leads to; returns whether there are any. A
 * container may have a node under another name, but below its /dev, which for a chroot is
 * somewhere below ours. It looks at nothing else: stat() of a file on a dead server would
 * hang.
 */
static bool flag_nodes(const struct search *search, int folder, const char *name)
{
	const struct nodes *nodes = search->nodes;
	struct descriptor descriptor;
	ssize_t length =
		readlinkat(folder, name, descriptor.path, sizeof(descriptor.path) - 1);
	bool any = false;

	if (length <= 0)
		return false;
	descriptor.path[length] = '\0';
	descriptor.name = find_name(descriptor.path);
	if (!descriptor.name)
		return false;
	descriptor.is_known = !search->root->folder[0] &&
			      statx(folder, name, AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
				    STATX_TYPE, &descriptor.status) == 0;
	for (size_t i = 0; i < nodes->count; i++)
		if (is_open(&descriptor, &nodes->nodes[i]))
			any = search->opened[i] = true;
	return any;
}

/* Adds the name of the node unless the list has it. */
static void add_name(struct strbuf *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strbuf_text(names); (at = strstr(at, name)); at += length)
		if (!at[length] || at[length] == ',')
			return;
	strbuf_add_format(names, "%s%s", names->length ? ", " : "", name);
}

static int copy(const char *text, char **ret_copy)
{
	*ret_copy = text ? strdup(text) : NULL;
	return text && !*ret_copy ? -ENOMEM : 0;
}

/* Adds the process as a holder of the nodes from begin to end, which share one owner. */
static int add_owner(const struct search *search, const struct holder *process,
		     size_t begin, size_t end)
{
	struct holder holder = { .process = process->process };
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	int error;

	for (size_t i = begin; i < end; i++) {
		struct node *node = &search->nodes->nodes[i];

		if (!search->opened[i])
			continue;
		if (!names.length)
			holder.function = node->function;
		add_name(&names, node->name);
		holder.owner = node->owner;
		node->is_held = true;
	}
	if (!names.length)
		return names.error;
	error = copy(process->unit, &holder.unit);
	if (error == 0)
		error = copy(process->command, &holder.command);
	holder.what = error < 0 ? NULL : strbuf_take(&names);
	return holders_add(search->holders, holder);
}

/* Adds the process once per owner of the nodes that it has open. */
static int add_process(const struct search *search, pid_t id)
{
	const struct nodes *nodes = search->nodes;
	struct holder process = { .process = id };
	int error;

	error = process_unit(search->root, id, &process.unit);
	if (error == 0)
		error = process_command(search->root, id, &process.command);
	for (size_t begin = 0, end; begin < nodes->count && error == 0; begin = end) {
		end = begin + 1;
		while (end < nodes->count &&
		       nodes->nodes[end].owner == nodes->nodes[begin].owner)
			end++;
		error = add_owner(search, &process, begin, end);
	}
	free(process.unit);
	free(process.command);
	return error;
}

static void note_denied(struct search *search, const char *id, int error)
{
	if (!search->denied++) {
		snprintf(search->denied_first, sizeof(search->denied_first), "%.20s", id);
		search->denied_error = error;
	}
}

static void doubt_denied(const struct search *search)
{
	const char *why = strerror(search->denied_error);

	if (search->denied == 1)
		holders_doubt(search->holders,
			      "process %s cannot be looked at (%s): run this as root",
			      search->denied_first, why);
	else if (search->denied)
		holders_doubt(search->holders,
			      "%zu processes cannot be looked at, process %s for one "
			      "(%s): run this as root",
			      search->denied, search->denied_first, why);
}

/*
 * Flags the nodes that the descriptors in the folder lead to. Returns 1 if there are any,
 * 0, or -errno. There are as many such folders as processes, and opendir() needs three
 * times the system calls.
 */
static int flag_all(const struct search *search, int folder)
{
	char entries[4096] __attribute__((aligned(__alignof__(struct dirent64))));
	ssize_t got;
	int any = 0;

	while ((got = getdents64(folder, entries, sizeof(entries))) > 0)
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *entry =
				(const struct dirent64 *)(const void *)(entries + at);

			at += entry->d_reclen;
			if (entry->d_name[0] != '.' &&
			    flag_nodes(search, folder, entry->d_name))
				any = 1;
		}
	return got < 0 ? -errno : any;
}

static int look_at_process(struct search *search, int proc, const char *id)
{
	_cleanup_close_ int folder = -1;
	char path[32];
	int any, error = 0;

	snprintf(path, sizeof(path), "%.20s/fd", id);
	folder = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	any = folder < 0 ? -errno : flag_all(search, folder);
	/* Otherwise it ended. */
	if (any < 0 && any != -ENOENT && any != -ESRCH)
		note_denied(search, id, -any);
	if (any > 0)
		error = add_process(search, atoi(id));
	if (any)
		memset(search->opened, 0, search->nodes->count * sizeof(*search->opened));
	return error;
}

/* Processes outside our PID namespace have no entry in /proc. */
static void check_namespace(struct holders *holders, int proc)
{
	char target[64];
	ssize_t length = readlinkat(proc, "self/ns/pid", target, sizeof(target) - 1);

	if (length < 0)
		return; /* a kernel without PID namespaces, or a captured tree */
	target[length] = '\0';
	if (strcmp(target, FIRST_PID_NAMESPACE) != 0)
		holders_doubt(holders, "only the processes of this container are seen: "
				       "run this on the host itself");
}

static int look_at_all(struct search *search)
{
	_cleanup_closedir_ DIR *proc = NULL;
	const struct dirent *entry;
	int error = root_open_folder(search->root, &proc, "/proc");

	if (error < 0)
		return error == -ENOMEM ? error : 0;
	check_namespace(search->holders, dirfd(proc));
	while (error == 0 && (entry = root_next_entry(proc))) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		search->seen++;
		if (strcmp(entry->d_name, "1") == 0)
			search->first_seen = true;
		error = look_at_process(search, dirfd(proc), entry->d_name);
	}
	return error;
}

/* By process, then by owner. */
static int compare_holders(const void *left, const void *right)
{
	const struct holder *a = left, *b = right;

	if (a->process != b->process)
		return (a->process > b->process) - (a->process < b->process);
	return (a->owner > b->owner) - (a->owner < b->owner);
}

int holders_find_processes(struct holders *holders, struct root *root,
			   struct nodes *nodes)
{
	size_t before = holders->count;
	_cleanup_free_ bool *opened = calloc(nodes->count + 1, sizeof(*opened));
	struct search search = {
		.holders = holders, .root = root, .nodes = nodes, .opened = opened
	};
	int error;

	if (!opened)
		return -ENOMEM;
	error = look_at_all(&search);
	if (error < 0)
		return error;
	if (holders->count > before)
		qsort(holders->holders + before, holders->count - before,
		      sizeof(*holders->holders), compare_holders);
	doubt_denied(&search);
	if (!search.seen)
		holders_doubt(holders, "/proc lists no processes");
	else if (!search.first_seen)
		holders_doubt(holders, "not all processes are seen: run this as root");
	return holders->unknown.error;
}

static void print_holder(FILE *file, const struct holder *holder)
{
	char address[PCI_ADDRESS_SIZE];

	if (holder->process) {
		fprintf(file, "  process %d", (int)holder->process);
		if (holder->unit)
			fprintf(file, " of %s", holder->unit);
		fprintf(file, " has %s open", holder->what);
		if (holder->command)
			fprintf(file, ": %s", holder->command);
		putc('\n', file);
		return;
	}
	fprintf(file, "  %s: %s\n", pci_address_sysfs(holder->function, address),
		holder->what);
}

void holders_print(FILE *file, const struct holders *holders)
{
	const char *line = strbuf_text(&holders->unknown);

	for (size_t i = 0; i < holders->count; i++)
		print_holder(file, &holders->holders[i]);
	while (*line) {
		int length = (int)strcspn(line, "\n");

		fprintf(file, "  %.*s\n", length, line);
		line += length;
		line += *line == '\n';
	}
}

void holders_release(struct holders *holders)
{
	for (size_t i = 0; i < holders->count; i++) {
		free(holders->holders[i].what);
		free(holders->holders[i].unit);
		free(holders->holders[i].command);
	}
	free(holders->holders);
	strbuf_release(&holders->unknown);
	*holders = (struct holders)HOLDERS_EMPTY;
}
