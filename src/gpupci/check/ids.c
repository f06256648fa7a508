/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the parameter "ids" of vfio-pci and pci-stub. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/gpupci/check/ids.h"

#define PCI_ANY_ID UINT32_MAX /* include/linux/mod_devicetable.h in the kernel */
/* "static char ids[1024]": the kernel refuses a longer parameter as a whole. */
#define IDS_SIZE 1024
#define MOST_FIELDS 6

enum field { VENDOR, DEVICE, SUBVENDOR, SUBDEVICE, CLASS, CLASS_MASK };

/* Reads fields until one is malformed, as sscanf("%x:%x:…"). Returns how many. */
static size_t read_fields(const char *id, uint32_t fields[MOST_FIELDS])
{
	for (size_t i = 0; i < MOST_FIELDS; i++) {
		char *end;

		/* strtoul() would take a sign. */
		id += strspn(id, " \t\n\v\f\r");
		if (*id == '-' || *id == '+')
			return i;
		fields[i] = (uint32_t)strtoul(id, &end, 16);
		if (end == id)
			return i;
		if (*end != ':')
			return i + 1;
		id = end + 1;
	}
	return MOST_FIELDS;
}

static bool is_id(uint32_t wanted, int actual)
{
	return wanted == PCI_ANY_ID || (actual >= 0 && wanted == (uint32_t)actual);
}

static bool matches_one(const char *id, const struct pci_function *function)
{
	const struct pci_details *details = &function->details;
	uint32_t fields[MOST_FIELDS] = { 0, 0, PCI_ANY_ID, PCI_ANY_ID, 0, 0 };

	return read_fields(id, fields) >= 2 && is_id(fields[VENDOR], function->vendor) &&
	       is_id(fields[DEVICE], function->device) &&
	       is_id(fields[SUBVENDOR], details->subvendor) &&
	       is_id(fields[SUBDEVICE], details->subdevice) &&
	       !((fields[CLASS] ^ function->class) & fields[CLASS_MASK]);
}

bool ids_match(const char *ids, const struct pci_function *function)
{
	if (strlen(ids) >= IDS_SIZE)
		return false;
	for (const char *at = ids; *at; at += *at == ',') {
		if (*at != ',' && matches_one(at, function))
			return true;
		at += strcspn(at, ",");
	}
	return false;
}
