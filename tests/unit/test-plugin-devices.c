/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices of its container a VM's XML passes to it. */
#include <errno.h>

#include "tests/unit/made-up-vm.h"

#define NVME "<address domain='0' bus='0x5e' slot='0' function='0'/>"
#define HOSTDEV(address)                                                      \
	"<hostdev mode='subsystem' type='pci' managed='yes'><source>" address \
	"</source></hostdev>"

static int load_all(void **state)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;

	if (load_plugins(state) < 0)
		return -1;
	plugins_free(plugins);
	plugins = NULL;
	if (plugins_load(&plugins, PLUGINS_XML | PLUGINS_HYPERVISOR, &complaint) == 0)
		return 0;
	print_error("%s\n", strbuf_text(&complaint));
	return -1;
}

static int add_address(void *data, const char *address)
{
	strbuf_add_format(data, "%s ", address);
	return 0;
}

/* Each address that the XML passes; "" for none. */
static void assert_passes(const char *xml, const char *expected)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;

	assert_int_equal(plugins_hypervisor(plugins)->functions(xml, add_address, &list),
			 0);
	assert_string_equal(strbuf_text(&list), expected);
}

static void test_functions_of_xml(void **state)
{
	static const struct {
		const char *device, *expected;
	} cases[] = {
		{ HOSTDEV(NVME), "0000:5e:00.0 " },
		{ HOSTDEV("<address bus='94' slot='037' function='7'/>"),
		  "0000:5e:1f.7 " },
		{ HOSTDEV("<address domain='0x10' bus='1'/>"), "0010:01:00.0 " },
		{ HOSTDEV(NVME NVME), "0000:5e:00.0 0000:5e:00.0 " },
		{ HOSTDEV("<address bus='0x102'/>"), "" },
		{ HOSTDEV("<address bus='1' slot='0x20'/>"), "" },
		{ HOSTDEV("<address bus='-1'/>"), "" },
		{ HOSTDEV(""), "" },
		{ HOSTDEV(NVME) "<hub/>" HOSTDEV("<address bus='2'/>"),
		  "0000:5e:00.0 0000:02:00.0 " },
		{ "<interface type='hostdev'><source><address type='pci' domain='0' "
		  "bus='0x3b' slot='2' function='1'/></source></interface>",
		  "0000:3b:02.1 " },
		{ "<interface type='hostdev'><source><address type='usb' bus='1' "
		  "device='2'/></source></interface>",
		  "" },
		{ "<interface type='bridge'><source bridge='br0'/><address type='pci' "
		  "bus='3'/></interface>",
		  "" },
		{ "<disk type='nvme' device='disk'><source type='pci' managed='yes' "
		  "namespace='1'>" NVME "</source></disk>",
		  "0000:5e:00.0 " },
		{ "<disk type='file'><source file='/a'/><backingStore "
		  "type='nvme'><source type='pci' namespace='1'>" NVME
		  "</source></backingStore></disk>",
		  "0000:5e:00.0 " },
		{ "<hostdev mode='subsystem' type='usb'><source><address bus='1' "
		  "device='2'/></source></hostdev>",
		  "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char xml[1024];

		snprintf(xml, sizeof(xml), "<domain><devices>%s</devices></domain>",
			 cases[i].device);
		assert_passes(xml, cases[i].expected);
	}
	assert_passes("<domain/>", "");
	assert_int_equal(
		plugins_hypervisor(plugins)->functions("<domain", add_address, NULL),
		-EINVAL);
}

/* All of them, or an error: none is left out of a long list. */
static void test_many_functions(void **state)
{
	static const size_t counts[] = { 300, 1024, 1025 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		_cleanup_strbuf_ struct strbuf xml = STRBUF_EMPTY, list = STRBUF_EMPTY;
		int r;

		strbuf_add_string(&xml, "<domain><devices>");
		for (size_t j = 0; j < counts[i]; j++)
			strbuf_add_format(&xml,
					  HOSTDEV("<address bus='%zu' slot='%zu'/>"),
					  j >> 5, j & 31);
		strbuf_add_string(&xml, "</devices></domain>");
		r = plugins_hypervisor(plugins)->functions(strbuf_text(&xml), add_address,
							   &list);
		assert_int_equal(r, counts[i] > 1024 ? -E2BIG : 0);
		assert_int_equal(list.length, r ? 0 : counts[i] * 13);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions_of_xml),
		cmocka_unit_test(test_many_functions),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plugin-devices", tests, load_all,
					   free_plugins);
}
