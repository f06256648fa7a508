/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: why the kernel has no IOMMU, and what to change. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/no-iommu.h"
#include "src/gpupci/check/processor.h"

static const char dmesg[] = "dmesg | grep -i -e DMAR -e IOMMU -e AMD-Vi -e SMMU\n";

/* Words that turn an IOMMU off; the first that the kernel has was enough. */
static const struct {
	const char *name, *value;
} off[] = {
	{ "iommu", "off" },
	{ "intel_iommu", "off" },
	{ "amd_iommu", "off" },
};

/* Appends how to remove a word that turns the IOMMU off. Returns whether there is one. */
static bool fix_off(struct strbuf *fix, struct root *root, const struct boot_facts *facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		if (cmdline_has(facts->line, off[i].name, off[i].value)) {
			fix_remove_word(fix, root, facts, off[i].name, off[i].value);
			return true;
		}
	return false;
}

/* Whether the kernel was asked: only Intel's needs that, unless its configuration does. */
static bool is_asked(const char *line)
{
	return cmdline_has(line, "intel_iommu", "on");
}

/* The firmware describes one: ACPI's table DMAR is Intel's, IVRS AMD's. */
static void add_unused(struct checks *checks, struct root *root, const char *name,
		       const char *words)
{
	const struct boot_facts *facts = &checks->boot;
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	bool is_intel = strcmp(name, "VT-d") == 0;

	if (fix_off(&fix, root, facts)) {
		checks_add(checks, "host", "iommu", CHECK_FAIL, strbuf_text(&fix),
			   "the firmware has %s on, the kernel's command line turns it "
			   "off",
			   name);
	} else if (is_intel && is_asked(facts->line)) {
		checks_add(checks, "host", "iommu", CHECK_FAIL, dmesg,
			   "the firmware has %s on, the kernel does not use it in spite "
			   "of intel_iommu=on",
			   name);
	} else if (is_intel && is_asked(facts->loader.options)) {
		checks_add(checks, "host", "iommu", CHECK_FAIL, "reboot",
			   "the firmware has %s on, the kernel does not use it before "
			   "the next boot, with %s",
			   name, facts->loader.source);
	} else {
		if (words)
			fix_add_words(&fix, root, facts, words);
		else
			strbuf_add_string(&fix, dmesg);
		checks_add(checks, "host", "iommu", CHECK_FAIL, strbuf_text(&fix),
			   "the firmware has %s on, the kernel does not use it", name);
	}
}

/* What to look for in the firmware, by processor, and what the kernel needs then. */
static const struct {
	const char *firmware, *words;
} setups[] = {
	[PROCESSOR_UNKNOWN] = { "in the BIOS: \"VT-d\" or \"Intel Virtualization "
				"Technology for Directed I/O\" (Intel), \"IOMMU\" or "
				"\"AMD-Vi\" (AMD)",
				"intel_iommu=on iommu=pt" },
	[PROCESSOR_INTEL] = { "in the BIOS: \"VT-d\" or \"Intel Virtualization "
			      "Technology for Directed I/O\"",
			      "intel_iommu=on iommu=pt" },
	[PROCESSOR_AMD] = { "in the BIOS: \"IOMMU\" or \"AMD-Vi\"", NULL },
	[PROCESSOR_ARM] = { "in the firmware of an ARM server: \"SMMU\" or \"IOMMU\"; "
			    "many boards have none for PCIe, and then no VM can have a "
			    "card",
			    NULL },
	[PROCESSOR_POWER] = { "a host on the bare machine (PowerNV) has one", NULL },
	[PROCESSOR_OTHER] = { "see the kernel's messages", NULL },
};

static void add_absent(struct checks *checks, struct root *root)
{
	enum processor processor = processor_read(root);
	_cleanup_strbuf_ struct strbuf fix = STRBUF_EMPTY;
	bool asked = is_asked(checks->boot.line);
	bool virtual = processor_is_virtual(root);

	strbuf_add_format(
		&fix, "%s\n",
		virtual ? "in the hypervisor: a virtual IOMMU for this VM, such "
			  "as libvirt's <iommu model='intel'/>"
			: setups[processor].firmware);
	if (setups[processor].words && !asked)
		fix_add_words(&fix, root, &checks->boot, setups[processor].words);
	else
		strbuf_add_string(&fix, dmesg);
	checks_add(checks, "host", "iommu", CHECK_FAIL, strbuf_text(&fix),
		   virtual ? "no IOMMU: this is a VM, to which its hypervisor shows none"
		   : processor_is_x86(processor) ? "no IOMMU: the firmware reports none"
						 : "no IOMMU: the kernel found none");
}

void check_no_iommu(struct checks *checks, struct host *host)
{
	struct root *root = &host->scan.root;

	if (root_exists(root, "/sys/firmware/acpi/tables/DMAR"))
		add_unused(checks, root, "VT-d", "intel_iommu=on iommu=pt");
	else if (root_exists(root, "/sys/firmware/acpi/tables/IVRS"))
		add_unused(checks, root, "AMD-Vi", NULL);
	else
		add_absent(checks, root);
}
