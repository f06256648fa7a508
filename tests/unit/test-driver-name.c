/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/driver-name: which words name a driver, and which drivers keep a device for a VM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "lib/driver-name.h"

static void test_driver_names(void **state)
{
	static const char *const names[] = { "nvidia", "vfio-pci", "snd_hda_intel",
					     "a.b" };
	static const char *const none[] = { "",		".a",	    "a b", "a/b",
					    "a\033[2J", "\303\266", "a\nb" };
	char longest[DRIVER_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_true(driver_is_name(names[i]));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(driver_is_name(none[i]));
	memset(longest, 'x', DRIVER_SIZE);
	longest[DRIVER_SIZE] = '\0';
	assert_false(driver_is_name(longest));
	longest[DRIVER_SIZE - 1] = '\0';
	assert_true(driver_is_name(longest));
}

/* gpupci and rocks ask the same rules; rocks once took "xvfio-pci" for a variant. */
static void test_kinds(void **state)
{
	static const struct {
		const char *driver;
		bool is_vfio, is_named, is_of_host;
	} cases[] = {
		/* drivers of Linux */
		{ "vfio-pci", true, true, false },
		{ "nvgrace_gpu_vfio_pci", true, true, false },
		{ "mlx5_vfio_pci", true, true, false },
		{ "hisi-acc-vfio-pci", true, true, false },
		{ "pds_vfio_pci", true, true, false },
		{ "qat_vfio_pci", true, true, false },
		{ "virtio_vfio_pci", true, true, false },
		{ "xe-vfio-pci", true, true, false },
		{ "pci-stub", false, false, false },
		{ "amdgpu", false, false, true },
		{ "nvidia", false, false, true },
		{ "snd_hda_intel", false, false, true },
		/* as modules and their files are spelled */
		{ "vfio_pci", true, true, false },
		{ "hisi_acc_vfio_pci", true, true, false },
		{ "nvgrace-gpu-vfio-pci", true, true, false },
		/* no driver */
		{ NULL, false, false, false },
		{ "", false, false, false },
		/* only part of the name */
		{ "xvfio-pci", false, false, true },
		{ "xvfio_pci", false, false, true },
		{ "vfio", false, false, true },
		{ "vfio-", false, false, true },
		{ "fio-pci", false, false, true },
		{ "vfiopci", false, false, true },
		{ "vfio.pci", false, false, true },
		{ "vfio-pcie", false, false, true },
		{ "vfio-pci-core", false, false, true },
		{ "vfio_pci_core", false, false, true },
		{ "VFIO-PCI", false, false, true },
		/* spelled with both, in any place */
		{ "nvgrace_gpu-vfio_pci", true, true, false },
		{ "vfio-pcivfio-pci", false, false, true },
		/* named so, and of no kernel that is known */
		{ "acme_vfio_pci", false, true, false },
		{ "vfio-pci_vfio-pci", false, true, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *driver = cases[i].driver;

		if (driver_is_vfio(driver) != cases[i].is_vfio ||
		    driver_is_named_vfio(driver) != cases[i].is_named ||
		    driver_is_of_host(driver) != cases[i].is_of_host)
			fail_msg("%s: vfio %d, named so %d, of the host %d",
				 driver ? driver : "NULL", driver_is_vfio(driver),
				 driver_is_named_vfio(driver), driver_is_of_host(driver));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver_names),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
