/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the host itself uses a device: file systems, volumes, swap, routes. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/files/root.h"
#include "src/gpupci/files/state.h"
#include "src/gpupci/hold/holder.h"
#include "src/gpupci/scan/details.h"

#define CLASS_NETWORK 0x02

#define INTERFACE_UP 0x1 /* IFF_UP of netdevice(7) */

struct search {
	struct holders *holders;
	struct root *root;
	struct nodes *nodes;
	bool count_up;
	bool elsewhere; /* these mounts belong to a mount namespace other than the host's */
};

static int add_use(const struct search *search, struct node *node, const char *format,
		   ...) _printf_(3, 4);
static int add_use(const struct search *search, struct node *node, const char *format,
		   ...)
{
	_cleanup_strbuf_ struct strbuf what = STRBUF_EMPTY;
	va_list list;

	strbuf_add_format(&what, "%s ", node->name);
	va_start(list, format);
	strbuf_add_format_list(&what, format, list);
	va_end(list);
	node->is_held = true;
	return holders_add(search->holders,
			   (struct holder){ .function = node->function,
					    .owner = node->owner,
					    .what = strbuf_take(&what) });
}

/* Returns the next line of the text, ended by a NUL; NULL at the end. */
static char *next_line(char **text)
{
	char *line = *text;

	if (!line || !*line)
		return NULL;
	*text = line + strcspn(line, "\n");
	if (**text)
		*(*text)++ = '\0';
	return line;
}

/* Returns the first entry of a folder with that prefix; NULL if there is none. */
static char *find_entry(struct root *root, const char *folder, const char *below,
			const char *begin)
{
	_cleanup_closedir_ DIR *entries = NULL;
	const struct dirent *entry;

	if (root_open_folder(root, &entries, "%s%s", folder, below) < 0)
		return NULL;
	while ((entry = root_next_entry(entries)))
		if (entry->d_name[0] != '.' &&
		    strncmp(entry->d_name, begin, strlen(begin)) == 0)
			return strdup(entry->d_name);
	return NULL;
}

/* mountinfo names only one of the disks of a mounted btrfs. */
static int find_btrfs(const struct search *search, struct node *node)
{
	_cleanup_closedir_ DIR *entries = NULL;
	const char *name = strrchr(node->name, '/') + 1;
	const struct dirent *entry;
	int error = root_open_folder(search->root, &entries, "/sys/fs/btrfs");

	if (error < 0)
		return error == -ENOMEM ? error : 0;
	while ((entry = root_next_entry(entries))) {
		if (root_exists(search->root, "/sys/fs/btrfs/%s/devices/%s",
				entry->d_name, name))
			return add_use(search, node, "is part of the btrfs %s",
				       entry->d_name);
		if (search->root->path.error)
			return search->root->path.error;
	}
	return 0;
}

/* LVM, RAID, bcache: "holders" lists what is built on the disk. */
static int find_volumes(const struct search *search, struct node *node)
{
	_cleanup_free_ char *name =
		find_entry(search->root, node->folder, "/holders", "");

	return name ? add_use(search, node, "is part of %s", name)
		    : find_btrfs(search, node);
}

/*
 * Parses a line of mountinfo, proc(5): "36 35 98:0 /root /mount/point options … - type
 * source …". btrfs has its own device numbers, so only the source identifies its disk.
 */
static int match_mount(const struct search *search, const char *line)
{
	const char *source = strstr(line, " - ");
	int major, minor, begin = 0, end = 0;

	if (sscanf(line, "%*d %*d %d:%d %*s %n%*s%n", &major, &minor, &begin, &end) !=
		    2 ||
	    !end || !source)
		return 0;
	source = strchr(source + 3, ' ');
	source = source ? source + 1 : "";
	for (size_t i = 0; i < search->nodes->count; i++) {
		struct node *node = &search->nodes->nodes[i];
		size_t length = strcspn(source, " ");

		if (node->kind != NODE_BLOCK)
			continue;
		if ((node->major == major && node->minor == minor) ||
		    (strlen(node->name) == length &&
		     strncmp(source, node->name, length) == 0)) {
			if (search->elsewhere && node->is_mounted)
				return 0;
			node->is_mounted = true;
			return add_use(search, node, "is mounted at %.*s", end - begin,
				       line + begin);
		}
	}
	return 0;
}

static bool is_seen(const struct strbuf *seen, const char *name)
{
	return strstr(strbuf_text(seen), name) != NULL;
}

/*
 * Reads the mounts of the process, unless it shares its namespace with one already read.
 */
static int find_mounts_of(const struct search *search, const char *process,
			  struct strbuf *seen)
{
	_cleanup_free_ char *text = NULL, *space = NULL;
	char path[64], *rest, *line;
	size_t length;
	int error;

	error = root_read_link(search->root, &space, "/proc/%s/ns/mnt", process);
	if (error == -ENOMEM)
		return error;
	if (space) {
		if (is_seen(seen, space))
			return 0;
		strbuf_add_format(seen, "%s ", space);
	}
	snprintf(path, sizeof(path), "/proc/%.40s/mountinfo", process);
	error = state_read(search->root, path, &text, &length);
	if (error == -ENOENT || error == -ESRCH || (error == -EINVAL && !space))
		return 0; /* it ended; a zombie has none */
	if (error == -ENOMEM)
		return error;
	if (error < 0) {
		holders_doubt(search->holders, "cannot read %s%s: %s",
			      search->root->folder, path, strerror(-error));
		return 0;
	}
	for (rest = text; error == 0 && (line = next_line(&rest));)
		error = match_mount(search, line);
	return error;
}

/*
 * Reads the host's mounts, then those of other mount namespaces. A host has dozens of
 * these, one per service, with the same disks: they count only if the host itself has
 * none.
 */
static int find_mounts(struct search *search)
{
	_cleanup_strbuf_ struct strbuf seen = STRBUF_EMPTY;
	_cleanup_closedir_ DIR *proc = NULL;
	const struct dirent *entry;
	size_t count = 0;
	int error = find_mounts_of(search, "1", &seen);

	search->elsewhere = true;
	if (error == 0 && root_open_folder(search->root, &proc, "/proc") == -ENOMEM)
		error = -ENOMEM;
	while (proc && error == 0 && (entry = root_next_entry(proc))) {
		if (strspn(entry->d_name, "0123456789") != strlen(entry->d_name))
			continue;
		count++;
		if (strcmp(entry->d_name, "1") != 0)
			error = find_mounts_of(search, entry->d_name, &seen);
	}
	if (error == 0 && !count)
		holders_doubt(search->holders,
			      "%s/proc lists no mounts: whether its disks are in use "
			      "is not known",
			      search->root->folder);
	return error;
}

/* /proc/swaps: a heading, then "/dev/sda2  partition  8388604  0  -2". */
static int find_swap(const struct search *search)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	int error = root_read_text(search->root, &text, "/proc/swaps");

	if (error == -ENOENT)
		return 0; /* a kernel without swap */
	if (error < 0 && error != -ENOMEM) {
		holders_doubt(search->holders, "cannot read /proc/swaps: %s",
			      strerror(-error));
		return 0;
	}
	for (rest = text; error == 0 && (line = next_line(&rest));) {
		size_t length = strcspn(line, " \t");

		for (size_t i = 0; error == 0 && i < search->nodes->count; i++) {
			struct node *node = &search->nodes->nodes[i];

			if (node->kind == NODE_BLOCK && strlen(node->name) == length &&
			    strncmp(line, node->name, length) == 0)
				error = add_use(search, node, "is swap");
		}
	}
	return error;
}

/* Whether a pool's name is the label, in which udev writes blanks as "_". */
static bool is_label_of(const char *pool, const char *label, size_t length)
{
	if (strlen(pool) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (pool[i] != label[i] && !(pool[i] == ' ' && label[i] == '_'))
			return false;
	return true;
}

/*
 * Whether ZFS has imported the pool with that label, or any for NULL: each pool has a
 * folder, and everything else there is a file.
 */
static bool is_imported(const struct search *search, const char *label)
{
	_cleanup_closedir_ DIR *folder = NULL;
	const struct dirent *entry;

	if (root_open_folder(search->root, &folder, "/proc/spl/kstat/zfs") < 0)
		return false;
	while ((entry = root_next_entry(folder)))
		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR &&
		    (!label || is_label_of(entry->d_name, label, strcspn(label, "\n"))))
			return true;
	return false;
}

static bool is_function_held(const struct nodes *nodes, struct pci_address function)
{
	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->nodes[i].is_held &&
		    pci_address_compare(nodes->nodes[i].function, function) == 0)
			return true;
	return false;
}

/*
 * ZFS lists the disks of its pools nowhere, but udev's database has their contents. If it
 * has nothing on a partition, it may have looked before ZFS wrote to it; on a whole disk
 * ZFS creates partitions.
 */
static int find_pool(const struct search *search, struct node *node)
{
	_cleanup_free_ char *text = NULL;
	const char *type, *label;
	char path[64];
	size_t length;
	int error;

	snprintf(path, sizeof(path), "/run/udev/data/b%d:%d", node->major, node->minor);
	error = state_read(search->root, path, &text, &length);
	if (error == -ENOMEM)
		return error;
	type = error < 0 ? NULL : uevent_value(text, "E:ID_FS_TYPE");
	if (type && strncmp(type, "zfs_member\n", strlen("zfs_member\n")) == 0) {
		label = uevent_value(text, "E:ID_FS_LABEL");
		if (!label)
			return add_use(search, node, "is part of a ZFS pool");
		return is_imported(search, label)
			       ? add_use(search, node, "is part of the ZFS pool %.*s",
					 (int)strcspn(label, "\n"), label)
			       : 0;
	}
	if ((error < 0 || (!type && uevent_value(text, "E:ID_PART_ENTRY_NUMBER"))) &&
	    !is_function_held(search->nodes, node->function))
		holders_doubt(search->holders,
			      "udev does not know what is on %s: whether it is part of a "
			      "ZFS pool is not known",
			      node->name);
	return 0;
}

static int find_pools(const struct search *search)
{
	int error = 0;

	if (!is_imported(search, NULL))
		return 0;
	for (size_t i = 0; error == 0 && i < search->nodes->count; i++)
		if (search->nodes->nodes[i].kind == NODE_BLOCK)
			error = find_pool(search, &search->nodes->nodes[i]);
	return error;
}

/* /proc/net/route, "eth0 00000000 0102A8C0 …": the interface is the first word. */
static bool has_route(char *text, const char *interface)
{
	size_t length = strlen(interface);

	for (char *line; (line = next_line(&text));)
		if (strncmp(line, interface, length) == 0 &&
		    (line[length] == '\t' || line[length] == ' '))
			return true;
	return false;
}

/*
 * /proc/net/ipv6_route has the destination first and the interface last; every interface
 * that is up has link-local (fe80) and multicast (ff) routes.
 */
static bool has_route6(char *text, const char *interface)
{
	for (char *line; (line = next_line(&text));) {
		char *name = strrchr(line, ' ');

		if (name && strcmp(name + 1, interface) == 0 &&
		    strncmp(line, "fe80", 4) != 0 && strncmp(line, "ff", 2) != 0)
			return true;
	}
	return false;
}

/* Reads the routes of process 1, even in a container. */
static int find_routes(const struct search *search, struct node *node)
{
	static const struct {
		const char *path;
		bool (*has)(char *text, const char *interface);
		bool may_lack;
	} tables[] = {
		{ "/proc/1/net/route", has_route, false },
		{ "/proc/1/net/ipv6_route", has_route6, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		_cleanup_free_ char *text = NULL;
		size_t length;
		int error = state_read(search->root, tables[i].path, &text, &length);

		if (error == -ENOMEM)
			return error;
		if (error == -ENOENT && tables[i].may_lack)
			continue;
		if (error < 0)
			holders_doubt(search->holders,
				      "cannot read %s%s: %s: whether %s has routes is "
				      "not known",
				      search->root->folder, tables[i].path,
				      strerror(-error), node->name);
		else if (tables[i].has(text, node->name))
			return add_use(search, node, "has a route");
	}
	return 0;
}

/* Whether the interface was set up: its "flags" are "0x1003". */
static int find_up(const struct search *search, struct node *node)
{
	_cleanup_free_ char *flags = NULL;
	int error = root_read_line(search->root, &flags, "%s/flags", node->folder);

	if (error == -ENOMEM)
		return error;
	if (error < 0)
		holders_doubt(search->holders,
			      "cannot read %s: %s: whether %s is up is not known",
			      strbuf_text(&search->root->path), strerror(-error),
			      node->name);
	else if (strtoul(flags, NULL, 16) & INTERFACE_UP)
		return add_use(search, node, "is up");
	return 0;
}

static int find_network(const struct search *search, struct node *node)
{
	/* Bridges, bonds, VLANs and macvtaps above it: "upper_br0". */
	_cleanup_free_ char *upper = find_entry(search->root, node->folder, "", "upper_");
	int error;

	if (upper)
		return add_use(search, node, "is part of %s", upper + strlen("upper_"));
	error = find_routes(search, node);
	return error < 0 || node->is_held || !search->count_up ? error
							       : find_up(search, node);
}

void holders_doubt_nodes(struct holders *holders, struct nodes *nodes,
			 const struct pci_function *function)
{
	const char *driver = function->details.driver;
	char address[PCI_ADDRESS_SIZE];

	if (nodes->doubt.length)
		holders_doubt(holders, "%s", strbuf_text(&nodes->doubt));
	strbuf_reset(&nodes->doubt);
	if (function->class >> 16 != CLASS_NETWORK || !pci_function_is_of_host(function))
		return;
	for (size_t i = 0; i < nodes->count; i++)
		if (nodes->nodes[i].kind == NODE_INTERFACE &&
		    pci_address_compare(nodes->nodes[i].function, function->address) == 0)
			return;
	holders_doubt(holders,
		      "%s has the driver %s but no interface here: a container may have "
		      "it",
		      pci_address_sysfs(function->address, address), driver);
}

int holders_find_uses(struct holders *holders, struct root *root, struct nodes *nodes,
		      bool count_up)
{
	struct search search = {
		.holders = holders, .root = root, .nodes = nodes, .count_up = count_up
	};
	bool any_disk = false;
	int error = 0;

	for (size_t i = 0; error == 0 && i < nodes->count; i++) {
		struct node *node = &nodes->nodes[i];

		if (node->kind == NODE_BLOCK)
			error = find_volumes(&search, node);
		else if (node->kind == NODE_INTERFACE)
			error = find_network(&search, node);
		else if (node->kind == NODE_MEDIATED)
			error = add_use(&search, node, "is a mediated device");
		any_disk = any_disk || node->kind == NODE_BLOCK;
	}
	if (error == 0 && any_disk)
		error = find_mounts(&search);
	if (error == 0 && any_disk)
		error = find_swap(&search);
	if (error == 0 && any_disk)
		error = find_pools(&search);
	return error < 0 ? error : holders->unknown.error;
}
