/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which devices of its container a VM's XML and attributes pass to it, and where they are. */
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

static int add_device(void *data, const struct rocks_host_device *device)
{
	strbuf_add_format(data, "%s%s %s %s, ", device->attribute,
			  device->is_placed ? "@" : "", device->kind,
			  device->address ? device->address : "-");
	return 0;
}

static void assert_devices(const struct facts *facts, const char *expected)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY, complaint = STRBUF_EMPTY;

	assert_int_equal(
		plugins_host_devices(plugins, &facts->vm, add_device, &list, &complaint),
		0);
	assert_string_equal(strbuf_text(&list), expected);
}

static void test_devices_of_attributes(void **state)
{
	struct facts facts;

	(void)state;
	make_facts(&facts);
	assert_devices(&facts, "");
	set(&facts, "kvm_device_0", HOSTDEV(NVME) "<rng model='virtio'/>");
	set(&facts, "kvm_device_7",
	    "<hostdev mode='subsystem' type='usb'><source><vendor id='1'/></source>"
	    "</hostdev><hostdev type='mdev'><source><address uuid='x'/></source>"
	    "</hostdev><interface type='vdpa'><source dev='/dev/vhost-vdpa-0'/>"
	    "</interface><interface type='hostdev'><source><address type='usb' bus='1'/>"
	    "</source></interface>");
	set(&facts, "kvm_device_8",
	    HOSTDEV("") HOSTDEV("<address bus='0x102'/>") "<hostdev/>");
	set(&facts, "kvm_device_999", HOSTDEV("") HOSTDEV(NVME));
	set(&facts, "kvm_device_999_at",
	    "other=01:00.0 vm-container-0-15=af:00.0,pci_0001_02_1f_7");
	assert_devices(
		&facts,
		"kvm_device_0 pci 0000:5e:00.0, kvm_device_7 usb -, kvm_device_7 "
		"mdev -, kvm_device_7 vdpa -, kvm_device_7 usb -, kvm_device_8 pci "
		"-, kvm_device_8 pci -, kvm_device_8 hostdev -, kvm_device_999@ "
		"pci 0000:af:00.0, kvm_device_999@ pci 0001:02:1f.7, ");
}

static int add_file(void *data, const struct rocks_file *file)
{
	static const char roles[] = "dmbrofe";

	strbuf_add_format(
		data, "%c%s%s%s %s %s %s; ", roles[file->role], file->is_block ? "b" : "",
		file->is_readonly ? "r" : "", file->is_shared ? "s" : "", file->path,
		file->format ? file->format : "-", file->name ? file->name : "-");
	return 0;
}

static void test_files_of_xml(void **state)
{
	static const struct {
		const char *xml, *expected;
	} cases[] = {
		{ "<disk type='file' device='disk'><driver type='qcow2'/><source "
		  "file='/a'/><target dev='vda'/></disk>",
		  "d /a qcow2 vda; " },
		{ "<disk><source file='/a'/><shareable/></disk>", "ds /a - -; " },
		{ "<disk type='file'><source file='/a'/><readonly/></disk>",
		  "mr /a - -; " },
		{ "<disk type='file' device='cdrom'><source file='/a'/></disk>"
		  "<disk type='file' device='floppy'><source file='/b'/></disk>"
		  "<disk type='file' device='cdrom'/>"
		  "<disk type='file' device='cdrom'><source file='/c' "
		  "startupPolicy='optional'/></disk>",
		  "mr /a - -; m /b - -; " },
		{ "<disk type='block' device='lun'><source dev='/dev/a'/></disk>",
		  "db /dev/a - -; " },
		{ "<disk type='network'><source protocol='rbd' name='p/i'/></disk>"
		  "<disk type='volume'><source pool='p' volume='v'/></disk>",
		  "e rbd:p/i - -; e p/v - -; " },
		{ "<disk><source file='/a'/><target dev='vda'/><backingStore "
		  "type='file'><format type='raw'/><source file='/b'/><backingStore "
		  "type='block'><source dev='/dev/c'/></backingStore></backingStore>"
		  "</disk>",
		  "d /a - vda; br /b raw vda; bbr /dev/c - vda; " },
		{ "<disk type='nvme'><source/></disk><disk/>", "" },
		{ "<hostdev><rom file='/a'/></hostdev><interface><rom bar='off'/>"
		  "</interface><interface><rom file='/b'/></interface>",
		  "rr /a raw ROM; rr /b raw ROM; " },
		{ "<filesystem type='mount'><source dir='/a'/><target dir='t'/>"
		  "</filesystem><filesystem><source dir='/b'/><readonly/></filesystem>"
		  "<filesystem type='file'><source file='/c'/></filesystem>"
		  "<filesystem type='ram'><source usage='1'/></filesystem>",
		  "f /a raw t; fr /b raw -; d /c raw -; " },
		{ "<memory model='nvdimm'><source><path>/a</path></source></memory>"
		  "<memory model='dimm'/>",
		  "d /a raw memory; " },
		{ "<serial type='dev'><source path='/dev/ttyS0'/></serial>", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_strbuf_ struct strbuf xml = STRBUF_EMPTY, list = STRBUF_EMPTY;

		strbuf_add_format(&xml, "<domain><devices>%s</devices></domain>",
				  cases[i].xml);
		assert_int_equal(
			plugins_files(plugins, strbuf_text(&xml), add_file, &list), 0);
		assert_string_equal(strbuf_text(&list), cases[i].expected);
	}
}

static void test_files_for_booting(void **state)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;

	(void)state;
	assert_int_equal(
		plugins_files(
			plugins,
			"<domain><os firmware='efi'><loader type='pflash'>/l</loader>"
			"<nvram template='/t'>/variables</nvram><kernel>/k</kernel>"
			"<initrd>/i</initrd><dtb>/d</dtb><acpi><table "
			"type='slic'>/s</table></acpi></os><sysinfo type='fwcfg'><entry "
			"name='a' file='/f'/><entry name='b'>text</entry></sysinfo>"
			"</domain>",
			add_file, &list),
		0);
	assert_string_equal(strbuf_text(&list),
			    "or /l raw loader; or /k raw kernel; or /i raw initrd; "
			    "or /d raw dtb; or /s raw ACPI table; or /t raw template "
			    "of variables; or /f raw firmware configuration; ");
	assert_int_equal(plugins_files(plugins, "<domain", add_file, &list), -EINVAL);
}

static int refuse(void *data, const struct rocks_host_device *device)
{
	(void)data;
	(void)device;
	return -ENOMEM;
}

static void test_devices_that_cannot_be_told(void **state)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY, list = STRBUF_EMPTY;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	set(&facts, "kvm_device_0", HOSTDEV(NVME));
	assert_int_equal(
		plugins_host_devices(plugins, &facts.vm, refuse, NULL, &complaint),
		-ENOMEM);
	set(&facts, "kvm_device_1", "<a");
	strbuf_reset(&complaint);
	assert_true(plugins_host_devices(plugins, &facts.vm, add_device, &list,
					 &complaint) < 0);
	assert_non_null(
		strstr(strbuf_text(&complaint),
		       "rocks-33: the attribute kvm_device_1 is not well-formed"));
}

/* What kvm_device_0 becomes on vm-container-0-15. */
static void test_places(void **state)
{
	static const struct {
		const char *device, *at, *expected;
	} cases[] = {
		{ HOSTDEV(NVME), "vm-container-0-15=0000:af:00.0", "0000:af:00.0 " },
		{ HOSTDEV(NVME), "\n a=1:2.3,2:2.3\tvm-container-0-15=AF:1f.7 ",
		  "0000:af:1f.7 " },
		{ HOSTDEV(NVME) "<hub type='usb'/>" HOSTDEV("<address bus='3'/>"),
		  "vm-container-0-15=01:00.0,ffff:02:00.0",
		  "0000:01:00.0 ffff:02:00.0 " },
		{ "<interface type='hostdev'><mac address='52:54:00:00:00:01'/><source/>"
		  "</interface>",
		  "vm-container-0-15=pci_0000_3b_02_1", "0000:3b:02.1 " },
		{ "<disk type='nvme' device='disk'><source type='pci' namespace='1'>" NVME
		  "</source><target dev='vdb'/></disk>",
		  "vm-container-0-15=01:00.0", "0000:01:00.0 " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
		_cleanup_free_ char *xml = NULL;
		struct facts facts;

		make_facts(&facts);
		set(&facts, "kvm_device_0", cases[i].device);
		set(&facts, "kvm_device_0_at", cases[i].at);
		assert_int_equal(plugins_domain_xml(plugins, &facts.vm, &xml, &complaint),
				 0);
		assert_passes(xml, cases[i].expected);
	}
}

static void assert_refused(const char *device, const char *at, const char *sentence)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	char expected[256], *xml = NULL;
	struct facts facts;

	snprintf(expected, sizeof(expected), "rocks-33: %s", sentence);
	make_facts(&facts);
	set(&facts, "kvm_device_0", device);
	set(&facts, "kvm_device_0_at", at);
	assert_true(plugins_domain_xml(plugins, &facts.vm, &xml, &complaint) < 0);
	assert_null(xml);
	if (strncmp(strbuf_text(&complaint), expected, strlen(expected)) != 0)
		assert_string_equal(strbuf_text(&complaint), expected);
}

static void test_places_that_are_refused(void **state)
{
	static const struct {
		const char *device, *at, *sentence;
	} cases[] = {
		{ HOSTDEV(NVME), "vm-container-0-14=01:00.0",
		  "the attribute kvm_device_0_at does not name a device of "
		  "vm-container-0-15; add vm-container-0-15=ADDRESS to it" },
		{ HOSTDEV(NVME), "vm-container-0-1=01:00.0 vm-container-0-155=01:00.0",
		  "the attribute kvm_device_0_at does not name a device" },
		{ HOSTDEV(NVME), "vm-container-0-15=",
		  "the attribute kvm_device_0_at has '' for vm-container-0-15; write "
		  "PCI" },
		{ HOSTDEV(NVME), "vm-container-0-15=01:00.0,",
		  "the attribute kvm_device_0_at has '' for vm-container-0-15;" },
		{ HOSTDEV(NVME), "vm-container-0-15=01:00.0 vm-container-0-15=02:00.0",
		  "the attribute kvm_device_0_at names vm-container-0-15 twice;" },
		{ HOSTDEV(NVME), "vm-container-0-15 = 01:00.0",
		  "the attribute kvm_device_0_at has 'vm-container-0-15'; write "
		  "HOST=ADDRESS" },
		{ HOSTDEV(NVME), "=01:00.0",
		  "the attribute kvm_device_0_at has '=01:00.0'; write" },
		{ HOSTDEV(NVME), "vm-container-0-15=01:00.0,02:00.0",
		  "the attribute kvm_device_0_at has another number of addresses for "
		  "vm-container-0-15 (2) than kvm_device_0 has PCI devices (1); give one "
		  "for each" },
		{ HOSTDEV(NVME) HOSTDEV(NVME), "vm-container-0-15=01:00.0",
		  "the attribute kvm_device_0_at has another number of addresses for "
		  "vm-container-0-15 (1) than kvm_device_0 has PCI devices (2);" },
		{ "<hostdev mode='subsystem' type='usb'><source/></hostdev>",
		  "vm-container-0-15=01:00.0",
		  "the attribute kvm_device_0_at has another number of addresses for "
		  "vm-container-0-15 (1) than kvm_device_0 has PCI devices (0);" },
		{ HOSTDEV(NVME NVME), "vm-container-0-15=01:00.0",
		  "the attribute kvm_device_0 has a source with two addresses; give" },
		{ HOSTDEV(NVME), "vm-container-0-15=02:00.0",
		  "a kvm_device attribute passes 0000:02:00.0 of vm-container-0-15, "
		  "which "
		  "is of its card gpupci1;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_refused(cases[i].device, cases[i].at, cases[i].sentence);
}

static void test_addresses_that_are_refused(void **state)
{
	static const char *const odd[] = { "1:2",	  "01:00.8",	 "01:20.0",
					   "100:00.0",	  "10000:1:0.0", "01:00.0x",
					   "01.00.0",	  "01:00:0",	 "0x1:00.0",
					   " 01:00.0",	  "+1:00.0",	 "-1:00.0",
					   "pci_01_00_0", "01:00.",	 ":00.0" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		char at[80];

		snprintf(at, sizeof(at), "vm-container-0-15=%s", odd[i]);
		assert_refused(HOSTDEV(NVME), at, "the attribute kvm_device_0_at has '");
	}
}

/* Without devices there is nothing to place. */
static void test_places_of_nothing(void **state)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *xml = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	set(&facts, "kvm_device_0_at", "elsewhere=01:00.0");
	assert_int_equal(plugins_domain_xml(plugins, &facts.vm, &xml, &complaint), 0);
	assert_devices(&facts, "");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions_of_xml),
		cmocka_unit_test(test_many_functions),
		cmocka_unit_test(test_devices_of_attributes),
		cmocka_unit_test(test_files_of_xml),
		cmocka_unit_test(test_files_for_booting),
		cmocka_unit_test(test_devices_that_cannot_be_told),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_that_are_refused),
		cmocka_unit_test(test_addresses_that_are_refused),
		cmocka_unit_test(test_places_of_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plugin-devices", tests, load_all,
					   free_plugins);
}
