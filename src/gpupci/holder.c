/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who holds a card: the processes that have its nodes open. */
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
#include "src/gpupci/holder.h"
#include "src/gpupci/process.h"

/* PROC_PID_INIT_INO, include/linux/proc_ns.h in the kernel: the first PID namespace. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

struct search {
	struct holders *holders;
	const char *root;
	const struct nodes *nodes;
};

int holders_add(struct holders *holders, struct holder holder)
{
	struct holder *grown = NULL;

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

/*
 * A container may have the node under another name, but below its /dev. Nothing else is
 * looked at: where the file is on a server that is gone, looking would hang.
 */
static bool is_same_device(int folder, const char *name, const struct node *node)
{
	struct stat status;

	return node->major >= 0 && node->minor >= 0 &&
	       fstatat(folder, name, &status, AT_NO_AUTOMOUNT) == 0 &&
	       (node->kind == NODE_BLOCK ? S_ISBLK(status.st_mode)
					 : S_ISCHR(status.st_mode)) &&
	       major(status.st_rdev) == (unsigned int)node->major &&
	       minor(status.st_rdev) == (unsigned int)node->minor;
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

/* The node that a descriptor's link leads to, or NULL. */
static const struct node *find_node(const struct search *search, int folder,
				    const char *name)
{
	char path[PATH_MAX];
	ssize_t length = readlinkat(folder, name, path, sizeof(path) - 1);

	if (length <= 0)
		return NULL;
	path[length] = '\0';
	if (strncmp(path, "/dev/", 5) != 0)
		return NULL;
	for (size_t i = 0; i < search->nodes->count; i++) {
		const struct node *node = &search->nodes->nodes[i];

		if (node->kind == NODE_INTERFACE)
			continue;
		if (is_same_name(path, node))
			return node;
		if (!search->root[0] && is_same_device(folder, name, node))
			return node;
	}
	return NULL;
}

/* Adds the node's name where the list does not have it. */
static void add_name(struct strbuf *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strbuf_text(names); (at = strstr(at, name)); at += length)
		if (!at[length] || at[length] == ',')
			return;
	strbuf_add_format(names, "%s%s", names->length ? ", " : "", name);
}

static int add_process(const struct search *search, pid_t process,
		       struct pci_address function, struct strbuf *names)
{
	struct holder holder = { .function = function, .process = process };
	int error;

	error = process_unit(search->root, process, &holder.unit);
	if (error == 0)
		error = process_command(search->root, process, &holder.command);
	holder.what = error < 0 ? NULL : strbuf_take(names);
	return holders_add(search->holders, holder);
}

static int look_at_process(const struct search *search, int proc, const char *id)
{
	_cleanup_strbuf_ struct strbuf names = STRBUF_EMPTY;
	_cleanup_closedir_ DIR *folder = NULL;
	const struct node *first = NULL, *node;
	struct dirent *entry;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "%.20s/fd", id);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = fd < 0 ? NULL : fdopendir(fd);
	if (!folder) {
		if (errno == ENOENT || errno == ESRCH)
			return 0; /* it ended */
		holders_doubt(search->holders,
			      "process %.20s cannot be looked at (%s): run this as root",
			      id, strerror(errno));
		return 0;
	}
	while ((entry = readdir(folder))) {
		node = find_node(search, fd, entry->d_name);
		if (!node)
			continue;
		add_name(&names, node->name);
		first = first ? first : node;
	}
	if (!first)
		return names.error;
	return add_process(search, atoi(id), first->function, &names);
}

/* Who is outside of the PID namespace we are in has no entry in /proc. */
static void check_namespace(struct holders *holders, int proc)
{
	char target[64];
	ssize_t length = readlinkat(proc, "self/ns/pid", target, sizeof(target) - 1);

	if (length < 0)
		return; /* a kernel without such namespaces, or a tree that was captured */
	target[length] = '\0';
	if (strcmp(target, FIRST_PID_NAMESPACE) != 0)
		holders_doubt(holders, "only the processes of this container are seen: "
				       "run this on the host itself");
}

int holders_find_processes(struct holders *holders, const char *root,
			   const struct nodes *nodes)
{
	const struct search search = { .holders = holders, .root = root, .nodes = nodes };
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_closedir_ DIR *proc = NULL;
	struct dirent *entry;
	size_t seen = 0;
	int error = 0;

	strbuf_add_format(&path, "%s/proc", root);
	if (path.error)
		return path.error;
	proc = opendir(strbuf_text(&path));
	if (proc)
		check_namespace(holders, dirfd(proc));
	while (proc && error == 0 && (entry = readdir(proc))) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		seen++;
		error = look_at_process(&search, dirfd(proc), entry->d_name);
	}
	if (!seen)
		holders_doubt(holders,
			      "%s tells of no processes: who holds the card is "
			      "not known",
			      strbuf_text(&path));
	return error < 0 ? error : holders->unknown.error;
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
