/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A PCI function as programs see it: device nodes and network interfaces. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/hold/node.h"
#include "src/gpupci/scan/sysfs.h"

/* A USB tree below a card is about ten deep; more cannot be a tree of devices. */
#define MOST_LEVELS 40

#define NVIDIA_MAJOR 195 /* Documentation/admin-guide/devices.txt in the kernel */

#define INFORMATION_PATH "/proc/driver/nvidia/gpus/%s/information"
#define INFORMATION_SIZE 4000
#define INFORMATION_MILLISECONDS 1000

/* State of the search, shared by all steps below. */
struct search {
	struct nodes *nodes;
	struct root *root;
	const struct pci_function *function;
	struct strbuf *fault;
};

/* Reports that the last path of search->root cannot be read. */
static int fail(const struct search *search, int error)
{
	if (error != -ENOMEM)
		strbuf_add_format(search->fault,
				  "cannot read %s: %s; run it again, as root",
				  strbuf_text(&search->root->path), strerror(-error));
	return error;
}

/* Takes ownership of name and folder, which may be NULL after a failed allocation. */
static int add_node(const struct search *search, struct node node)
{
	struct nodes *nodes = search->nodes;
	struct node *grown = NULL;

	if (node.name && node.folder)
		grown = reallocarray(nodes->nodes, nodes->count + 1, sizeof(*grown));
	if (!grown) {
		free(node.name);
		free(node.folder);
		return -ENOMEM;
	}
	node.function = search->function->address;
	node.owner = nodes->owner;
	nodes->nodes = grown;
	grown[nodes->count++] = node;
	return 0;
}

const char *uevent_value(const char *text, const char *name)
{
	size_t length = strlen(name);

	while (*text) {
		if (strncmp(text, name, length) == 0 && text[length] == '=')
			return text + length + 1;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return NULL;
}

/* The path alone does not identify a block device: an NVMe disk has no folder "block". */
static bool is_block(const char *folder, const char *uevent)
{
	const char *type = uevent_value(uevent, "DEVTYPE");

	return strstr(folder, "/block/") ||
	       (type && (strncmp(type, "disk\n", 5) == 0 ||
			 strncmp(type, "partition\n", 10) == 0));
}

static char *make_name(const char *folder, const char *value)
{
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;

	strbuf_add_string(&name, folder);
	strbuf_add(&name, value, strcspn(value, "\n"));
	return strbuf_take(&name);
}

/* A folder with "dev" is a device with a node; its uevent names it. */
static int add_device(const struct search *search, const char *folder)
{
	_cleanup_free_ char *text = NULL;
	const char *name, *major, *minor;
	struct node node = { .kind = NODE_CHARACTER };
	int error = root_read_text(search->root, &text, "%s/uevent", folder);

	if (error == -ENOENT || error == -ENODEV)
		return 0; /* it went in between */
	if (error < 0)
		return fail(search, error);
	name = uevent_value(text, "DEVNAME");
	major = uevent_value(text, "MAJOR");
	minor = uevent_value(text, "MINOR");
	if (!name || !major || !minor || strncmp(name, "input/", 6) == 0)
		return 0;
	if (is_block(folder, text))
		node.kind = NODE_BLOCK;
	node.major = atoi(major);
	node.minor = atoi(minor);
	node.name = make_name("/dev/", name);
	node.folder = strdup(folder);
	return add_node(search, node);
}

/* "…/net/eth0" is an interface. */
static int add_interface(const struct search *search, const char *folder,
			 const char *name)
{
	return add_node(search, (struct node){ .kind = NODE_INTERFACE,
					       .name = strdup(name),
					       .folder = strdup(folder),
					       .major = -1,
					       .minor = -1 });
}

/* Reads the numbers of a node from its own folder in sysfs; -1 if it has none. */
static void read_numbers(struct root *root, const char *folder, struct node *node)
{
	_cleanup_free_ char *text = NULL;

	if (root_read_line(root, &text, "%s/dev", folder) < 0 ||
	    sscanf(text, "%d:%d", &node->major, &node->minor) != 2)
		node->major = node->minor = -1;
}

/* Whoever has a group open has all its devices (Documentation/driver-api/vfio.rst). */
static int add_group(const struct search *search, const char *group)
{
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;
	struct node node = { .kind = NODE_CHARACTER };

	strbuf_add_format(&folder, "/sys/class/vfio/%s", group);
	strbuf_add_format(&name, "/dev/vfio/%s", group);
	if (!folder.error)
		read_numbers(search->root, strbuf_text(&folder), &node);
	node.name = strbuf_take(&name);
	node.folder = strbuf_take(&folder);
	return add_node(search, node);
}

static int add_own_group(const struct search *search)
{
	char group[16];

	if (search->function->group < 0)
		return 0;
	snprintf(group, sizeof(group), "%d", search->function->group);
	return add_group(search, group);
}

/*
 * A device below the function with an IOMMU group of its own, such as a mediated device:
 * its parent's driver cannot leave while a VM has it.
 */
static int add_group_below(const struct search *search, const char *folder)
{
	_cleanup_free_ char *group = NULL;
	int error = root_read_link_name(search->root, &group, "%s/iommu_group", folder);

	if (error == -ENOENT)
		return 0; /* it went in between */
	return error < 0 ? fail(search, error) : add_group(search, group);
}

/* "…/UUID" with "mdev_type" (Documentation/driver-api/vfio-mediated-device.rst). */
static int add_mediated(const struct search *search, const char *folder)
{
	const char *name = strrchr(folder, '/');

	return add_node(search, (struct node){ .kind = NODE_MEDIATED,
					       .name = strdup(name ? name + 1 : folder),
					       .folder = strdup(folder),
					       .major = -1,
					       .minor = -1 });
}

/* Whether the folder can have no device nodes below it; there are many of these. */
static bool is_dull(const char *name)
{
	return strcmp(name, "power") == 0 || strcmp(name, "msi_irqs") == 0;
}

static bool is_folder(int folder, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode);
}

static int walk(const struct search *search, struct strbuf *path, int level);

/*
 * With native NVMe multipath a disk has one path here, nvme0c1n2, without a node; nvme0n2
 * itself is among the virtual devices.
 */
static int add_head(const struct search *search, const char *name, int level)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	unsigned int subsystem, controller, space;
	int end = 0;

	if (sscanf(name, "nvme%uc%un%u%n", &subsystem, &controller, &space, &end) != 3 ||
	    name[end])
		return 0;
	strbuf_add_format(&path, "/sys/class/block/nvme%un%u", subsystem, space);
	return path.error ? path.error : walk(search, &path, level + 1);
}

/* Looks at the entries of a folder of the tree; links lead out of the tree. */
static int visit(const struct search *search, struct strbuf *path, int level, int folder,
		 const struct dirent *entry)
{
	size_t length = path->length;
	bool is_interface =
		level > 0 && length > 4 && strcmp(path->bytes + length - 4, "/net") == 0;
	int error = 0;

	if (level > 0 && strcmp(entry->d_name, "dev") == 0)
		return add_device(search, strbuf_text(path));
	if (level > 0 && strcmp(entry->d_name, "iommu_group") == 0)
		return add_group_below(search, strbuf_text(path));
	if (level > 0 && strcmp(entry->d_name, "mdev_type") == 0)
		return add_mediated(search, strbuf_text(path));
	if (!is_folder(folder, entry) || is_dull(entry->d_name))
		return 0;
	strbuf_add_format(path, "/%s", entry->d_name);
	if (path->error)
		return path->error;
	if (is_interface)
		error = add_interface(search, strbuf_text(path), entry->d_name);
	if (error == 0)
		error = add_head(search, entry->d_name, level);
	if (error == 0)
		error = walk(search, path, level + 1);
	path->length = length;
	path->bytes[length] = '\0';
	return error;
}

static int fail_folder(const struct search *search, const struct strbuf *path, int error)
{
	int no_path = root_set_path(search->root, "%s", strbuf_text(path));

	return no_path < 0 ? no_path : fail(search, error);
}

/* Walks the folders below the path. */
static int walk(const struct search *search, struct strbuf *path, int level)
{
	_cleanup_closedir_ DIR *folder = NULL;
	const struct dirent *entry = NULL;
	int error = root_open_folder(search->root, &folder, "%s", strbuf_text(path));

	if (error == -ENOENT && level > 0)
		return 0; /* it went in between */
	if (error < 0)
		return fail(search, error);
	if (level > MOST_LEVELS)
		return fail(search, -ELOOP);
	while (error == 0 && (entry = root_next_entry(folder)))
		error = visit(search, path, level, dirfd(folder), entry);
	if (error == 0 && errno)
		error = fail_folder(search, path, -errno);
	return error;
}

static int add_below(const struct search *search)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	char address[PCI_ADDRESS_SIZE];

	strbuf_add_format(&path, "/sys/bus/pci/devices/%s",
			  pci_address_sysfs(search->function->address, address));
	return path.error ? path.error : walk(search, &path, 0);
}

static bool is_asleep(const struct search *search)
{
	_cleanup_free_ char *power = NULL;

	return sysfs_read_text(search->root, search->function->address,
			       "power/runtime_status", &power) == 0 &&
	       strcmp(power, "suspended") == 0;
}

/*
 * Reads the minor number from the driver's information file, "Device Minor: \t 0"; -1 if
 * missing. To answer, the driver wakes a sleeping GPU and takes locks that a hung one may
 * hold: a timeout is a doubt.
 */
static int read_minor(const struct search *search, int *ret_minor)
{
	char text[INFORMATION_SIZE + 1], address[PCI_ADDRESS_SIZE];
	struct nodes *nodes = search->nodes;
	const char *line;
	size_t length = 0;
	int error;

	*ret_minor = -1;
	if (!nodes->may_wake && is_asleep(search))
		return 0;
	error = root_read_within(search->root, INFORMATION_MILLISECONDS, text,
				 INFORMATION_SIZE, &length, INFORMATION_PATH,
				 pci_address_sysfs(search->function->address, address));
	if (error == -ETIMEDOUT)
		strbuf_add_format(&nodes->doubt,
				  "%snvidia's driver does not answer within %d s, %s: "
				  "which of its nodes is the card's is not known",
				  nodes->doubt.length ? "\n" : "",
				  INFORMATION_MILLISECONDS / 1000,
				  strbuf_text(&search->root->path));
	if (error < 0)
		return error == -ENOMEM ? error : nodes->doubt.error;
	text[length] = '\0';
	line = strstr(text, "Device Minor:");
	if (line && sscanf(line, "Device Minor: %d", ret_minor) != 1)
		*ret_minor = -1;
	return 0;
}

/*
 * The nvidia driver's nodes are not in sysfs. If the driver does not say which one is the
 * card's, each of /dev/nvidia0, 1, … may be.
 */
static int add_nvidia(const struct search *search)
{
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf name = STRBUF_EMPTY;
	struct node node = { .kind = NODE_CHARACTER,
			     .major = NVIDIA_MAJOR,
			     .minor = -1,
			     .is_pattern = true };
	char address[PCI_ADDRESS_SIZE];
	int error;

	strbuf_add_format(&path, INFORMATION_PATH,
			  pci_address_sysfs(search->function->address, address));
	error = read_minor(search, &node.minor);
	if (error < 0)
		return error;
	strbuf_add_string(&name, "/dev/nvidia");
	if (node.minor >= 0) {
		node.is_pattern = false;
		strbuf_add_format(&name, "%d", node.minor);
	}
	node.name = strbuf_take(&name);
	node.folder = strbuf_take(&path);
	return add_node(search, node);
}

/* Nothing says which of /dev/nvidia-nvswitch0, 1, … belongs to a switch: each may. */
static int add_nvswitch(const struct search *search)
{
	return add_node(search, (struct node){ .kind = NODE_CHARACTER,
					       .name = strdup("/dev/nvidia-nvswitch"),
					       .folder = strdup(""),
					       .is_pattern = true,
					       .major = -1,
					       .minor = -1 });
}

int nodes_find(struct nodes *nodes, struct root *root,
	       const struct pci_function *function, struct strbuf *fault)
{
	const struct search search = {
		.nodes = nodes, .root = root, .function = function, .fault = fault
	};
	const char *driver = function->details.driver;
	int error;

	error = add_below(&search);
	if (error == 0)
		error = add_own_group(&search);
	if (error == 0 && driver && strcmp(driver, "nvidia") == 0)
		error = add_nvidia(&search);
	if (error == 0 && driver && strcmp(driver, "nvidia-nvswitch") == 0)
		error = add_nvswitch(&search);
	return error;
}

void nodes_release(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++) {
		free(nodes->nodes[i].name);
		free(nodes->nodes[i].folder);
	}
	free(nodes->nodes);
	strbuf_release(&nodes->doubt);
	*nodes = (struct nodes)NODES_EMPTY;
}
