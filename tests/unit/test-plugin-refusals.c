/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of which our plugins make no XML, and what they say then. */
#include "tests/unit/made-up-vm.h"

/* Facts that cannot become XML, and the sentence that says so. */
struct refusal {
	const char *attribute, *value;	     /* set it; or */
	void (*change)(struct facts *facts); /* change the facts */
	const char *sentence;		     /* its beginning, behind the VM's name */
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

static const struct refusal refusals[] = {
	{ "kvm_machine", "isapc", NULL,
	  "the attribute kvm_machine is 'isapc'; set it to" },
	{ "kvm_domain_type", "xen", NULL,
	  "the attribute kvm_domain_type is 'xen'; set it" },
	{ "kvm_cpu_pinning", "pinall", NULL,
	  "the attribute kvm_cpu_pinning is 'pinall';" },
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
