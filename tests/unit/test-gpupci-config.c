/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/cards/config: the effect of the lines of gpupci.conf. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/config.h"

static struct pci_address address_of(const char *text)
{
	struct pci_address address;

	assert_int_equal(pci_address_parse(text, &address), 0);
	return address;
}

/* Parses the text as a configuration file; returns as config_read(). */
static int read_text(struct config *config, const char *text, struct strbuf *fault)
{
	_cleanup_root_ struct root root = ROOT_EMPTY("");
	char path[] = "/tmp/gpupci-config-XXXXXX";
	int fd = mkstemp(path);
	int error;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	error = config_read(config, &root, path, fault);
	unlink(path);
	return error;
}

static void has_defaults_without_a_file(void **state)
{
	_cleanup_config_ struct config config = CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	_cleanup_root_ struct root root = ROOT_EMPTY("/nowhere");

	(void)state;
	assert_int_equal(config_read(&config, &root, "/gpupci.conf", &fault), 0);
	assert_int_equal(fault.length, 0);
	assert_true(config_knows(&config, 0x10de, 0x030000));
	assert_true(config_knows(&config, 0x1002, 0x038000));
	assert_true(config_knows(&config, 0x8086, 0x03ffff));
	assert_false(config_knows(&config, 0x1a03, 0x030000));
	assert_false(config_knows(&config, 0x10de, 0x040300));
	assert_false(config_knows(&config, 0x10de, 0x300000));
}

static void keeps_one_list_when_the_other_is_replaced(void **state)
{
	_cleanup_config_ struct config config = CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;

	(void)state;
	assert_int_equal(read_text(&config, "class 0200 120000\n", &fault), 0);
	assert_true(config_knows(&config, 0x10de, 0x020000));
	assert_true(config_knows(&config, 0x10de, 0x0200ff));
	assert_true(config_knows(&config, 0x10de, 0x120000));
	assert_false(config_knows(&config, 0x10de, 0x120001));
	assert_false(config_knows(&config, 0x10de, 0x020100));
	assert_false(config_knows(&config, 0x10de, 0x030000));
}

static void knows_slots(void **state)
{
	static const char text[] = "include 01:00.0 02:00.1\n"
				   "exclude 0001:01:00.0\n"
				   "join 0000:05:00.0 0000:04:00.0 10000:01:00.0\n";
	_cleanup_config_ struct config config = CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	struct pci_address board;
	unsigned int position;

	(void)state;
	assert_int_equal(read_text(&config, text, &fault), 0);
	assert_true(config_includes(&config, address_of("01:00.0")));
	assert_true(config_includes(&config, address_of("02:00.1")));
	assert_false(config_includes(&config, address_of("02:00.0")));
	assert_false(config_includes(&config, address_of("0001:01:00.0")));
	assert_true(config_excludes(&config, address_of("0001:01:00.0")));
	assert_false(config_excludes(&config, address_of("01:00.0")));
	board = config_board(&config, address_of("10000:01:00.3"), &position);
	assert_int_equal(pci_address_compare(board, address_of("05:00.0")), 0);
	assert_int_equal(position, 2);
	board = config_board(&config, address_of("05:00.1"), &position);
	assert_int_equal(pci_address_compare(board, address_of("05:00.0")), 0);
	assert_int_equal(position, 0);
	board = config_board(&config, address_of("06:00.1"), &position);
	assert_int_equal(pci_address_compare(board, address_of("06:00.0")), 0);
	assert_int_equal(position, 0);
}

static void names_file_and_line(void **state)
{
	_cleanup_config_ struct config config = CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;

	(void)state;
	assert_int_equal(read_text(&config, "\nvendor 10de\njion 1 2\n", &fault),
			 -EINVAL);
	assert_non_null(strstr(strbuf_text(&fault), ":3: unknown word 'jion'; "));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_defaults_without_a_file),
		cmocka_unit_test(keeps_one_list_when_the_other_is_replaced),
		cmocka_unit_test(knows_slots),
		cmocka_unit_test(names_file_and_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
