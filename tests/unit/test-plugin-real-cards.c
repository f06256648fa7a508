/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XML that real cards ask for: firmware, windows, ROM, NUMA, memory. */
#include "tests/unit/golden-xml.h"

#define GIB (UINT64_C(1) << 30)
#define MIB (UINT64_C(1) << 20)

static void on_qemu(struct facts *facts)
{
	set(facts, "kvm_domain_type", "qemu");
}

/* A card for computing: one function with windows of 128 GiB and 32 MiB. */
static struct card *add_big(struct facts *facts, const char *name, uint8_t bus)
{
	struct card *card = add_card(facts, name);

	add_function(card, 0, bus, 0, 0);
	card->functions[0].bar_bytes = 128 * GIB + 32 * MIB;
	card->card.numa = 1;
	return card;
}

static void big_card(struct facts *facts)
{
	add_big(facts, "gpupci", 0x41);
}

static void two_big_cards(struct facts *facts)
{
	big_card(facts);
	add_big(facts, "gpupci2", 0x42);
}

static void pc_big_card(struct facts *facts)
{
	on_pc(facts);
	big_card(facts);
}

static void qemu_big_card(struct facts *facts)
{
	on_qemu(facts);
	big_card(facts);
}

static void qemu_pc_big_card(struct facts *facts)
{
	on_qemu(facts);
	pc_big_card(facts);
}

static void uefi(struct facts *facts)
{
	set(facts, "kvm_firmware", "uefi");
}

static void uefi_variables(struct facts *facts)
{
	uefi(facts);
	set(facts, "kvm_nvram", "/kvm/variables/a&b.fd");
}

static void uefi_card(struct facts *facts)
{
	uefi(facts);
	add_gpupci(facts);
}

static void uefi_big_card(struct facts *facts)
{
	uefi(facts);
	big_card(facts);
}

static void uefi_secure(struct facts *facts)
{
	set(facts, "kvm_firmware", "uefi-secure");
}

static void uefi_secure_card(struct facts *facts)
{
	uefi_secure(facts);
	add_gpupci(facts);
}

static void qemu_uefi_secure(struct facts *facts)
{
	on_qemu(facts);
	uefi_secure(facts);
}

static void pc_uefi(struct facts *facts)
{
	on_pc(facts);
	uefi(facts);
}

static void pc_uefi_card(struct facts *facts)
{
	pc_uefi(facts);
	add_gpupci(facts);
}

static void qemu_pc_uefi(struct facts *facts)
{
	on_qemu(facts);
	pc_uefi(facts);
}

/* One card without its ROM, the other with one of its own. */
static void roms(struct facts *facts)
{
	set(facts, "kvm_gpu_rom", "off");
	set(facts, "kvm_gpu_rom_gpupci2", "/kvm/roms/a&b.rom");
}

static void rom_cards(struct facts *facts)
{
	roms(facts);
	add_gpupci2(facts);
	add_gpupci(facts);
}

static void pc_rom_cards(struct facts *facts)
{
	on_pc(facts);
	rom_cards(facts);
}

/* All that can be asked for at once. */
static void tuned(struct facts *facts)
{
	uefi(facts);
	roms(facts);
	set(facts, "kvm_numa", "near");
	set(facts, "kvm_numa_cpus_1", "16-31,48");
	set(facts, "kvm_hugepages", "1G");
	set(facts, "kvm_locked_memory", "yes");
	set(facts, "kvm_mmio_gib", "96");
}

static void tuned_card(struct facts *facts)
{
	tuned(facts);
	big_card(facts);
}

static void pc_tuned(struct facts *facts)
{
	on_pc(facts);
	tuned(facts);
}

static void pc_tuned_card(struct facts *facts)
{
	pc_tuned(facts);
	big_card(facts);
}

static void qemu_tuned_card(struct facts *facts)
{
	on_qemu(facts);
	tuned_card(facts);
}

/* Huge pages of the host's own size, memory near, CPUs left alone. */
static void hugepages(struct facts *facts)
{
	set(facts, "kvm_hugepages", "yes");
	set(facts, "kvm_numa", "near");
}

static void hugepages_card(struct facts *facts)
{
	hugepages(facts);
	add_gpupci(facts);
	facts->cards[0].card.numa = 0;
}

static const struct golden goldens[] = {
	{ "big-card", big_card },
	{ "two-big-cards", two_big_cards },
	{ "pc-big-card", pc_big_card },
	{ "qemu-big-card", qemu_big_card },
	{ "qemu-pc-big-card", qemu_pc_big_card },
	{ "uefi", uefi },
	{ "uefi-variables", uefi_variables },
	{ "uefi-card", uefi_card },
	{ "uefi-big-card", uefi_big_card },
	{ "uefi-secure", uefi_secure },
	{ "uefi-secure-card", uefi_secure_card },
	{ "qemu-uefi-secure", qemu_uefi_secure },
	{ "pc-uefi", pc_uefi },
	{ "pc-uefi-card", pc_uefi_card },
	{ "qemu-pc-uefi", qemu_pc_uefi },
	{ "rom-cards", rom_cards },
	{ "pc-rom-cards", pc_rom_cards },
	{ "tuned", tuned },
	{ "tuned-card", tuned_card },
	{ "qemu-tuned-card", qemu_tuned_card },
	{ "pc-tuned", pc_tuned },
	{ "pc-tuned-card", pc_tuned_card },
	{ "hugepages-card", hugepages_card },
};

/* Whatever is asked for, a card moves nothing, be it small or big. */
static void test_card_moves_nothing(void **state)
{
	static void (*const changes[])(struct facts * facts) = {
		uefi, uefi_secure, qemu_uefi_secure, pc_uefi, qemu_pc_uefi,
		roms, tuned,	   pc_tuned,	     on_qemu, on_pc,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		_cleanup_free_ char *bare = make_changed(changes[i]);
		_cleanup_free_ char *small = NULL, *big = NULL;
		struct facts facts;

		make_facts(&facts);
		changes[i](&facts);
		add_gpupci(&facts);
		facts.cards[0].card.numa = 1;
		small = make_xml(&facts);
		add_big(&facts, "gpupci2", 0x42);
		big = make_xml(&facts);
		/* Video, USB, disk controller, interface, disk; on q35 with a port each. */
		assert_int_equal(assert_same_addresses(bare, small),
				 strstr(bare, "pcie-root") ? 7 : 5);
		assert_true(assert_same_addresses(small, big) >
			    assert_same_addresses(bare, small));
	}
}

/* The window follows from what the cards need, the width from the window. */
static void test_window(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *machine, *type, *attribute, *window, *width;
	} cases[] = {
		{ 0, "q35", "kvm", NULL, NULL, NULL },
		{ 288 * MIB, "q35", "kvm", NULL, NULL, NULL },
		{ 16 * GIB, "q35", "kvm", NULL, NULL, NULL },
		{ 16 * GIB + 1, "q35", "kvm", NULL, "67108864", "mode=\"passthrough\"" },
		{ 32 * GIB, "q35", "kvm", NULL, "67108864", "mode=\"passthrough\"" },
		{ 32 * GIB, "q35", "qemu", NULL, "67108864", "bits=\"41\"" },
		{ 128 * GIB, "q35", "qemu", NULL, "268435456", "bits=\"41\"" },
		{ 128 * GIB + 1, "q35", "qemu", NULL, "536870912", "bits=\"42\"" },
		{ 768 * GIB, "q35", "qemu", NULL, "2147483648", "bits=\"44\"" },
		{ 288 * MIB, "pc", "kvm", NULL, NULL, NULL },
		{ 1 * GIB, "pc", "kvm", NULL, NULL, NULL },
		{ 2 * GIB, "pc", "kvm", NULL, "4194304", "mode=\"passthrough\"" },
		{ 128 * GIB, "q35", "kvm", "0", NULL, NULL },
		{ 128 * GIB, "q35", "kvm", "96", "100663296", "mode=\"passthrough\"" },
		{ 0, "q35", "qemu", "65536", "68719476736", "bits=\"49\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = NULL;
		char expected[64];
		struct facts facts;

		make_facts(&facts);
		set(&facts, "kvm_machine", cases[i].machine);
		set(&facts, "kvm_domain_type", cases[i].type);
		set(&facts, "kvm_mmio_gib", cases[i].attribute);
		add_gpupci(&facts);
		facts.cards[0].functions[1].bar_bytes = cases[i].bytes;
		text = make_xml(&facts);
		snprintf(expected, sizeof(expected),
			 "<pcihole64 unit=\"KiB\">%s</pcihole64>",
			 cases[i].window ? cases[i].window : "");
		if (cases[i].window) {
			assert_non_null(strstr(text, expected));
			assert_non_null(strstr(text, "<maxphysaddr "));
			assert_non_null(strstr(text, cases[i].width));
		} else {
			assert_null(strstr(text, "pcihole64"));
			assert_null(strstr(text, "maxphysaddr"));
		}
	}
}

/* Much memory needs a wider CPU, too; one the administrator gave stays. */
static void test_width(void **state)
{
	_cleanup_free_ char *much = NULL, *own = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	qemu_big_card(&facts);
	facts.vm.memory_mib = 4 << 20;
	much = make_xml(&facts);
	assert_non_null(strstr(much, "bits=\"44\""));
	set(&facts, "cpu_mode", "maximum:<maxphysaddr mode='emulate' bits='45'/>");
	own = make_xml(&facts);
	assert_non_null(strstr(own, "bits=\"45\""));
	assert_null(strstr(own, "bits=\"44\""));
}

/* What rocks built against an older copy of the header hands over has no windows. */
static void test_older_functions(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	big_card(&facts);
	facts.cards[0].functions[0].size = offsetof(struct rocks_function, bar_bytes);
	text = make_xml(&facts);
	assert_null(strstr(text, "pcihole64"));
}

/* What is off by default can be set to off, and near needs a card to be near to. */
static void test_said_as_it_is(void **state)
{
	static const char *const said[][2] = {
		{ "kvm_firmware", "bios" },	{ "kvm_gpu_rom", "on" },
		{ "kvm_numa", "no" },		{ "kvm_hugepages", "no" },
		{ "kvm_locked_memory", "no" },	{ "kvm_gpu_rom_gpupci", "on" },
		{ "kvm_numa_cpus_0", "not-a" },
	};
	_cleanup_free_ char *plain = NULL, *same = NULL, *near = NULL;
	struct facts facts;

	(void)state;
	plain = make_changed(add_gpupci);
	make_facts(&facts);
	add_gpupci(&facts);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		set(&facts, said[i][0], said[i][1]);
	same = make_xml(&facts);
	assert_string_equal(plain, same);
	make_facts(&facts);
	set(&facts, "kvm_numa", "near");
	near = make_xml(&facts);
	assert_null(strstr(near, "numatune"));
}

/* Memory is locked without huge pages too. */
static void test_locked_alone(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct facts facts;

	(void)state;
	make_facts(&facts);
	set(&facts, "kvm_locked_memory", "yes");
	text = make_xml(&facts);
	assert_non_null(strstr(text, "<memoryBacking>\n    <locked/>\n"));
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_card_moves_nothing),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_older_functions),
		cmocka_unit_test(test_said_as_it_is),
		cmocka_unit_test(test_locked_alone),
	};
	struct CMUnitTest tests[ARRAY_SIZE(goldens) + ARRAY_SIZE(others)] = { 0 };

	add_golden_tests(tests, goldens, ARRAY_SIZE(goldens));
	memcpy(tests + ARRAY_SIZE(goldens), others, sizeof(others));
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plugins for real cards", tests, load_plugins,
					   free_plugins);
}
