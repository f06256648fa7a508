/* SPDX-License-Identifier: GPL-2.0-or-later */
/* src/gpupci/hold/holder: which open files of the running system are a card's nodes. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/cleanup.h"
#include "src/gpupci/hold/holder.h"

/* What a chroot below here would have as /dev/zero: no stream of a test is one. */
static char folder[] = "/tmp/gpupci-holder-XXXXXX";
static char device_folder[48], device[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(device_folder, sizeof(device_folder), "%s/dev", folder);
	snprintf(device, sizeof(device), "%s/zero", device_folder);
	return mkdir(device_folder, 0700);
}

static int tear_down(void **state)
{
	(void)state;
	unlink(device);
	return rmdir(device_folder) < 0 || rmdir(folder) < 0 ? -1 : 0;
}

/* Whether we hold the node of that name and numbers. */
static bool do_hold(const char *name, int major, int minor)
{
	char none[] = "";
	struct node node = { .kind = NODE_CHARACTER,
			     .name = (char *)name,
			     .folder = none,
			     .major = major,
			     .minor = minor };
	_cleanup_root_ struct root root = ROOT_EMPTY("");
	struct nodes nodes = { .nodes = &node, .count = 1, .doubt = STRBUF_EMPTY };
	_cleanup_holders_ struct holders holders = HOLDERS_EMPTY;
	bool any = false;

	assert_int_equal(holders_find_processes(&holders, &root, &nodes), 0);
	for (size_t i = 0; i < holders.count; i++)
		any = any || holders.holders[i].process == getpid();
	return any;
}

static void finds_a_node_by_number_and_name(void **state)
{
	_cleanup_close_ int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_true(do_hold("/dev/zero", 1, 5));
	assert_true(do_hold("/dev/zero", -1, -1));
	assert_true(do_hold("/dev/other-name", 1, 5));
	assert_false(do_hold("/dev/other-name", 1, 250));
	assert_false(do_hold("/dev/other-name", -1, -1));
}

/* "…/dev/zero" in somebody's folder. */
static void takes_no_file_for_a_node(void **state)
{
	_cleanup_close_ int fd = open(device, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	assert_false(do_hold("/dev/zero", 1, 250));
	assert_false(do_hold("/dev/zero", -1, -1));
	unlink(device);
}

/* Only root may make the node of a chroot: see tests/t/gpupci/status.t for that. */
static void finds_a_node_in_a_chroot(void **state)
{
	_cleanup_close_ int fd = -1;

	(void)state;
	if (mknod(device, S_IFCHR | 0600, makedev(1, 5)) < 0) {
		assert_int_not_equal(geteuid(), 0);
		return;
	}
	fd = open(device, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(do_hold("/dev/other-name", 1, 5));
	assert_true(do_hold("/dev/zero", -1, -1));
	assert_false(do_hold("/dev/zero", 1, 250));
	unlink(device);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_node_by_number_and_name),
		cmocka_unit_test(takes_no_file_for_a_node),
		cmocka_unit_test(finds_a_node_in_a_chroot),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("gpupci-holder", tests, set_up, tear_down);
}
