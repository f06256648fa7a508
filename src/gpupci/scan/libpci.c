/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fence around libpci: where libpci would exit, these return an error. */
#include <errno.h>
#include <pci/pci.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "lib/cleanup.h"
#include "src/gpupci/files/enter.h"
#include "src/gpupci/scan/libpci.h"

/* Flags of struct resource, as sysfs shows them (include/linux/ioport.h). */
#define RESOURCE_MEMORY 0x00000200
#define RESOURCE_PREFETCH 0x00002000
#define RESOURCE_64_BITS 0x00100000

#define EXTENDED_START 0x100 /* of the configuration space that PCIe added */
#define HEADER_SIZE 64	     /* bytes of a configuration that every user may read */

/* libpci's error function gets no context and must not return. */
static jmp_buf escape;
static char complaint[512];

static void PCI_NONRET on_error(char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(complaint, sizeof(complaint), format, list);
	va_end(list);
	longjmp(escape, 1);
}

/*
 * The cause of a warning also shows in the results: a short read, a missing capability.
 */
static void on_warning(char *format, ...)
{
	(void)format;
}

static int fail(struct pci_scan *scan)
{
	strbuf_add_format(&scan->fault,
			  "libpci says: %s; if a device was just plugged or removed, run "
			  "it again; otherwise this tree is damaged",
			  complaint);
	return -EIO;
}

static int fail_config(struct pci_scan *scan, const struct pci_function *function)
{
	char name[PCI_ADDRESS_SIZE];

	strbuf_add_format(&scan->fault,
			  "cannot read %s/sys/bus/pci/devices/%s/config: it is not there "
			  "or cut short; it holds %d bytes at least",
			  scan->root.folder, pci_address_sysfs(function->address, name),
			  HEADER_SIZE);
	return -EIO;
}

static int take_devices(struct pci_scan *scan)
{
	struct pci_function *functions;
	size_t count = 0, i = 0;

	for (struct pci_dev *device = scan->library->devices; device;
	     device = device->next)
		count++;
	functions = calloc(count ? count : 1, sizeof(*functions));
	if (!functions)
		return -ENOMEM;
	for (struct pci_dev *device = scan->library->devices; device;
	     device = device->next, i++) {
		functions[i].address.domain = (uint32_t)device->domain;
		functions[i].address.bus = device->bus;
		functions[i].address.slot = device->dev;
		functions[i].address.function = device->func;
		functions[i].library = device;
	}
	scan->functions = functions;
	scan->count = count;
	return 0;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/*
 * Below a folder an attribute may be a FIFO, for which libpci's open() would wait: once
 * --timeout seconds have passed a signal ends it, each second anew, with EINTR.
 */
static void limit(const struct pci_scan *scan)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval timer = { .it_value.tv_sec = scan->root.timeout,
					 .it_interval.tv_sec = 1 };

	if (scan->root.folder[0] && sigaction(SIGALRM, &action, NULL) == 0)
		setitimer(ITIMER_REAL, &timer, NULL);
}

int library_open(struct pci_scan *scan)
{
	char parameter[] = "sysfs.path";
	char *path;
	int error;

	error = root_set_path(&scan->root, "/sys/bus/pci");
	if (error < 0)
		return error;
	path = scan->root.path.bytes;
	path += root_entered(path) - path;
	limit(scan);
	scan->library = pci_alloc();
	scan->library->method = PCI_ACCESS_SYS_BUS_PCI;
	scan->library->error = on_error;
	scan->library->warning = on_warning;
	if (setjmp(escape)) {
		/* libpci 3.9 frees a constant if it could not copy a parameter. */
		scan->library = NULL;
		return fail(scan);
	}
	pci_set_param(scan->library, parameter, path);
	if (setjmp(escape))
		return fail(scan);
	pci_init(scan->library);
	pci_scan_bus(scan->library);
	return take_devices(scan);
}

void library_close(struct pci_scan *scan)
{
	const struct itimerval none = { 0 };

	if (scan->library)
		pci_cleanup(scan->library);
	if (scan->root.folder[0])
		setitimer(ITIMER_REAL, &none, NULL);
	scan->library = NULL;
}

static int read_header(struct pci_scan *scan, const struct pci_function *function,
		       uint8_t header[HEADER_SIZE])
{
	if (setjmp(escape))
		return fail(scan);
	if (!pci_read_block(function->library, 0, header, HEADER_SIZE))
		return fail_config(scan, function);
	return 0;
}

int library_is_bridge(struct pci_scan *scan, const struct pci_function *function,
		      bool *ret_bridge)
{
	uint8_t header[HEADER_SIZE];
	int type, error = read_header(scan, function, header);

	if (error < 0)
		return error;
	type = header[PCI_HEADER_TYPE] & 0x7f;
	*ret_bridge = type == PCI_HEADER_TYPE_BRIDGE || type == PCI_HEADER_TYPE_CARDBUS;
	return 0;
}

int library_read_bars(struct pci_scan *scan, struct pci_function *function)
{
	struct pci_details *details = &function->details;
	struct pci_dev *device = function->library;

	if (setjmp(escape))
		return fail(scan);
	pci_fill_info(device, PCI_FILL_BASES | PCI_FILL_SIZES | PCI_FILL_IO_FLAGS);
	details->bar_count = 0;
	for (int i = 0; i < 6; i++) {
		pciaddr_t flags = device->flags[i];

		if (!(flags & RESOURCE_MEMORY) || !device->size[i])
			continue;
		details->bars[details->bar_count++] = (struct pci_bar){
			.index = i,
			.size = device->size[i],
			.prefetchable = flags & RESOURCE_PREFETCH,
			.bits = flags & RESOURCE_64_BITS ? 64 : 32,
		};
	}
	return 0;
}

int library_read_windows(struct pci_scan *scan, const struct pci_function *function,
			 uint32_t ret_registers[LIBRARY_WINDOWS])
{
	uint8_t header[HEADER_SIZE];
	int error = read_header(scan, function, header);

	memset(ret_registers, 0, LIBRARY_WINDOWS * sizeof(*ret_registers));
	if (error < 0 || (header[PCI_HEADER_TYPE] & 0x7f) != PCI_HEADER_TYPE_NORMAL)
		return error;
	for (size_t i = 0; i < LIBRARY_WINDOWS; i++) {
		const uint8_t *bytes = header + PCI_BASE_ADDRESS_0 + 4 * i;

		ret_registers[i] = bytes[0] | (uint32_t)bytes[1] << 8 |
				   (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	}
	return 0;
}

/*
 * A read that no device answers gives ones. The first four bytes alone say nothing: a
 * virtual function has ffff for vendor and device (SR-IOV 1.1, 3.4.1).
 */
static enum pci_answer judge_header(const uint8_t header[HEADER_SIZE])
{
	for (size_t i = 0; i < HEADER_SIZE; i++)
		if (header[i] != 0xff)
			return PCI_ANSWER_YES;
	return PCI_ANSWER_NO;
}

int library_read_answer(struct pci_scan *scan, struct pci_function *function)
{
	uint8_t header[HEADER_SIZE];
	int error = read_header(scan, function, header);

	if (error == 0)
		function->answer = judge_header(header);
	return error;
}

int library_read_serial(struct pci_scan *scan, struct pci_function *function,
			uint8_t ret_bytes[8], enum library_serial *ret_found)
{
	struct pci_cap *capability;
	uint8_t header[HEADER_SIZE], next;
	int error = read_header(scan, function, header);

	if (error < 0)
		return error;
	if (setjmp(escape))
		return fail(scan);
	function->answer = judge_header(header);
	*ret_found = LIBRARY_SERIAL_HIDDEN;
	if (function->answer == PCI_ANSWER_NO ||
	    !pci_read_block(function->library, HEADER_SIZE, &next, 1))
		return 0;
	*ret_found = LIBRARY_SERIAL_NONE;
	capability =
		pci_find_cap(function->library, PCI_EXT_CAP_ID_DSN, PCI_CAP_EXTENDED);
	if (capability &&
	    pci_read_block(function->library, (int)capability->addr + 4, ret_bytes, 8))
		*ret_found = LIBRARY_SERIAL_FOUND;
	return 0;
}

static int express_type(struct pci_dev *device, const struct pci_cap *express)
{
	return (pci_read_word(device, (int)express->addr + PCI_EXP_FLAGS) &
		PCI_EXP_FLAGS_TYPE) >>
	       4;
}

/* Whether a PCIe bridge leads to conventional PCI, which isolates nothing. */
static bool is_conventional(struct pci_dev *device, const struct pci_cap *express)
{
	int type = express_type(device, express);

	return type == PCI_EXP_TYPE_PCI_BRIDGE || type == PCI_EXP_TYPE_PCIE_BRIDGE;
}

/*
 * As the kernel's pci_acs_flags_enabled(): a control that cannot be turned off counts as
 * on.
 */
static enum library_acs judge_acs(struct pci_dev *device, const struct pci_cap *acs)
{
	const int needed = PCI_ACS_CAP_VALID | PCI_ACS_CAP_REQ_RED |
			   PCI_ACS_CAP_CMPLT_RED | PCI_ACS_CAP_FORWARD;
	int able = pci_read_word(device, (int)acs->addr + PCI_ACS_CAP);
	int on = pci_read_word(device, (int)acs->addr + PCI_ACS_CTRL);

	return (on & able & needed) == (able & needed) ? LIBRARY_ACS_ON : LIBRARY_ACS_OFF;
}

enum library_acs library_read_acs(struct pci_scan *scan,
				  const struct pci_function *function)
{
	struct pci_dev *device = function->library;
	uint8_t header[HEADER_SIZE], next[4];
	struct pci_cap *capability;

	(void)scan;
	if (setjmp(escape))
		return LIBRARY_ACS_UNKNOWN;
	if (!pci_read_block(device, 0, header, sizeof(header)) ||
	    !pci_read_block(device, HEADER_SIZE, next, 1))
		return LIBRARY_ACS_UNKNOWN;
	if (judge_header(header) == PCI_ANSWER_NO)
		return LIBRARY_ACS_DEAD;
	capability = pci_find_cap(device, PCI_CAP_ID_EXP, PCI_CAP_NORMAL);
	if (!capability || is_conventional(device, capability))
		return LIBRARY_ACS_NONE;
	/* As pci_acs_enabled(): a port alone in its slot needs none. */
	if (express_type(device, capability) == PCI_EXP_TYPE_UPSTREAM &&
	    !(header[PCI_HEADER_TYPE] & 0x80))
		return LIBRARY_ACS_NEEDLESS;
	if (!pci_read_block(device, EXTENDED_START, next, sizeof(next)))
		return LIBRARY_ACS_UNKNOWN;
	capability = pci_find_cap(device, PCI_EXT_CAP_ID_ACS, PCI_CAP_EXTENDED);
	return capability ? judge_acs(device, capability) : LIBRARY_ACS_NONE;
}
