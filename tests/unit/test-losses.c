/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a definition would lose if another one replaced it, as the plugin libvirt says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/secure-path.h"
#include "lib/strbuf.h"
#include "src/vm/plugins.h"

static struct plugins *plugins;
static const struct rocks_hypervisor *hypervisor;

static int load(void **state)
{
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	_cleanup_free_ char *program = NULL, *folder = NULL;

	(void)state;
	assert_int_equal(secure_path_program_folder(&program), 0);
	assert_true(asprintf(&folder, "%s/../plugins", program) > 0);
	setenv("ROCKS_PLUGINS", folder, 1);
	assert_int_equal(plugins_load(&plugins, PLUGINS_HYPERVISOR, &complaint), 0);
	hypervisor = plugins_hypervisor(plugins);
	assert_non_null(hypervisor->losses);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	plugins_free(plugins);
	return 0;
}

static int add_line(void *data, const char *line)
{
	strbuf_add_format(data, "%s\n", line);
	return 0;
}

/* Everything below <domain>, and the lines. */
struct row {
	const char *present, *next, *known, *lines;
	uint32_t flags;
};

static char *in_domain(const char *inside)
{
	char *text;

	assert_true(asprintf(&text, "<domain type='kvm'>%s</domain>", inside) > 0);
	return text;
}

static void check(const struct row *row)
{
	_cleanup_strbuf_ struct strbuf lines = STRBUF_EMPTY;
	_cleanup_free_ char *present = in_domain(row->present),
			    *next = in_domain(row->next),
			    *known = row->known ? in_domain(row->known) : NULL;
	const struct rocks_comparison comparison = { .size = sizeof(comparison),
						     .flags = row->flags,
						     .present = present,
						     .known = known,
						     .next = next };

	assert_int_equal(hypervisor->losses(&comparison, add_line, &lines), 0);
	assert_string_equal(strbuf_text(&lines), row->lines);
}

#define DISK(target, driver)                                                      \
	"<disk type='file' device='disk'><driver name='qemu' type='qcow2'" driver \
	"/><source file='/a'/><target dev='" target "' bus='sata'/></disk>"
#define DEVICES(inside) "<devices>" inside "</devices>"
#define CARD(bus, slot)                                                                \
	"<hostdev mode='subsystem' type='pci' managed='yes'><source><address "         \
	"domain='0x0000' bus='" bus "' slot='0x00' function='0x0'/></source><address " \
	"type='pci' domain='0x0000' bus='" slot                                        \
	"' slot='0x00' function='0x0'/></hostdev>"

/* What only the present definition has, by whichever name it goes. */
static void test_lost(void **state)
{
	static const struct row rows[] = {
		{ DEVICES(DISK("sda", " cache='none' discard='unmap'")),
		  DEVICES(DISK("sda", "")), NULL,
		  "disk sda/driver cache=\"none\" discard=\"unmap\"\n", 0 },
		/* Which disk it is does not depend on the order. */
		{ DEVICES(DISK("sda", "") DISK("sdb", " cache='none'")),
		  DEVICES(DISK("sdb", "") DISK("sda", "")), NULL,
		  "disk sdb/driver cache=\"none\"\n", 0 },
		{ DEVICES("<graphics type='vnc' passwd='secret'/>"),
		  DEVICES("<graphics type='vnc'/>"), NULL, "graphics vnc passwd\n", 0 },
		{ DEVICES("<tpm model='tpm-crb'><backend type='emulator'/></tpm>"),
		  DEVICES(""), NULL, "tpm model=\"tpm-crb\"\n", 0 },
		{ DEVICES("<interface type='bridge'><mac "
			  "address='52:54:00:aa:bb:01'/><model "
			  "type='e1000e'/></interface>"),
		  DEVICES("<interface type='bridge'><mac "
			  "address='52:54:00:AA:BB:01'/><model "
			  "type='virtio'/></interface>"),
		  NULL,
		  "interface 52:54:00:aa:bb:01/model type=\"e1000e\" (then \"virtio\")\n",
		  0 },
		{ "<clock offset='localtime'><timer name='rtc' "
		  "tickpolicy='catchup'/></clock>",
		  "<clock offset='utc'/>", NULL,
		  "clock offset=\"localtime\" (then \"utc\")\nclock/timer rtc "
		  "tickpolicy=\"catchup\"\n",
		  0 },
		{ "<os><type machine='pc-q35-7.2'>hvm</type><nvram>/x.fd</nvram></os>",
		  "<os><type machine='q35'>hvm</type></os>", NULL, "os/nvram \"/x.fd\"\n",
		  0 },
		{ "<os firmware='efi'><nvram format='qcow2'>/c_VARS.qcow2</nvram></os>",
		  "<os firmware='efi'><nvram>/c_VARS.fd</nvram></os>", NULL,
		  "os/nvram \"/c_VARS.qcow2\" (then \"/c_VARS.fd\")\n", 0 },
		{ "<metadata><a:b xmlns:a='urn:a' c='d'/></metadata>", "", NULL,
		  "metadata/a:b c=\"d\"\n", 0 },
		/* The most important first. */
		{ "<title>a</title>" DEVICES("<sound model='ich9'/>" DISK("sda", "") CARD(
			  "0x18", "0x05") "<tpm model='tpm-crb'/>"),
		  DEVICES(""), NULL,
		  "hostdev 0000:18:00.0\ntpm model=\"tpm-crb\"\ndisk sda type=\"file\" "
		  "device=\"disk\"\nsound model=\"ich9\"\ntitle \"a\"\n",
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
}

/* What libvirt adds, what the inventory has a column for, and the mark of rocks. */
static void test_not_lost(void **state)
{
	static const struct row rows[] = {
		{ "<memory unit='KiB'>2097152</memory><vcpu placement='static'>4</vcpu>",
		  "<memory unit='MiB'>1024</memory><vcpu>2</vcpu>", NULL, "", 0 },
		{ "<memoryBacking><hugepages><page size='1048576' "
		  "unit='KiB'/></hugepages></memoryBacking>",
		  "<memoryBacking><hugepages><page size='1' "
		  "unit='GiB'/></hugepages></memoryBacking>",
		  NULL, "", 0 },
		{ "<os firmware='efi'><loader secure='yes'>/a</loader><nvram "
		  "template='/b'>/c</nvram></os><features><smm state='on'/></features>",
		  "<os firmware='efi'/><features/>", NULL, "", 0 },
		/* qemuFirmwareEnableFeaturesModern and qemuFirmwareEnsureNVRAM of libvirt 10. */
		{ "<os firmware='efi'><firmware><feature enabled='no' "
		  "name='enrolled-keys'/><feature enabled='no' "
		  "name='secure-boot'/></firmware><loader readonly='yes' type='pflash' "
		  "format='qcow2'>/a.qcow2</loader><nvram template='/b.qcow2' "
		  "templateFormat='qcow2' format='qcow2'>/c_VARS.fd</nvram></os>",
		  "<os firmware='efi'><firmware><feature enabled='no' "
		  "name='secure-boot'/></firmware><nvram>/c_VARS.fd</nvram></os>",
		  NULL, "", 0 },
		{ "<metadata><rocks:vm xmlns:rocks='urn:gpupt:rocks'/></metadata>", "",
		  NULL, "", 0 },
		{ DEVICES("<emulator>/usr/libexec/qemu-kvm</emulator>"
			  "<interface type='user'><mac address='52:54:00:00:00:01'/>"
			  "<address type='pci' slot='0x03'/></interface>"
			  "<interface type='user'><mac address='52:54:00:00:00:02'/>"
			  "<alias name='net1'/></interface>"),
		  DEVICES("<interface type='user'/><interface type='user'/>"), NULL, "",
		  0 },
		{ DEVICES(CARD("0x18", "0x05")),
		  DEVICES("<hostdev mode='subsystem' type='pci' managed='yes'><source>"
			  "<address bus='24' slot='0' function='0'/></source></hostdev>"),
		  NULL, "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
}

/* What looks like libvirt's own and is somebody's. */
static void test_not_of_libvirt(void **state)
{
	static const struct row rows[] = {
		{ DEVICES("<emulator>/opt/qemu</emulator>"), DEVICES(""), NULL,
		  "emulator \"/opt/qemu\"\n", 0 },
		{ DEVICES("<disk><target dev='sda'/><alias name='ua-1'/></disk>"),
		  DEVICES("<disk><target dev='sda'/></disk>"), NULL,
		  "disk sda/alias name=\"ua-1\"\n", 0 },
		{ DEVICES("<controller type='scsi' index='0'><driver queues='4'/>"
			  "</controller>"),
		  DEVICES(""), NULL, "controller scsi 0 type=\"scsi\" index=\"0\"\n", 0 },
		{ "<os><loader>/a</loader></os>", "<os firmware='efi'/>", NULL,
		  "os/loader \"/a\"\n", 0 },
		{ "<on_crash>preserve</on_crash>", "<on_crash>restart</on_crash>", NULL,
		  "on_crash \"preserve\" (then \"restart\")\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
}

/* Of what rocks defined itself nothing is lost; of what was added since, it is. */
static void test_known(void **state)
{
	static const struct row rows[] = {
		{ DEVICES(CARD("0x18", "0x05") DISK("sda", "")), DEVICES(""),
		  DEVICES(CARD("0x18", "0x05") DISK("sda", "")), "", 0 },
		{ DEVICES(CARD("0x18", "0x05") DISK("sda", " cache='none'")),
		  DEVICES(DISK("sda", "")), DEVICES(CARD("0x18", "0x05") DISK("sda", "")),
		  "disk sda/driver cache=\"none\"\n", 0 },
		{ "<clock offset='utc'/>", "<clock offset='localtime'/>",
		  "<clock offset='utc'/>", "", 0 },
		{ "<clock offset='variable'/>", "<clock offset='localtime'/>",
		  "<clock offset='utc'/>",
		  "clock offset=\"variable\" (then \"localtime\")\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
}

/* A repair moves cards and adds some, and takes nothing, whoever put it there. */
static void test_lacking(void **state)
{
	static const struct row rows[] = {
		{ DEVICES(CARD("0x18", "0x05")), DEVICES(CARD("0x19", "0x05")), NULL, "",
		  ROCKS_COMPARE_LACKING },
		{ DEVICES(CARD("0x18", "0x05")), DEVICES(CARD("0x19", "0x06")), NULL,
		  "hostdev 0000:18:00.0\n", ROCKS_COMPARE_LACKING },
		{ DEVICES(""), DEVICES(CARD("0x18", "0x05")), NULL, "",
		  ROCKS_COMPARE_LACKING },
		{ "<clock offset='utc'/>", "<clock offset='localtime'/>", NULL, "",
		  ROCKS_COMPARE_LACKING },
		{ DEVICES(CARD("0x18", "0x05")), DEVICES(CARD("0x19", "0x05")), NULL,
		  "hostdev 0000:18:00.0\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(&rows[i]);
}

static void test_garbage(void **state)
{
	const struct rocks_comparison comparison = { .size = sizeof(comparison),
						     .present = "<domain>",
						     .next = "<domain/>" };

	(void)state;
	assert_int_equal(hypervisor->losses(&comparison, add_line, NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost),	       cmocka_unit_test(test_not_lost),
		cmocka_unit_test(test_not_of_libvirt), cmocka_unit_test(test_known),
		cmocka_unit_test(test_lacking),	       cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
