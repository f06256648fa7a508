/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Details of a PCI function besides its kind: driver, link, place, power. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"
#include "lib/text.h"
#include "src/gpupci/scan/details.h"
#include "src/gpupci/scan/libpci.h"
#include "src/gpupci/scan/port.h"
#include "src/gpupci/scan/sysfs.h"

/* Reads a hexadecimal attribute that may be missing: *ret_value is then -1. */
static int read_optional_hex(struct pci_scan *scan, const struct pci_function *function,
			     const char *attribute, uint32_t most, int *ret_value)
{
	uint32_t value;
	int error;

	error = sysfs_read_hex(&scan->root, function->address, attribute, most, &value);
	if (error < 0 && error != -ENOENT)
		return pci_scan_fail(scan, error);
	*ret_value = error < 0 ? -1 : (int)value;
	return 0;
}

int pci_scan_read_subsystem(struct pci_scan *scan, struct pci_function *function)
{
	struct pci_details *details = &function->details;
	int error;

	error = read_optional_hex(scan, function, "subsystem_vendor", 0xffff,
				  &details->subvendor);
	if (error < 0)
		return error;
	error = read_optional_hex(scan, function, "subsystem_device", 0xffff,
				  &details->subdevice);
	if (error < 0)
		return error;
	return read_optional_hex(scan, function, "revision", 0xff, &details->revision);
}

/* Reads "8.0 GT/s PCIe" without its last word; NULL for "Unknown" and for no answer. */
static int read_speed(struct pci_scan *scan, const struct pci_function *function,
		      const char *attribute, char **ret_speed)
{
	char *end;
	int error;

	error = pci_scan_read_attribute(scan, function, attribute, ret_speed);
	if (error < 0 || !*ret_speed)
		return error;
	end = strstr(*ret_speed, " GT/s");
	if (end) {
		end[strlen(" GT/s")] = '\0';
	} else {
		free(*ret_speed);
		*ret_speed = NULL;
	}
	return 0;
}

/*
 * Reads the lanes; -1 for values that no link has: 0 and 255 if the kernel does not know,
 * 63 from a device that fell off the bus.
 */
static int read_width(struct pci_scan *scan, const struct pci_function *function,
		      const char *attribute, int *ret_width)
{
	_cleanup_free_ char *text = NULL;
	int64_t width;
	int error;

	*ret_width = -1;
	error = pci_scan_read_attribute(scan, function, attribute, &text);
	if (error == 0 && text && text_parse_integer(text, 1, 32, &width) == 0)
		*ret_width = (int)width;
	return error;
}

static bool sleeps(const struct pci_details *details)
{
	return details->power && strcmp(details->power, "suspended") == 0;
}

/* The current link stays unknown while the device sleeps: reading it wakes the device. */
static int read_link(struct pci_scan *scan, const struct pci_function *function,
		     struct pci_details *details)
{
	const struct pci_function *port;
	int error = port_find(scan, function, &port);

	details->link_width = details->link_width_max = -1;
	/* Behind a switch of its own, a card's function invents a link. */
	if (error == 0 && !port)
		port = function;
	if (error == 0)
		error = read_speed(scan, port, "max_link_speed",
				   &details->link_speed_max);
	if (error == 0)
		error = read_width(scan, port, "max_link_width",
				   &details->link_width_max);
	if (error < 0 || sleeps(details))
		return error;
	error = read_speed(scan, port, "current_link_speed", &details->link_speed);
	if (error < 0)
		return error;
	return read_width(scan, port, "current_link_width", &details->link_width);
}

int pci_scan_read_display(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *boot = NULL;
	int error = pci_scan_read_attribute(scan, function, "boot_vga", &boot);

	if (error < 0)
		return error;
	if (boot && strcmp(boot, "0") != 0 && strcmp(boot, "1") != 0)
		return pci_scan_fail(scan, -EINVAL);
	function->details.boot_display = boot && boot[0] == '1';
	return 0;
}

static int read_place(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *node = NULL;
	int64_t number = -1;
	int error;

	error = pci_scan_read_attribute(scan, function, "numa_node", &node);
	if (error < 0)
		return error;
	if (node && text_parse_integer(node, -1, INT_MAX, &number) < 0)
		return pci_scan_fail(scan, -EINVAL);
	function->details.numa_node = (int)number;
	return pci_scan_read_display(scan, function);
}

/*
 * Whether the function is bound to VFIO: since Linux 6.1 it then has the folder vfio-dev.
 * Before, there is no such class, and only names say so.
 */
static bool is_bound_to_vfio(struct pci_scan *scan, const struct pci_function *function)
{
	const char *driver = function->details.driver;
	char address[PCI_ADDRESS_SIZE];

	if (root_exists(&scan->root, "/sys/bus/pci/devices/%s/vfio-dev",
			pci_address_sysfs(function->address, address)))
		return true;
	return driver_is_vfio(driver) && !root_exists(&scan->root, "/sys/class/vfio-dev");
}

#define VGPU_TYPE "/sys/bus/pci/devices/%s/nvidia/current_vgpu_type"

/*
 * Reads whether its vendor's driver keeps the function: one with VFIO of its own that is
 * not a variant of vfio-pci, or that makes vGPUs of virtual functions (NVIDIA's vGPU user
 * guide, "vendor-specific VFIO framework"). To say the type, that driver takes locks.
 */
static int read_vendor(struct pci_scan *scan, struct pci_function *function)
{
	struct pci_details *details = &function->details;
	char address[PCI_ADDRESS_SIZE];
	int error = 0;

	pci_address_sysfs(function->address, address);
	details->makes_vgpus =
		function->is_virtual && root_exists(&scan->root, VGPU_TYPE, address);
	details->is_vendors = details->makes_vgpus ||
			      (details->vfio && !driver_is_named_vfio(details->driver));
	if (details->makes_vgpus)
		error = root_read_locked_line(&scan->root, &details->vgpu_type, VGPU_TYPE,
					      address);
	if (error == 0 && details->vgpu_type && !text_is_clean(details->vgpu_type)) {
		free(details->vgpu_type);
		details->vgpu_type = NULL;
	}
	return error == -ENOMEM ? error : 0;
}

/*
 * Only a physical function has the attribute. Unlike sriov_numvfs it is shown without the
 * lock of the device (drivers/pci/iov.c, sriov_totalvfs_show() and sriov_numvfs_show()).
 */
static int read_virtual_most(struct pci_scan *scan, struct pci_function *function)
{
	_cleanup_free_ char *text = NULL;
	int64_t number = -1;
	int error = pci_scan_read_attribute(scan, function, "sriov_totalvfs", &text);

	if (error < 0)
		return error;
	if (text && text_parse_integer(text, 0, UINT16_MAX, &number) < 0)
		return pci_scan_fail(scan, -EINVAL);
	function->details.virtual_most = (int)number;
	return 0;
}

bool pci_function_is_of_host(const struct pci_function *function)
{
	return !function->details.vfio && driver_is_of_host(function->details.driver);
}

bool pci_function_has_no_vgpu(const struct pci_function *function)
{
	const struct pci_details *details = &function->details;

	return details->is_vendors &&
	       (!details->vfio ||
		(details->makes_vgpus &&
		 (!details->vgpu_type || strcmp(details->vgpu_type, "0") == 0)));
}

int pci_scan_read_driver(struct pci_scan *scan, struct pci_function *function)
{
	int error;

	if (function->details.driver)
		return 0;
	error = sysfs_read_link_name(&scan->root, function->address, "driver",
				     &function->details.driver);
	/* An invalid name is not a driver, and no reason to report none. */
	if (error == 0 && !text_is_clean(function->details.driver))
		error = -EINVAL;
	if (error < 0)
		return error == -ENOENT ? 0 : pci_scan_fail(scan, error);
	function->details.vfio = is_bound_to_vfio(scan, function);
	return read_vendor(scan, function);
}

/*
 * Reading the configuration space resumes a device in D3cold (drivers/pci/pci.c,
 * pci_config_pm_runtime_get()), not one in D3hot. power_state is there since Linux 5.12.
 */
static int may_ask(struct pci_scan *scan, const struct pci_function *function,
		   bool *ret_may)
{
	_cleanup_free_ char *power = NULL, *state = NULL;
	int error =
		pci_scan_read_attribute(scan, function, "power/runtime_status", &power);

	*ret_may = !power || strcmp(power, "suspended") != 0;
	if (error < 0 || *ret_may)
		return error;
	error = pci_scan_read_attribute(scan, function, "power_state", &state);
	*ret_may = state && strcmp(state, "D3hot") == 0;
	return error;
}

int pci_scan_read_answer(struct pci_scan *scan, struct pci_function *function,
			 bool may_wake)
{
	int error = 0;

	if (function->answer != PCI_ANSWER_UNKNOWN)
		return 0;
	if (!may_wake)
		error = may_ask(scan, function, &may_wake);
	return error < 0 || !may_wake ? error : library_read_answer(scan, function);
}

int pci_scan_read_details(struct pci_scan *scan, struct pci_function *function)
{
	struct pci_details *details = &function->details;
	int error;

	error = pci_scan_read_subsystem(scan, function);
	if (error < 0)
		return error;
	error = pci_scan_read_driver(scan, function);
	if (error < 0)
		return error;
	error = pci_scan_read_attribute(scan, function, "power/runtime_status",
					&details->power);
	if (error < 0)
		return error;
	error = read_link(scan, function, details);
	if (error < 0)
		return error;
	error = read_place(scan, function);
	if (error < 0)
		return error;
	error = read_virtual_most(scan, function);
	return error < 0 ? error : library_read_bars(scan, function);
}
