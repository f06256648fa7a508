/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML that our plugins make of made-up facts; REGENERATE=1 rewrites tests/data/xml. */
#include "tests/unit/golden-xml.h"

static void plain(struct facts *facts)
{
	(void)facts;
}

static void both_cards(struct facts *facts)
{
	add_gpupci2(facts);
	add_gpupci(facts);
}

static void pc_card(struct facts *facts)
{
	on_pc(facts);
	add_gpupci(facts);
}

static void pc_both_cards(struct facts *facts)
{
	set(facts, "kvm_machine", "pc-i440fx-7.2");
	both_cards(facts);
}

/* A virtual function is a card of one function, whatever its number on the host. */
static void virtual_function(struct facts *facts)
{
	struct card *card = add_card(facts, "gpupci");

	card->card.kind = "vf";
	add_function(card, 0, 2, 0, 4);
}

static void qemu_card(struct facts *facts)
{
	set(facts, "kvm_domain_type", "qemu");
	set(facts, "kvm_machine", "pc-q35-7.2");
	add_gpupci(facts);
}

static void everything(struct facts *facts)
{
	facts->vm.cdrom = "/export/iso/install.iso";
	add_disk(facts, "qcow2", "/kvm/b.qcow2", "vdb", "virtio");
	add_disk(facts, "phy", "/dev/vg/c", "sda", "scsi");
	add_disk(facts, "qed", "/kvm/d.qed", "sdb", "scsi");
	add_disk(facts, "file", "/kvm/e", "sdc", "sata");
	add_disk(facts, "file", "/kvm/f", "hda", "ide");
	add_disk(facts, "file", "/kvm/g", "hdc", "ide");
	add_interface(facts, "eth1", "52:54:00:00:00:22", "br1");
	set(facts, "cpu_mode",
	    "host-model:<topology sockets='1' cores='2' threads='1'/>");
	set(facts, "kvm_cpu_pinning", "pin_all");
	set(facts, "HVM_Features", "<acpi/><hyperv><relaxed state='on'/></hyperv>");
	set(facts, "kvm_device_0",
	    "<!-- two --><input type='tablet' bus='usb'/>\n"
	    "<sound model='ich9'><address type='pci' domain='0x0000' bus='0x00'"
	    " slot='0x1e' function='0x0'/></sound>\n");
	set(facts, "kvm_device_1",
	    "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>");
}

static void everything_card(struct facts *facts)
{
	everything(facts);
	add_gpupci(facts);
}

static void pc_everything(struct facts *facts)
{
	on_pc(facts);
	everything(facts);
}

static void pc_everything_card(struct facts *facts)
{
	pc_everything(facts);
	add_gpupci(facts);
}

static void escaped(struct facts *facts)
{
	facts->vm.domain = "a<b>&amp;\"c'";
	facts->vm.cdrom = "/dev/\xc3\xa4\xf0\x9f\x98\x80";
	facts->disks[0].path = "/x</disk>&\"'\ny\t";
	facts->interfaces[0].bridge = "br&0";
}

static const struct golden goldens[] = {
	{ "plain", plain },
	{ "card", add_gpupci },
	{ "two-cards", both_cards },
	{ "qemu-card", qemu_card },
	{ "everything", everything },
	{ "everything-card", everything_card },
	{ "virtual-function", virtual_function },
	{ "pc", on_pc },
	{ "pc-card", pc_card },
	{ "pc-two-cards", pc_both_cards },
	{ "pc-everything", pc_everything },
	{ "pc-everything-card", pc_everything_card },
	{ "escaped", escaped },
};

/* A VM from a program whose interfaces have no kind yet: later members are not read. */
static void test_older_interface(void **state)
{
	_cleanup_free_ char *text = NULL, *newer = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	facts.interfaces[0].kind = ROCKS_INTERFACE_DIRECT;
	newer = make_xml(&facts);
	assert_non_null(strstr(newer, "<interface type=\"direct\">"));
	facts.interfaces[0].size = offsetof(struct rocks_interface, kind);
	text = make_xml(&facts);
	assert_non_null(strstr(text, "<interface type=\"bridge\">"));
}

static void test_card_moves_nothing(void **state)
{
	_cleanup_free_ char *q35 = make_changed(everything);
	_cleanup_free_ char *q35_card = make_changed(everything_card);
	_cleanup_free_ char *pc = make_changed(pc_everything);
	_cleanup_free_ char *pc_card_xml = make_changed(pc_everything_card);

	(void)state;
	/* SATA, USB, SCSI, video, sound; two interfaces, two disks, two spare: with ports. */
	assert_int_equal(assert_same_addresses(q35, q35_card), 5 + 4 + 6);
	/* IDE, USB, SATA, SCSI, video, sound; two interfaces, two disks. */
	assert_int_equal(assert_same_addresses(pc, pc_card_xml), 6 + 4);
}

/* The address of the last <hostdev> in the guest. */
static const char *last_address(const char *text)
{
	const char *at = strstr(text, "<hostdev"), *next;

	assert_non_null(at);
	while ((next = strstr(at + 1, "<address type=\"pci\"")))
		at = next;
	return at;
}

/* The second card sits in the same place whether the first is there or not. */
static void test_cards_do_not_move_each_other(void **state)
{
	for (int pc = 0; pc < 2; pc++) {
		_cleanup_free_ char *both = NULL, *second = NULL;
		struct facts facts;

		make_facts(&facts);
		if (pc)
			on_pc(&facts);
		add_gpupci2(&facts);
		second = make_xml(&facts);
		add_gpupci(&facts);
		both = make_xml(&facts);
		assert_string_equal(last_address(both), last_address(second));
	}
	(void)state;
}

/* Cards with one name's number, and with none that is a place, still get a place each. */
static void test_names_without_a_place(void **state)
{
	static const char *const names[] = { "gpupci", "gpupci1", "gpupci0", "x000" };
	_cleanup_free_ char *text = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	on_pc(&facts);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		add_function(add_card(&facts, names[i]), 0, (uint8_t)(i + 1), 0, 0);
	text = make_xml(&facts);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char expected[64];

		snprintf(expected, sizeof(expected),
			 "slot=\"0x%02zx\" function=\"0x0\"/>", 0x18 + i);
		assert_non_null(strstr(text, expected));
	}
}

/* A board of two slots: one guest slot, no number twice, the lowest at 0. */
static void test_board_of_two_slots(void **state)
{
	static const char *const expected[] = {
		"slot=\"0x00\" function=\"0x0\" multifunction=\"on\"/>",
		"slot=\"0x00\" function=\"0x2\"/>",
		"slot=\"0x00\" function=\"0x1\"/>",
		"slot=\"0x00\" function=\"0x3\"/>",
	};
	_cleanup_free_ char *text = NULL;
	struct facts facts;
	struct card *card;
	const char *at;

	(void)state;
	make_facts(&facts);
	card = add_card(&facts, "gpupci");
	add_function(card, 0, 6, 0, 1);
	add_function(card, 0, 6, 0, 0);
	add_function(card, 0, 5, 0, 2);
	add_function(card, 0, 5, 0, 1);
	text = make_xml(&facts);
	at = strstr(text, "<hostdev");
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		at = strstr(at, "bus=\"0x03\"");
		assert_non_null(at);
		at += strlen("bus=\"0x03\" ");
		assert_memory_equal(at, expected[i], strlen(expected[i]));
	}
}

/* All that are set, by number, whatever number is not or is empty. */
static void test_raw_devices_with_gaps(void **state)
{
	static const char *const names[] = { "kvm_device_999", "kvm_device_10",
					     "kvm_device_2" };
	_cleanup_free_ char *text = NULL, *older = NULL;
	struct facts facts;
	const char *at;

	(void)state;
	make_facts(&facts);
	set(&facts, "kvm_device_1", "");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		static char devices[ARRAY_SIZE(names)][64];

		snprintf(devices[i], sizeof(devices[i]), "<hub type='usb' id='%s'/>",
			 names[i]);
		set(&facts, names[i], devices[i]);
	}
	at = text = make_xml(&facts);
	for (size_t i = ARRAY_SIZE(names); i-- > 0;) {
		const char *found = strstr(text, names[i]);

		assert_non_null(found);
		assert_true(found > at);
		at = found;
	}
	/* A rocks that does not list the names is asked for all that there may be. */
	facts.vm.size = offsetof(struct rocks_vm, attribute_count);
	older = make_xml(&facts);
	assert_string_equal(older, text);
}

static void test_no_raw_devices(void **state)
{
	static const char *const names[] = { "kvm_device_",   "kvm_device_01",
					     "kvm_device_1x", "kvm_device_1000",
					     "kvm_device_-1", "kvm_device" };
	_cleanup_free_ char *bare = NULL, *text = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	bare = make_xml(&facts);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		set(&facts, names[i], "<not>XML");
	attributes_asked = 0;
	text = make_xml(&facts);
	assert_string_equal(text, bare);
	/* Not for a thousand of them. */
	assert_in_range(attributes_asked, 1, 50);
}

/* Without KVM there is no host to pass through. */
static void test_cpu_mode(void **state)
{
	static const struct {
		const char *type, *mode, *expected;
	} cases[] = {
		{ "kvm", NULL, "<cpu mode=\"host-passthrough\"/>" },
		{ "kvm", "", "<cpu mode=\"host-passthrough\"/>" },
		{ "qemu", NULL, "<cpu mode=\"maximum\"/>" },
		{ "qemu", "host-passthrough", "<cpu mode=\"maximum\"/>" },
		{ "kvm", "host-model", "<cpu mode=\"host-model\"/>" },
		{ "kvm", "custom:<model>Skylake-Server</model>",
		  "<cpu mode=\"custom\">\n    <model>Skylake-Server</model>\n  </cpu>" },
		/* As the guide of Rocks' KVM roll has it; libvirt has no mode exact. */
		{ "kvm", "exact:<model>Nehalem</model>",
		  "<cpu mode=\"custom\">\n    <model>Nehalem</model>\n  </cpu>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		struct facts facts;

		make_facts(&facts);
		set(&facts, "kvm_domain_type", cases[i].type);
		set(&facts, "cpu_mode", cases[i].mode);
		text = make_xml(&facts);
		assert_non_null(strstr(text, cases[i].expected));
		assert_null(strstr(text, "hidden"));
		assert_null(strstr(text, "vendor_id"));
	}
}

/* A disk with nothing on it falls through to the network. */
static void test_boot_order(void **state)
{
	static const struct {
		const char *cdrom, *boot, *expected;
	} cases[] = {
		{ NULL, NULL,
		  "</type>\n    <boot dev=\"hd\"/>\n    <boot dev=\"network\"/>" },
		{ NULL, "disk",
		  "</type>\n    <boot dev=\"hd\"/>\n    <boot dev=\"network\"/>" },
		{ NULL, "network",
		  "</type>\n    <boot dev=\"network\"/>\n    <boot dev=\"hd\"/>" },
		{ "/export/iso/install.iso", "network",
		  "</type>\n    <boot dev=\"cdrom\"/>\n    <boot dev=\"network\"/>\n    "
		  "<boot dev=\"hd\"/>" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		struct facts facts;

		make_facts(&facts);
		facts.vm.cdrom = cases[i].cdrom;
		set(&facts, "kvm_boot", cases[i].boot);
		text = make_xml(&facts);
		assert_non_null(strstr(text, cases[i].expected));
		assert_null(strstr(text, "bootmenu"));
	}
}

/* What the administrator says about hiding counts, and is not said twice. */
static void test_own_features_stay(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	set(&facts, "HVM_Features",
	    "<kvm><hidden state='off'/></kvm><hyperv><vendor_id state='off'/></hyperv>");
	add_gpupci(&facts);
	text = make_xml(&facts);
	assert_non_null(strstr(text, "<hidden state=\"off\"/>"));
	assert_non_null(strstr(text, "<vendor_id state=\"off\"/>"));
	assert_null(strstr(text, "state=\"on\""));
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_card_moves_nothing),
		cmocka_unit_test(test_cards_do_not_move_each_other),
		cmocka_unit_test(test_names_without_a_place),
		cmocka_unit_test(test_board_of_two_slots),
		cmocka_unit_test(test_raw_devices_with_gaps),
		cmocka_unit_test(test_no_raw_devices),
		cmocka_unit_test(test_cpu_mode),
		cmocka_unit_test(test_boot_order),
		cmocka_unit_test(test_own_features_stay),
		cmocka_unit_test(test_older_interface),
	};
	struct CMUnitTest tests[ARRAY_SIZE(goldens) + ARRAY_SIZE(others)] = { 0 };
	size_t count = ARRAY_SIZE(goldens);

	add_golden_tests(tests, goldens, count);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		tests[count++] = others[i];
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plugins", tests, load_plugins, free_plugins);
}
