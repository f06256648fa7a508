/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/pci-address: every form it reads and writes, what it refuses, and the packed order. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/pci-address.h"

static void reads_every_form(void **state)
{
	static const struct {
		const char *text;
		struct pci_address address;
	} cases[] = {
		{ "pci_0000_02_00_0", { 0, 2, 0, 0 } },
		{ "0000:02:00.0", { 0, 2, 0, 0 } },
		{ "02:00.0", { 0, 2, 0, 0 } },
		{ "ff:1f.7", { 0, 0xff, 0x1f, 7 } },
		{ "0001:d6:00.1", { 1, 0xd6, 0, 1 } },
		{ "00000000:81:00.0", { 0, 0x81, 0, 0 } },
		{ "10000:00:00.0", { 0x10000, 0, 0, 0 } },
		{ "pci_10000_e1_00_0", { 0x10000, 0xe1, 0, 0 } },
		{ "pci_00010000_e1_00_0", { 0x10000, 0xe1, 0, 0 } },
		{ "FFFFFFFF:Ff:1F.7", { 0xffffffff, 0xff, 0x1f, 7 } },
		{ "pci_abcdef_aB_0c_3", { 0xabcdef, 0xab, 0x0c, 3 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address;

		assert_int_equal(pci_address_parse(cases[i].text, &address), 0);
		assert_int_equal(pci_address_compare(address, cases[i].address), 0);
		assert_int_equal(address.domain, cases[i].address.domain);
		assert_int_equal(address.bus, cases[i].address.bus);
		assert_int_equal(address.slot, cases[i].address.slot);
		assert_int_equal(address.function, cases[i].address.function);
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const cases[] = {
		"",
		"0",
		"pci",
		"pci_",
		"PCI_0000_02_00_0",
		"pci_02_00_0",
		"pci_0000:02:00.0",
		"pci_0000_02_00.0",
		"0000_02_00_0",
		"0000:02:00",
		"0000:02:00.",
		"0000:02:00.8",
		"0000:02:00.a",
		"0000:02:00.00",
		"0000:02:00.0 ",
		" 0000:02:00.0",
		"0000:02:00.0\n",
		"0000:02:20.0",
		"0000:2:00.0",
		"0000:02:0.0",
		"0000:002:00.0",
		"000:02:00.0",
		"000000000:02:00.0",
		"0000:02.00.0",
		"0000:0g:00.0",
		"0x00:02:00.0",
		":02:00.0",
		"-000:02:00.0",
		"2:00.0",
		"002:00.0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address = { 0x12345678, 9, 8, 7 };

		if (pci_address_parse(cases[i], &address) != -EINVAL)
			fail_msg("'%s' is taken for an address", cases[i]);
		assert_int_equal(address.domain, 0x12345678);
		assert_int_equal(address.bus, 9);
		assert_int_equal(address.slot, 8);
		assert_int_equal(address.function, 7);
	}
}

static void writes_both_forms(void **state)
{
	static const struct {
		struct pci_address address;
		const char *node, *sysfs;
	} cases[] = {
		{ { 0, 2, 0, 0 }, "pci_0000_02_00_0", "0000:02:00.0" },
		{ { 0xffff, 0xab, 0x1f, 7 }, "pci_ffff_ab_1f_7", "ffff:ab:1f.7" },
		{ { 0x10000, 0, 0, 0 }, "pci_10000_00_00_0", "10000:00:00.0" },
		{ { 0xabcdef, 0xab, 0x0c, 3 }, "pci_abcdef_ab_0c_3", "abcdef:ab:0c.3" },
		{ { 0xffffffff, 0xff, 0x1f, 7 },
		  "pci_ffffffff_ff_1f_7",
		  "ffffffff:ff:1f.7" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[PCI_ADDRESS_SIZE];
		struct pci_address again;

		assert_string_equal(pci_address_node(cases[i].address, text),
				    cases[i].node);
		assert_int_equal(pci_address_parse(text, &again), 0);
		assert_int_equal(pci_address_compare(again, cases[i].address), 0);
		assert_string_equal(pci_address_sysfs(cases[i].address, text),
				    cases[i].sysfs);
		assert_int_equal(pci_address_parse(text, &again), 0);
		assert_int_equal(pci_address_compare(again, cases[i].address), 0);
	}
}

static void packed_numbers_sort_as_addresses(void **state)
{
	static const struct pci_address sorted[] = {
		{ 0, 0, 0, 0 },
		{ 0, 0, 0, 1 },
		{ 0, 0, 0, 7 },
		{ 0, 0, 1, 0 },
		{ 0, 0, 0x1f, 7 },
		{ 0, 1, 0, 0 },
		{ 0, 0xff, 0x1f, 7 },
		{ 1, 0, 0, 0 },
		{ 0xffff, 0xff, 0x1f, 7 },
		{ 0x10000, 0, 0, 0 },
		{ 0x7fffffff, 2, 3, 4 },
		{ 0x80000000, 0, 0, 0 },
		{ 0xffffffff, 0xff, 0x1f, 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		struct pci_address again;
		int64_t packed = pci_address_pack(sorted[i]);

		char text[PCI_ADDRESS_SIZE], same[PCI_ADDRESS_SIZE];

		assert_int_equal(pci_address_unpack(packed, &again), 0);
		assert_string_equal(pci_address_sysfs_packed(packed, text),
				    pci_address_sysfs(sorted[i], same));
		assert_int_equal(again.domain, sorted[i].domain);
		assert_int_equal(again.bus, sorted[i].bus);
		assert_int_equal(again.slot, sorted[i].slot);
		assert_int_equal(again.function, sorted[i].function);
		assert_int_equal(pci_address_compare(sorted[i], sorted[i]), 0);
		for (size_t j = 0; j < i; j++) {
			assert_true(pci_address_pack(sorted[j]) < packed);
			assert_true(pci_address_compare(sorted[j], sorted[i]) < 0);
			assert_true(pci_address_compare(sorted[i], sorted[j]) > 0);
		}
	}
	assert_true(pci_address_pack(sorted[0]) == 0);
	assert_true(pci_address_pack(sorted[ARRAY_SIZE(sorted) - 1]) ==
		    INT64_C(0xffffffffffff));
}

static void unpacks_no_other_number(void **state)
{
	static const int64_t cases[] = { -1, INT64_MIN, INT64_C(0x1000000000000),
					 INT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pci_address address = { 1, 2, 3, 4 };
		char text[PCI_ADDRESS_SIZE] = "x";

		assert_string_equal(pci_address_sysfs_packed(cases[i], text), "");
		assert_int_equal(pci_address_unpack(cases[i], &address), -ERANGE);
		assert_int_equal(address.domain, 1);
		assert_int_equal(address.function, 4);
	}
}

static void knows_a_slot(void **state)
{
	struct pci_address a = { 1, 2, 3, 0 }, other;

	(void)state;
	assert_true(pci_address_same_slot(a, (struct pci_address){ 1, 2, 3, 7 }));
	other = (struct pci_address){ 1, 2, 4, 0 };
	assert_false(pci_address_same_slot(a, other));
	other = (struct pci_address){ 1, 3, 3, 0 };
	assert_false(pci_address_same_slot(a, other));
	other = (struct pci_address){ 0x10001, 2, 3, 0 };
	assert_false(pci_address_same_slot(a, other));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_form),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(writes_both_forms),
		cmocka_unit_test(packed_numbers_sort_as_addresses),
		cmocka_unit_test(unpacks_no_other_number),
		cmocka_unit_test(knows_a_slot),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
