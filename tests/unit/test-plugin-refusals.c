/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of which our plugins make no XML, and what they say then. */
#include "tests/unit/made-up-vm.h"

/* Facts that cannot become XML, and the sentence that says so. */
struct refusal {
	const char *attribute, *value;	     /* set it; or */
	void (*change)(struct facts *facts); /* change the facts */
	const char *sentence;		     /* its beginning, after the VM's name */
};

static void bad_cdrom(struct facts *facts)
{
	facts->vm.cdrom = "/a\x1b.iso";
}

static void bad_path(struct facts *facts)
{
	facts->disks[0].path = "/\xc0\xaf";
}

static void bad_name(struct facts *facts)
{
	facts->vm.uuid = "\xed\xa0\x80";
}

static void cut_bridge(struct facts *facts)
{
	facts->interfaces[0].bridge = "br\xe2\x82";
}

static void no_character(struct facts *facts)
{
	facts->interfaces[0].mac = "52\xef\xbf\xbe";
}

static void no_bridge(struct facts *facts)
{
	facts->interfaces[0].bridge = NULL;
}

static void no_uuid(struct facts *facts)
{
	facts->vm.uuid = NULL;
}

static void odd_type(struct facts *facts)
{
	facts->disks[0].type = "vmdk";
}

static void odd_bus(struct facts *facts)
{
	facts->disks[0].bus = "floppy";
}

static void odd_virt_type(struct facts *facts)
{
	facts->vm.virt_type = "para";
}

static void wide_domain(struct facts *facts)
{
	add_function(add_card(facts, "gpupci"), 0x10000, 1, 0, 0);
}

static void no_function(struct facts *facts)
{
	add_card(facts, "gpupci");
}

static void nine_functions(struct facts *facts)
{
	struct card *card = add_card(facts, "gpupci");

	for (uint8_t i = 0; i < 9; i++)
		add_function(card, 0, 1, i / 8, i % 8);
}

static void odd_kind(struct facts *facts)
{
	add_gpupci(facts);
	facts->cards[0].card.kind = "mdev";
}

static void many_cards(struct facts *facts, int count)
{
	for (int i = 0; i < count; i++) {
		snprintf(facts->card_names[i], sizeof(facts->card_names[i]), "gpupci%d",
			 i + 1);
		add_function(add_card(facts, facts->card_names[i]), 0, (uint8_t)i, 0, 0);
	}
}

static void cards_33(struct facts *facts)
{
	many_cards(facts, 33);
}

static void pc_cards_9(struct facts *facts)
{
	on_pc(facts);
	many_cards(facts, 9);
}

static void pc_place_9(struct facts *facts)
{
	on_pc(facts);
	add_function(add_card(facts, "gpupci9"), 0, 1, 0, 0);
}

static void place_10000(struct facts *facts)
{
	add_function(add_card(facts, "gpupci10000"), 0, 1, 0, 0);
}

static void pc_interfaces_9(struct facts *facts)
{
	on_pc(facts);
	while (facts->vm.interface_count < 9)
		add_interface(facts, "eth8", "52:54:00:00:00:29", "br0");
}

static void pc_disks_33(struct facts *facts)
{
	on_pc(facts);
	while (facts->vm.disk_count < 33)
		add_disk(facts, "file", "/kvm/d", "vdz", "virtio");
}

static void sata_6(struct facts *facts)
{
	for (int i = 0; i < 6; i++)
		add_disk(facts, "file", "/kvm/d", "sdz", i % 2 ? "sata" : "ide");
}

static void pc_ide_4(struct facts *facts)
{
	on_pc(facts);
	for (int i = 0; i < 4; i++)
		add_disk(facts, "file", "/kvm/d", "hdz", "ide");
}

static void pc_secure(struct facts *facts)
{
	on_pc(facts);
	set(facts, "kvm_firmware", "uefi-secure");
}

static void odd_rom(struct facts *facts)
{
	add_gpupci(facts);
	set(facts, "kvm_gpu_rom", "rom.bin");
}

static void odd_rom_of_one(struct facts *facts)
{
	add_gpupci(facts);
	set(facts, "kvm_gpu_rom", "off");
	set(facts, "kvm_gpu_rom_gpupci", "maybe");
}

static void odd_memory(struct facts *facts)
{
	facts->vm.memory_mib = 1536;
	set(facts, "kvm_hugepages", "1G");
}

static void unknown_node(struct facts *facts)
{
	add_gpupci(facts);
	set(facts, "kvm_numa", "near");
}

static void two_nodes(struct facts *facts)
{
	add_gpupci(facts);
	add_gpupci2(facts);
	facts->cards[0].card.numa = 0;
	facts->cards[1].card.numa = 1;
	facts->cards[1].card.host_name = "gpupci7";
	set(facts, "kvm_numa", "near");
}

static void near_cpus(struct facts *facts, const char *cpus)
{
	add_gpupci(facts);
	facts->cards[0].card.numa = 0;
	set(facts, "kvm_numa", "near");
	set(facts, "kvm_numa_cpus_0", cpus);
}

static void odd_cpus(struct facts *facts)
{
	near_cpus(facts, "0-3,");
}

static void odd_range(struct facts *facts)
{
	near_cpus(facts, "0-");
}

static void falling_range(struct facts *facts)
{
	near_cpus(facts, "0-3,5-3");
}

static void cpu_16384(struct facts *facts)
{
	near_cpus(facts, "0-16384");
}

static void cpu_99999(struct facts *facts)
{
	near_cpus(facts, "99999");
}

static void node_16384(struct facts *facts)
{
	near_cpus(facts, "0");
	facts->cards[0].card.numa = 16384;
}

static void relative_disk(struct facts *facts)
{
	add_disk(facts, "phy", "vg/c", "vdb", "virtio");
}

static void foo_disk(struct facts *facts)
{
	add_disk(facts, "file", "/a", "foo", "virtio");
}

static void bare_disk(struct facts *facts)
{
	add_disk(facts, "file", "/a", "vd", "virtio");
}

static void colon_disk(struct facts *facts)
{
	add_disk(facts, "file", "/a", "sd:a", "scsi");
}

static void infiniband(struct facts *facts)
{
	add_interface(facts, "ib0",
		      "80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:91",
		      "br0");
}

static void pinned_twice(struct facts *facts)
{
	near_cpus(facts, "0-3");
	set(facts, "kvm_cpu_pinning", "pin_all");
}

static void endless_windows(struct facts *facts)
{
	add_gpupci(facts);
	facts->cards[0].functions[0].bar_bytes = (uint64_t)1 << 46;
}

static void odd_variables(struct facts *facts)
{
	set(facts, "kvm_firmware", "uefi");
	set(facts, "kvm_nvram", "vars.fd");
}

static const struct refusal refusals[] = {
	{ "kvm_firmware", "efi", NULL,
	  "the attribute kvm_firmware is 'efi'; set it to bios, uefi or uefi-secure" },
	{ "kvm_hugepages", "4M", NULL,
	  "the attribute kvm_hugepages is '4M'; set it to no, yes, 2M or 1G" },
	{ "kvm_locked_memory", "1", NULL,
	  "the attribute kvm_locked_memory is '1'; set it to no or yes" },
	{ "kvm_numa", "1", NULL, "the attribute kvm_numa is '1'; set it to no or near" },
	{ "kvm_mmio_gib", "64G", NULL,
	  "the attribute kvm_mmio_gib is '64G'; set it to a number of GiB from 0 to" },
	{ "kvm_mmio_gib", "-1", NULL, "the attribute kvm_mmio_gib is '-1'; set it to" },
	{ "kvm_mmio_gib", "65537", NULL, "the attribute kvm_mmio_gib is '65537'; set" },
	{ "kvm_mmio_gib", "18446744073709551617", NULL,
	  "the attribute kvm_mmio_gib is '18446744073709551617'; set it to" },
	{ NULL, NULL, pc_secure,
	  "the attribute kvm_firmware is 'uefi-secure', which a pc machine cannot have; "
	  "set the attribute kvm_machine to q35, or kvm_firmware to uefi" },
	{ NULL, NULL, odd_variables,
	  "the attribute kvm_nvram is 'vars.fd'; set it to an absolute path" },
	{ NULL, NULL, odd_rom,
	  "the attribute kvm_gpu_rom is 'rom.bin'; set it to on, off or the path of" },
	{ NULL, NULL, odd_rom_of_one,
	  "the attribute kvm_gpu_rom_gpupci is 'maybe'; set it to on, off or the" },
	{ NULL, NULL, odd_memory,
	  "the attribute kvm_hugepages is '1G', and its memory of 1536 MiB is not "
	  "a multiple "
	  "of that; change it with rocks set host vm rocks-33 mem=MIB" },
	{ NULL, NULL, unknown_node,
	  "the attribute kvm_numa is 'near', and the NUMA node of the card gpupci1 of "
	  "vm-container-0-15 is not known; scan the host with rocks sync host gpu "
	  "vm-container-0-15, or" },
	{ NULL, NULL, two_nodes,
	  "the attribute kvm_numa is 'near', and the card gpupci1 of vm-container-0-15 "
	  "is "
	  "on the NUMA node 0, gpupci7 on 1; give it cards of one node, or" },
	{ NULL, NULL, odd_cpus,
	  "the attribute kvm_numa_cpus_0 is '0-3,'; set it to the CPUs of that node, as "
	  "0-15,32-47" },
	{ NULL, NULL, odd_range, "the attribute kvm_numa_cpus_0 is '0-'; set it to the" },
	{ NULL, NULL, falling_range,
	  "the attribute kvm_numa_cpus_0 is '0-3,5-3'; set it to the" },
	{ NULL, NULL, cpu_16384,
	  "the attribute kvm_numa_cpus_0 is '0-16384'; set it to the CPUs of that node, "
	  "as 0-15,32-47, the last at most 16383" },
	{ NULL, NULL, cpu_99999, "the attribute kvm_numa_cpus_0 is '99999'; set it" },
	{ NULL, NULL, node_16384,
	  "the attribute kvm_numa is 'near', and the card gpupci1 of vm-container-0-15 "
	  "is on the NUMA node 16384, which "
	  "libvirt does not accept; scan" },
	{ NULL, NULL, relative_disk,
	  "the path of disk vdb is 'vg/c', which does not start with /; set it with "
	  "rocks set host vm rocks-33 disk=" },
	{ NULL, NULL, foo_disk,
	  "the disk foo has a name that is not vda, sda, hda, xvda or the like; give" },
	{ NULL, NULL, bare_disk, "the disk vd has a name that is not vda, sda," },
	{ NULL, NULL, colon_disk, "the disk sd:a has a name that is not vda, sda," },
	{ NULL, NULL, infiniband,
	  "the MAC address of interface ib0 is "
	  "'80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:91', and a VM's "
	  "has six bytes; set it with rocks set host interface mac rocks-33 ib0 MAC" },
	{ NULL, NULL, pinned_twice,
	  "the attributes kvm_cpu_pinning and kvm_numa_cpus_0 both say where its CPUs "
	  "run; remove one of them" },
	{ NULL, NULL, endless_windows,
	  "its cards' memory windows take more than the 65536 GiB that a guest can" },
	{ "kvm_machine", "isapc", NULL,
	  "the attribute kvm_machine is 'isapc'; set it to" },
	{ "kvm_domain_type", "xen", NULL,
	  "the attribute kvm_domain_type is 'xen'; set it" },
	{ "kvm_cpu_pinning", "pinall", NULL,
	  "the attribute kvm_cpu_pinning is 'pinall';" },
	{ "kvm_cpu_pinning", "<cputune/><devices/>", NULL,
	  "the attribute kvm_cpu_pinning is not a single <cputune>;" },
	{ "kvm_cpu_pinning", "<devices/>", NULL,
	  "the attribute kvm_cpu_pinning is not a single <cputune>;" },
	{ "cpu_mode", "haswell", NULL, "the attribute cpu_mode is 'haswell'; start it" },
	{ "cpu_mode", "host-modelx", NULL, "the attribute cpu_mode is 'host-modelx';" },
	{ "cpu_mode", "custom:<model>", NULL,
	  "the attribute cpu_mode is not well-formed XML (Premature end of data in tag "
	  "cpu_mode line 1); correct it with rocks set host attr rocks-33 cpu_mode "
	  "VALUE" },
	{ "HVM_Features", "acpi", NULL,
	  "the attribute HVM_Features holds text outside of elements; write XML with "
	  "rocks set host attr rocks-33 HVM_Features VALUE" },
	{ "HVM_Features", "<a/></HVM_Features><HVM_Features>", NULL,
	  "the attribute HVM_Features is not well-formed XML (" },
	{ "kvm_device_0", "<a b=<></a>", NULL,
	  "the attribute kvm_device_0 is not well-formed XML (" },
	{ "kvm_device_0", "<a>&other;</a>", NULL,
	  "the attribute kvm_device_0 is not well-formed XML (Entity 'other' not "
	  "defined" },
	{ "kvm_device_0", "<a b='\x01'/>", NULL,
	  "the attribute kvm_device_0 is not well-formed XML (" },
	{ "kvm_device_0",
	  "<hostdev mode='subsystem' type='pci'><source><address bus='2' slot='0' "
	  "function='1'/></source></hostdev>",
	  NULL,
	  "a kvm_device attribute passes 0000:02:00.1 of vm-container-0-15, which is of "
	  "its card gpupci1; " },
	{ "kvm_machine", "pc-q35-\x7f\xff", NULL,
	  "the attribute kvm_machine cannot be written in XML: byte 9 of it is 0xff; " },
	{ NULL, NULL, bad_cdrom,
	  "the path of disk sdc cannot be written in XML: byte 3 of it is 0x1b; " },
	{ NULL, NULL, bad_path,
	  "the path of disk vda cannot be written in XML: byte 2 of it is 0xc0; " },
	{ NULL, NULL, bad_name,
	  "the UUID cannot be written in XML: byte 1 of it is 0xed" },
	{ NULL, NULL, cut_bridge,
	  "the container's bridge for interface eth0 cannot be written in XML: byte 3 " },
	{ NULL, NULL, no_character,
	  "the MAC address of interface eth0 cannot be written in XML: byte 3 of it "
	  "is " },
	{ NULL, NULL, no_bridge,
	  "the container's bridge for interface eth0 is missing; set it" },
	{ NULL, NULL, no_uuid, "the UUID is missing; set it" },
	{ NULL, NULL, odd_type,
	  "the disk vda has the type 'vmdk'; make it file, qcow2," },
	{ NULL, NULL, odd_bus, "the disk vda is on the bus 'floppy'; put it on virtio," },
	{ NULL, NULL, odd_virt_type,
	  "the virt-type is 'para'; set it with rocks set host" },
	{ NULL, NULL, wide_domain,
	  "the card gpupci1 of vm-container-0-15 is in PCI domain 10000, and QEMU can "
	  "use "
	  "none above ffff; give rocks-33 another card" },
	{ NULL, NULL, no_function,
	  "the card gpupci1 of vm-container-0-15 has 0 functions," },
	{ NULL, NULL, nine_functions,
	  "the card gpupci1 of vm-container-0-15 has 9 functions, one slot" },
	{ NULL, NULL, odd_kind,
	  "the card gpupci1 of vm-container-0-15 is of the kind 'mdev', which" },
	{ NULL, NULL, cards_33,
	  "33 cards are more than the 32 that this machine holds;" },
	{ NULL, NULL, pc_cards_9,
	  "9 cards are more than the 8 that this machine holds;" },
	{ NULL, NULL, pc_place_9,
	  "its card gpupci9 is to sit in place 9, and this machine has 8; take it away" },
	{ NULL, NULL, place_10000,
	  "its card gpupci10000 is to sit in place 10000, and this machine has 32;" },
	{ NULL, NULL, pc_interfaces_9,
	  "a pc machine holds 8 interfaces; take some away" },
	{ NULL, NULL, pc_disks_33, "a pc machine holds 32 virtio disks; put the others" },
	{ NULL, NULL, sata_6, "the bus sata holds 5 disks besides the CD-ROM; put the" },
	{ NULL, NULL, pc_ide_4, "the bus ide holds 3 disks besides the CD-ROM; put the" },
};

static void test_refusal(void **state)
{
	const struct refusal *refusal = *state;
	_cleanup_strbuf_ struct strbuf complaint = STRBUF_EMPTY;
	char *text = NULL;
	char expected[256];
	struct facts facts;

	make_facts(&facts);
	if (refusal->attribute)
		set(&facts, refusal->attribute, refusal->value);
	else
		refusal->change(&facts);
	assert_true(plugins_domain_xml(plugins, &facts.vm, &text, &complaint) < 0);
	assert_null(text);
	snprintf(expected, sizeof(expected), "rocks-33: %s", refusal->sentence);
	if (strncmp(strbuf_text(&complaint), expected, strlen(expected)) != 0)
		assert_string_equal(strbuf_text(&complaint), expected);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(refusals)] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		tests[i] = (struct CMUnitTest){
			.name = refusals[i].sentence,
			.test_func = test_refusal,
			.initial_state = (void *)&refusals[i],
		};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plugin refusals", tests, load_plugins,
					   free_plugins);
}
