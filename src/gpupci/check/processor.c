/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: which kind of processor a host has. */
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/processor.h"

/* What only one of them has in a file; of several the first counts. */
static const struct {
	const char *path, *text;
	enum processor processor;
} signs[] = {
	{ "/proc/cpuinfo", "GenuineIntel", PROCESSOR_INTEL },
	{ "/proc/cpuinfo", "AuthenticAMD", PROCESSOR_AMD },
	{ "/proc/cpuinfo", "HygonGenuine", PROCESSOR_AMD },
	{ "/proc/cpuinfo", "CPU implementer", PROCESSOR_ARM },
	{ "/proc/cpuinfo", ": POWER", PROCESSOR_POWER },
	{ "/proc/cpuinfo", "IBM/S390", PROCESSOR_OTHER },
	{ "/proc/cpuinfo", ": rv64", PROCESSOR_OTHER },
	{ "/proc/cpuinfo", "Loongson", PROCESSOR_OTHER },
	/* Interrupt controllers, where a report has no cpuinfo. */
	{ "/proc/interrupts", " GIC", PROCESSOR_ARM },
	{ "/proc/interrupts", " ITS-", PROCESSOR_ARM },
	{ "/proc/interrupts", "XIVE", PROCESSOR_POWER },
	{ "/proc/interrupts", "XICS", PROCESSOR_POWER },
	{ "/proc/sys/kernel/osrelease", "rpi", PROCESSOR_ARM },
	{ "/proc/sys/kernel/osrelease", "raspi", PROCESSOR_ARM },
	{ "/proc/sys/kernel/osrelease", "arm64", PROCESSOR_ARM },
	{ "/proc/sys/kernel/osrelease", "aarch64", PROCESSOR_ARM },
	{ "/proc/sys/kernel/osrelease", "ppc64", PROCESSOR_POWER },
	{ "/proc/sys/kernel/osrelease", "powerpc64", PROCESSOR_POWER },
};

bool processor_is_x86(enum processor processor)
{
	return processor == PROCESSOR_UNKNOWN || processor == PROCESSOR_INTEL ||
	       processor == PROCESSOR_AMD;
}

bool processor_is_virtual(struct root *root)
{
	size_t length;
	_cleanup_free_ char *text = check_read(root, &length, "/proc/cpuinfo");

	/* The flag X86_FEATURE_HYPERVISOR. */
	return text && strstr(text, " hypervisor");
}

enum processor processor_read(struct root *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t length;
		_cleanup_free_ char *text =
			check_read(root, &length, "%s", signs[i].path);

		if (text && strstr(text, signs[i].text))
			return signs[i].processor;
	}
	return PROCESSOR_UNKNOWN;
}
