/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of a host, from libpci and sysfs. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/scan/libpci.h"
#include "src/gpupci/scan/path.h"
#include "src/gpupci/scan/scan.h"
#include "src/gpupci/scan/sysfs.h"

#define DEVICES "/sys/bus/pci/devices"

#define CLASS_BASE_BRIDGE 0x06
#define CLASS_HOST_BRIDGE 0x0600

/* Reports that the last path cannot be read. */
static int fail(struct pci_scan *scan, int error, const char *advice)
{
	const char *reason =
		error == -EINVAL ? "not as the kernel writes it" : strerror(-error);

	if (error != -ENOMEM)
		strbuf_add_format(&scan->fault, "cannot read %s: %s; %s",
				  strbuf_text(&scan->root.path), reason, advice);
	return error;
}

int pci_scan_fail(struct pci_scan *scan, int error)
{
	return fail(scan, error,
		    "if a device was just plugged or removed, run it again; otherwise "
		    "this tree is damaged");
}

/*
 * Whether the error means that a device has no answer for an attribute: the show
 * functions of most drivers return EINVAL, runtime_status EIO.
 */
static bool is_unknown(int error)
{
	return error == -ENOENT || error == -EINVAL || error == -EIO;
}

int pci_scan_read_attribute(struct pci_scan *scan, const struct pci_function *function,
			    const char *attribute, char **ret_text)
{
	int error;

	*ret_text = NULL;
	error = sysfs_read_text(&scan->root, function->address, attribute, ret_text);
	if (error == 0 && !text_is_clean(*ret_text)) {
		/* The kernel writes no such text: keep it from the terminal. */
		free(*ret_text);
		*ret_text = NULL;
	}
	return error < 0 && !is_unknown(error) ? pci_scan_fail(scan, error) : 0;
}

static int read_hex(struct pci_scan *scan, const struct pci_function *function,
		    const char *attribute, uint32_t most, uint32_t *ret_value)
{
	int error = sysfs_read_hex(&scan->root, function->address, attribute, most,
				   ret_value);

	return error < 0 ? pci_scan_fail(scan, error) : 0;
}

static int read_group(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *name = NULL;
	int64_t number;
	int error;

	error = sysfs_read_link_name(&scan->root, function->address, "iommu_group",
				     &name);
	if (error == -ENOENT)
		return 0;
	if (error == 0)
		error = text_parse_integer(name, 0, INT_MAX, &number);
	if (error < 0)
		return pci_scan_fail(scan, error);
	function->group = (int)number;
	return 0;
}

static int read_parent(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *name = NULL;
	struct pci_function *physical;
	int error;

	if (function->has_parent)
		return 0;
	error = sysfs_read_link_name(&scan->root, function->address, "physfn", &name);
	if (error == 0)
		error = pci_address_parse(name, &function->parent);
	if (error < 0 && error != -ENOENT)
		return pci_scan_fail(scan, error);
	function->is_virtual = error == 0;
	function->has_parent = true;
	/* Not from sriov_numvfs: reading it takes the lock of the device (iov.c). */
	physical = function->is_virtual ? pci_scan_find(scan, function->parent) : NULL;
	if (physical)
		physical->virtual_count++;
	return 0;
}

static int read_path(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *target = NULL;
	int error;

	error = sysfs_read_link(&scan->root, function->address, "", &target);
	if (error == 0)
		function->has_bridge =
			path_bridge_from_link(target, &function->bridge) == 0;
	if (error == 0)
		error = path_from_link(target, &function->path, &function->on_root_bus);
	if (error == -EINVAL) {
		/* Only bus 0 certainly has no bridge above it. */
		function->on_root_bus = function->address.bus == 0;
		return 0;
	}
	return error < 0 ? pci_scan_fail(scan, error) : 0;
}

/*
 * A bridge has the attribute secondary_bus_number (pci-sysfs.c,
 * pci_bridge_attrs_are_visible); for a tree captured without it, read the header type
 * from the configuration space. NVSwitch and other class 06 devices with an ordinary
 * header are not bridges; a host bridge has such a header too, but cannot be assigned.
 */
static int read_bridge(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *bus = NULL;
	int error;

	if (function->class >> 16 != CLASS_BASE_BRIDGE)
		return 0;
	function->is_bridge = true;
	if (function->class >> 8 == CLASS_HOST_BRIDGE)
		return 0;
	error = pci_scan_read_attribute(scan, function, "secondary_bus_number", &bus);
	if (error < 0 || bus)
		return error;
	return library_is_bridge(scan, function, &function->is_bridge);
}

int pci_scan_read_class(struct pci_scan *scan, struct pci_function *function)
{
	int error;

	if (function->has_class)
		return 0;
	error = read_hex(scan, function, "class", 0xffffff, &function->class);
	function->has_class = error == 0;
	return error;
}

int pci_scan_read_kind(struct pci_scan *scan, struct pci_function *function)
{
	uint32_t device;
	int error;

	if (function->is_known)
		return 0;
	error = pci_scan_read_class(scan, function);
	if (error == 0)
		error = read_hex(scan, function, "device", 0xffff, &device);
	if (error == 0)
		error = read_parent(scan, function);
	if (error == 0)
		error = read_path(scan, function);
	if (error == 0)
		error = read_bridge(scan, function);
	if (error < 0)
		return error;
	function->device = (uint16_t)device;
	function->is_known = true;
	return 0;
}

/* Reads what all functions need, whether they are cards or not. */
static int read_function(struct pci_scan *scan, struct pci_function *function)
{
	uint32_t vendor;
	int error = read_hex(scan, function, "vendor", 0xffff, &vendor);

	function->group = -1;
	function->vendor = error < 0 ? 0 : (uint16_t)vendor;
	return error;
}

static int fail_name(struct pci_scan *scan, const char *name)
{
	int error = root_set_path(&scan->root, DEVICES "/%s",
				  text_is_clean(name) ? name : "?");

	if (error < 0)
		return error;
	strbuf_add_format(&scan->fault,
			  "cannot read %s: libpci rejects the address; its domain or its "
			  "form is out of range",
			  strbuf_text(&scan->root.path));
	return -EINVAL;
}

/*
 * Counts the devices and rejects names that make libpci 3.9 exit or that it loses: it
 * keeps domains in an int and builds file names from the numbers it read.
 */
static int count_devices(struct pci_scan *scan, size_t *ret_count)
{
	_cleanup_closedir_ DIR *folder = NULL;
	char name[PCI_ADDRESS_SIZE];
	struct pci_address address;
	const struct dirent *entry;
	size_t count = 0;
	int error;

	error = root_open_folder(&scan->root, &folder, DEVICES);
	if (error < 0)
		return fail(scan, error, "gpupci needs it to find cards");
	while ((entry = root_next_entry(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		if (pci_address_parse(entry->d_name, &address) < 0 ||
		    strcmp(pci_address_sysfs(address, name), entry->d_name) != 0 ||
		    address.domain > INT_MAX)
			return fail_name(scan, entry->d_name);
		count++;
	}
	if (errno)
		return fail(scan, -errno, "run it again");
	*ret_count = count;
	return 0;
}

static int compare_functions(const void *left, const void *right)
{
	const struct pci_function *a = left, *b = right;

	return pci_address_compare(a->address, b->address);
}

struct pci_function *pci_scan_find(const struct pci_scan *scan,
				   struct pci_address address)
{
	const struct pci_function key = { .address = address };

	return scan->count ? bsearch(&key, scan->functions, scan->count, sizeof(key),
				     compare_functions)
			   : NULL;
}

int pci_scan_read_groups(struct pci_scan *scan)
{
	for (size_t i = 0; i < scan->count && !scan->is_grouped; i++) {
		struct pci_function *function = &scan->functions[i];
		int error = read_group(scan, function);

		if (error == 0)
			error = read_parent(scan, function);
		if (error < 0)
			return error;
		scan->has_groups = scan->has_groups || function->group >= 0;
	}
	scan->is_grouped = true;
	return 0;
}

int pci_scan_read_all(struct pci_scan *scan)
{
	int error = pci_scan_read_groups(scan);

	for (size_t i = 0; i < scan->count && error == 0 && !scan->is_whole; i++)
		error = pci_scan_read_kind(scan, &scan->functions[i]);
	scan->is_whole = error == 0;
	return error;
}

int pci_scan_read(struct pci_scan *scan)
{
	size_t count = 0;
	int error;

	error = count_devices(scan, &count);
	if (error < 0)
		return error;
	error = library_open(scan);
	if (error < 0)
		return error;
	if (scan->count != count) {
		strbuf_add_string(&scan->fault,
				  "the devices changed while they were read; "
				  "run it again");
		return -EAGAIN;
	}
	if (scan->count)
		qsort(scan->functions, scan->count, sizeof(*scan->functions),
		      compare_functions);
	for (size_t i = 0; i < scan->count; i++) {
		error = read_function(scan, &scan->functions[i]);
		if (error < 0)
			return error;
	}
	return 0;
}

void pci_scan_release(struct pci_scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		struct pci_function *function = &scan->functions[i];

		free(function->path);
		free(function->serial);
		free(function->details.driver);
		free(function->details.vgpu_type);
		free(function->details.power);
		free(function->details.link_speed);
		free(function->details.link_speed_max);
	}
	free(scan->functions);
	scan->functions = NULL;
	scan->count = 0;
	scan->is_grouped = scan->is_whole = scan->has_groups = false;
	library_close(scan);
	strbuf_release(&scan->fault);
	root_release(&scan->root);
}
