/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/scan/path, scan/serial: paths from links, serials from bytes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/scan/path.h"
#include "src/gpupci/scan/serial.h"

static void makes_paths(void **state)
{
	static const struct {
		const char *target, *path;
		bool on_root_bus;
	} cases[] = {
		{ "../../../devices/pci0000:00/0000:00:02.0", "0000:00/02.0", true },
		{ "../../../devices/pci0000:00/0000:00:01.0/0000:02:00.0",
		  "0000:00/01.0/00.0", false },
		{ "../../../devices/pci0000:80/0000:80:1f.7/0000:81:00.0/0000:82:10.0/"
		  "0000:83:00.1",
		  "0000:80/1f.7/00.0/10.0/00.1", false },
		{ "/sys/devices/pci0000:00/0000:00:01.0/", "0000:00/01.0", true },
		{ "../../../devices/platform/soc/40000000.pcie/pci0001:00/0001:00:00.0",
		  "0001:00/00.0", true },
		{ "../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:01.0/"
		  "10000:e1:00.0",
		  "0000:00/0e.0/10000:e0/01.0/00.0", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *path;
		bool on_root_bus;

		assert_int_equal(path_from_link(cases[i].target, &path, &on_root_bus), 0);
		assert_string_equal(path, cases[i].path);
		assert_int_equal(on_root_bus, cases[i].on_root_bus);
		free(path);
	}
}

static void guesses_no_path(void **state)
{
	static const char *const cases[] = {
		"",
		"/",
		"../../../devices/0000:00:01.0",
		"../../../devices/pci0000:00",
		"../../../devices/pci0000:00/rest",
		"../../../devices/pci0000:00/0000:00:01.0/rest",
		"../../../devices/pci/0000:00:01.0",
		"../../../devices/pci00/0000:00:01.0",
		"../../../devices/pci0000:0g/0000:00:01.0",
		"../../../devices/pci0000:00.0/0000:00:01.0",
		"../../../devices/pci0000000000000000000000000000:00/0000:00:01.0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *path = NULL;
		bool on_root_bus = true;

		assert_int_equal(path_from_link(cases[i], &path, &on_root_bus), -EINVAL);
		assert_null(path);
		assert_true(on_root_bus);
	}
}

static void writes_serials_as_lspci_does(void **state)
{
	static const uint8_t bytes[8] = {
		0x56, 0x34, 0x12, 0xff, 0xff, 0x00, 0x54, 0x52
	};
	char text[SERIAL_DSN_SIZE];

	(void)state;
	assert_string_equal(serial_format_dsn(bytes, text), "52-54-00-ff-ff-12-34-56");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_paths),
		cmocka_unit_test(guesses_no_path),
		cmocka_unit_test(writes_serials_as_lspci_does),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
