/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin libvirt reads from the XML of domains, also of ones that no libvirt prints. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/file.h"
#include "lib/strbuf.h"
#include "plugins/libvirt/description.h"
#include "plugins/libvirt/variables.h"

#define _cleanup_description_ _cleanup_(description_release)

static const char *shown(const char *text)
{
	return text ? text : "-";
}

static void show(const struct description *description, struct strbuf *text)
{
	strbuf_add_format(text, "%llu MiB, %u CPUs\n",
			  (unsigned long long)description->memory_mib, description->cpus);
	for (uint32_t i = 0; i < description->disk_count; i++) {
		const struct rocks_described_disk *disk = description->disk_list[i];

		strbuf_add_format(text, "%s %s %s %s %s %s%s\n", disk->kind, disk->type,
				  shown(disk->format), shown(disk->path),
				  shown(disk->device), shown(disk->bus),
				  disk->is_readonly ? " readonly" : "");
	}
	for (uint32_t i = 0; i < description->interface_count; i++) {
		const struct rocks_described_interface *interface =
			description->interface_list[i];

		strbuf_add_format(text, "%u %s %s %d\n", (unsigned int)interface->kind,
				  shown(interface->mac), shown(interface->source),
				  (int)interface->vlan);
	}
}

static void check(const char *xml, const char *expected)
{
	_cleanup_description_ struct description description = { 0 };
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	assert_int_equal(description_read(xml, &description), 0);
	show(&description, &text);
	assert_string_equal(strbuf_text(&text), expected);
}

static void check_file(const char *path, const char *expected)
{
	_cleanup_strbuf_ struct strbuf xml = STRBUF_EMPTY;
	int fd = file_open_regular(AT_FDCWD, path, 0);

	assert_true(fd >= 0);
	assert_int_equal(file_read_all(fd, 1 << 20, &xml), 0);
	close(fd);
	check(strbuf_text(&xml), expected);
}

static void reads_virt_install(void **state)
{
	(void)state;
	check_file("tests/data/virt-install/alma9.xml",
		   "64 MiB, 4 CPUs\n"
		   "disk file raw /state/partition1/kvm/disks/alma9.img vda virtio\n"
		   "disk file qcow2 /state/partition1/kvm/disks/alma9-data.qcow2 sda "
		   "scsi\n"
		   "0 52:54:00:aa:bb:11 br0 -1\n");
	check_file("tests/data/virt-install/win10.xml",
		   "64 MiB, 2 CPUs\n"
		   "disk file qcow2 /state/partition1/kvm/disks/win10.qcow2 sda sata\n"
		   "cdrom file raw /state/partition1/kvm/disks/virtio.iso sdb sata "
		   "readonly\n"
		   "0 52:54:00:aa:bb:12 br1 -1\n"
		   "17 52:54:00:aa:bb:22 - -1\n");
}

/* https://libvirt.org/formatdomain.html */
static void reads_devices(void **state)
{
	(void)state;
	check("<domain><memory unit='GiB'>2</memory><vcpu placement='static' "
	      "current='1'>8</vcpu><devices>"
	      "<disk type='block'><source dev='/dev/vg/a'/><target dev='vda'/></disk>"
	      "<disk type='network' device='disk'><driver type='raw'/><source "
	      "protocol='rbd' name='pool/a'/><target dev='vdb' bus='virtio'/></disk>"
	      "<disk device='cdrom'><target dev='sda' bus='sata'/></disk>"
	      "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source "
	      "bridge='ovs0'/><virtualport type='openvswitch'/><vlan><tag "
	      "id='3'/></vlan></interface>"
	      "<interface type='direct'><source dev='eth0' mode='bridge'/><vlan "
	      "trunk='yes'><tag id='3'/></vlan></interface>"
	      "<interface type='hostdev'><mac address='52:54:00:00:00:02'/><vlan><tag "
	      "id='3'/><tag id='4'/></vlan></interface><interface/>"
	      "</devices></domain>",
	      "2048 MiB, 8 CPUs\n"
	      "disk block - /dev/vg/a vda -\n"
	      "disk network raw - vdb virtio\n"
	      "cdrom file - - sda sata\n"
	      "2 52:54:00:00:00:01 ovs0 3\n"
	      "1 - eth0 -1\n"
	      "16 52:54:00:00:00:02 - -1\n"
	      "17 - - -1\n");
}

static void reads_memory(void **state)
{
	static const struct {
		const char *memory, *expected;
	} rows[] = {
		{ "<memory>1024</memory>", "1 MiB" },
		{ "<memory>1025</memory>", "2 MiB" },
		{ "<memory unit='b'>1</memory>", "1 MiB" },
		{ "<memory unit='MB'>1048576</memory>", "1000000 MiB" },
		{ "<memory unit='gib'>1</memory>", "1024 MiB" },
		{ "<memory unit='TiB'>1</memory>", "1048576 MiB" },
		{ "<memory unit='TiB'>99999999</memory>", "0 MiB" },
		{ "<memory>18446744073709551616</memory>", "0 MiB" },
		{ "<memory>18446744073709551615</memory>", "0 MiB" },
		{ "<memory>-1024</memory>", "0 MiB" },
		{ "<memory>1024x</memory>", "0 MiB" },
		{ "<memory/>", "0 MiB" },
		{ "<memory unit='cubit'>1024</memory>", "0 MiB" },
		{ "", "0 MiB" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		_cleanup_free_ char *xml = NULL, *expected = NULL;

		assert_true(asprintf(&xml, "<domain>%s</domain>", rows[i].memory) > 0);
		assert_true(asprintf(&expected, "%s, 0 CPUs\n", rows[i].expected) > 0);
		check(xml, expected);
	}
}

static void refuses_what_is_no_domain(void **state)
{
	static const char *const rows[] = {
		"",
		"junk",
		"<domain",
		"<domain><devices></domain>",
		"<network/>",
		"<domain name='\xff'/>",
		/* Entities are neither expanded nor fetched. */
		"<!DOCTYPE d [<!ENTITY a 'x'>]><network>&a;</network>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		_cleanup_description_ struct description description = { 0 };

		assert_int_equal(description_read(rows[i], &description), -EINVAL);
	}
}

/* 10 MB of devices are read, and none of them is lost; 10 MB of depth are refused. */
static void survives_size(void **state)
{
	_cleanup_strbuf_ struct strbuf wide = STRBUF_EMPTY, deep = STRBUF_EMPTY;
	_cleanup_description_ struct description description = { 0 }, other = { 0 };
	const char disk[] = "<disk type='file' device='disk'><source file='/a'/></disk>";
	const uint32_t count = (10 << 20) / sizeof(disk);

	(void)state;
	strbuf_add_string(&wide, "<domain><devices>");
	for (uint32_t i = 0; i < count; i++)
		strbuf_add_string(&wide, disk);
	strbuf_add_string(&wide, "</devices></domain>");
	assert_int_equal(description_read(strbuf_text(&wide), &description), 0);
	assert_int_equal(description.disk_count, count);
	for (uint32_t i = 0; i < (10 << 20) / 3; i++)
		strbuf_add_string(&deep, "<a>");
	assert_int_equal(description_read(strbuf_text(&deep), &other), -EINVAL);
}

/*
 * A part of what libvirt 9.0 prints (`virsh domxml-to-native qemu-argv`), with the format of the
 * variables to fill in.
 */
static const char LINE[] =
	"-blockdev "
	"'{\"driver\":\"file\",\"filename\":\"/usr/share/OVMF/OVMF_CODE_4M.fd\","
	"\"node-name\":\"libvirt-pflash0-storage\",\"auto-read-only\":true,\"discard\":"
	"\"unmap\"}' -blockdev "
	"'{\"node-name\":\"libvirt-pflash0-format\",\"read-only\":true,"
	"\"driver\":\"raw\",\"file\":\"libvirt-pflash0-storage\"}' -blockdev "
	"'{\"driver\":\"file\",\"filename\":\"/var/lib/libvirt/qemu/nvram/"
	"rocks-33_VARS.fd\","
	"\"node-name\":\"libvirt-pflash1-storage\",\"auto-read-only\":true,\"discard\":"
	"\"unmap\"}' -blockdev "
	"'{\"node-name\":\"libvirt-pflash1-format\",\"read-only\":false,"
	"%s\"file\":\"libvirt-pflash1-storage\"}' -machine pc-q35-7.2,usb=off,"
	"pflash0=libvirt-pflash0-format,pflash1=libvirt-pflash1-format -blockdev "
	"'{\"node-name\":\"libvirt-1-format\",\"read-only\":false,\"driver\":\"qed\","
	"\"file\":\"libvirt-1-storage\"}'";

static void reads_format_of_variables(void **state)
{
	static const struct {
		const char *driver, *expected; /* NULL: it does not say */
	} cases[] = {
		{ "\"driver\":\"raw\",", "raw" },
		{ "\"driver\":\"qcow2\",", "qcow2" },
		{ "", NULL },
		{ "\"driver\":\"\",", NULL },
		{ "\"driver\":\"0123456789abcdef\",", NULL },
	};
	char format[VARIABLES_FORMAT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		_cleanup_strbuf_ struct strbuf line = STRBUF_EMPTY;
		int r;

		strbuf_add_format(&line, LINE, cases[i].driver);
		r = variables_format(strbuf_text(&line), format);
		assert_int_equal(r, cases[i].expected ? 0 : 1);
		if (cases[i].expected)
			assert_string_equal(format, cases[i].expected);
	}
	assert_int_equal(variables_format("", format), 1);
	assert_int_equal(
		variables_format("\"node-name\":\"libvirt-pflash1-format\"", format), 1);
}

/* Another host does not have the devices. */
static void keeps_what_picks_firmware(void **state)
{
	xmlChar *text = variables_domain(
		"<domain type='kvm'><name>rocks-33</name><uuid/><os firmware='efi'>"
		"<nvram>/v</nvram></os><features><smm/></features><devices><hostdev/>"
		"</devices></domain>");

	(void)state;
	assert_non_null(strstr((const char *)text,
			       "<domain type=\"kvm\"><name>rocks-33</name>"
			       "<os firmware=\"efi\"><nvram>/v</nvram></os>"
			       "<features><smm/></features></domain>"));
	xmlFree(text);
	assert_null(variables_domain("<domain"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_virt_install),
		cmocka_unit_test(reads_devices),
		cmocka_unit_test(reads_memory),
		cmocka_unit_test(refuses_what_is_no_domain),
		cmocka_unit_test(survives_size),
		cmocka_unit_test(reads_format_of_variables),
		cmocka_unit_test(keeps_what_picks_firmware),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
