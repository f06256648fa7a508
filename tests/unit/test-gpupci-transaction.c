/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cards change hands, and every step in turn fails, hangs or is the last one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/gpupci/actions/actions.h"
#include "src/gpupci/change/change.h"
#include "src/gpupci/cli/exit-code.h"
#include "tests/unit/fake-host.h"

/* Of a card with two functions: override, override, unbind, unbind, bind, bind. */
#define DETACH_WRITES 6
/* The same and clear, clear. */
#define ATTACH_WRITES 8

static void test_there_and_back(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: detached\n");
	assert_detached();
	assert_true(is_kept());
	assert_at_rest();
	assert_string_equal(fake_driver("0000:03:00.0"), "nvidia");
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already detached\n");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: attached: 0000:02:00.0 nouveau, "
				  "0000:02:00.1 snd_hda_intel\n");
	assert_with_host();
	assert_false(is_kept());
	assert_at_rest();
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already with the host\n");
}

/* It gets back its former driver, not what the kernel would choose. */
static void test_back_to_the_same(void **state)
{
	(void)state;
	fake_folder(fake_path("/sys/bus/pci/drivers/nvidia"));
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/knows"), "nvidia");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_with_host();
}

static void test_back_by_ids(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_int_equal(unlink(fake_path("%s", DETACHED_PATH)), 0);
	fake_text(fake_path("/sys/bus/pci/devices/" SOUND "/knows"), "");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: attached: 0000:02:00.0 nouveau (by its ids), "
				  "0000:02:00.1 no driver (none supports it)\n");
	assert_string_equal(fake_driver(VIDEO), "nouveau");
	assert_string_equal(fake_override(SOUND), "");
	assert_at_rest();
}

/* A card that pci-stub keeps for a VM is not with the host. */
static void test_stub(void **state)
{
	static const char other[] = "0000:03:00.0";

	(void)state;
	fake_folder(fake_path("/sys/bus/pci/drivers/pci-stub"));
	assert_int_equal(fake_unbind(other, "nvidia"), 0);
	assert_int_equal(fake_bind(other, "pci-stub"), 0);
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_DONE);
	assert_string_equal(said,
			    "gpupci2: attached: 0000:03:00.0 nvidia (by its ids)\n");
	assert_string_equal(fake_driver(other), "nvidia");
	/* Neither does one that pci-stub had before it was detached go back to pci-stub. */
	assert_int_equal(fake_unbind(other, "nvidia"), 0);
	assert_int_equal(fake_bind(other, "pci-stub"), 0);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_string_equal(fake_driver(other), "vfio-pci");
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_DONE);
	assert_string_equal(said,
			    "gpupci2: attached: 0000:03:00.0 nvidia (by its ids)\n");
	assert_string_equal(fake_driver(other), "nvidia");
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_int_equal(unlink(fake_path("%s", DETACHED_PATH)), 0);
	/* pci-stub.ids= of the command line has the kernel choose it. */
	fake_text(fake_path("/sys/bus/pci/devices/0000:03:00.0/knows"), "pci-stub");
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_FAILED);
	assert_said("0000:03:00.0 is bound to pci-stub, not to a driver of the host, ");
	assert_string_equal(fake_driver(other), "vfio-pci");
	assert_at_rest();
}

static void test_runtime(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH_RUNTIME, "gpupci1"), EXIT_DONE);
	assert_detached();
	assert_false(is_kept());
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_said("now noted over reboots");
	assert_true(is_kept());
	/* What it had before is known from the first time. */
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_said("nouveau, ");
	assert_with_host();
}

static void test_all(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "all"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: detached\ngpupci2: detached\n");
	assert_int_equal(run(ATTACH, "all"), EXIT_DONE);
	assert_with_host();
	assert_string_equal(fake_driver("0000:03:00.0"), "nvidia");
	/* The second card fails: the first one stays done. */
	fake.fail_at = DETACH_WRITES + 3;
	fake.fail_error = -EBUSY;
	assert_int_equal(run(DETACH, "all"), EXIT_PARTLY);
	assert_detached();
	assert_string_equal(fake_driver("0000:03:00.0"), "nvidia");
}

static void test_no_at_each_step(void **state)
{
	(void)state;
	for (int step = 1; step <= DETACH_WRITES; step++) {
		fake.fail_at = step;
		fake.fail_error = -EBUSY;
		assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
		assert_said("all its functions are as they were");
		assert_with_host();
		assert_false(is_kept());
		assert_at_rest();
	}
	fake.fail_at = 0;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	for (int step = 1; step <= ATTACH_WRITES; step++) {
		fake.fail_at = step;
		assert_int_equal(run(ATTACH, "gpupci1"), EXIT_FAILED);
		assert_said("all its functions are as they were");
		assert_detached();
		assert_true(is_kept());
		assert_at_rest();
	}
}

/* Killed at each step: the next run brings all functions to one side and reports it. */
static void kill_at(enum verb verb, int *which, int steps)
{
	for (int step = 1; step <= steps; step++) {
		*which = step;
		assert_int_equal(run(verb, "gpupci1"), KILLED);
		assert_true(exists(JOURNAL_PATH));
		*which = 0;
		assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
		assert_said(verb == DETACH ? "an interrupted detach was "
					   : "an interrupted attach was ");
		assert_at_rest();
		if (strcmp(fake_driver(VIDEO), "vfio-pci") == 0) {
			assert_detached();
			assert_true(is_kept());
		} else {
			assert_with_host();
			assert_false(is_kept());
		}
		/* From there on it goes as ever. */
		assert_int_equal(run(verb, "gpupci1"), EXIT_DONE);
		assert_int_equal(run(verb == DETACH ? ATTACH : DETACH, "gpupci1"),
				 EXIT_DONE);
	}
}

static void test_killed_at_each_step(void **state)
{
	(void)state;
	kill_at(DETACH, &fake.die_before, DETACH_WRITES);
	kill_at(DETACH, &fake.die_after, DETACH_WRITES);
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	kill_at(ATTACH, &fake.die_before, ATTACH_WRITES);
	kill_at(ATTACH, &fake.die_after, ATTACH_WRITES);
}

/* Killed while it was recovering. */
static void test_killed_twice(void **state)
{
	(void)state;
	for (int step = 1; step <= 4; step++) {
		fake.die_after = 4;
		assert_int_equal(run(DETACH, "gpupci1"), KILLED);
		fake.die_after = step;
		assert_int_equal(run(RECOVER, "gpupci1"), KILLED);
		fake.die_after = 0;
		assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
		assert_with_host();
		assert_at_rest();
	}
}

static void test_hangs(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "all"), EXIT_DONE);
	fake.hang_at = 3; /* the first unbind */
	assert_int_equal(run(ATTACH, "all"), EXIT_PARTLY);
	assert_said("gpupci1: the kernel did not return from writing 0000:02:00.0");
	assert_said("gpupci2: attached");
	assert_true(exists(JOURNAL_PATH));
	/* While it hangs nothing is touched. */
	fake.hang_at = 0;
	snprintf(fake.busy, sizeof(fake.busy), VIDEO);
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_REFUSED);
	assert_said("stays quarantined: the kernel is still busy with 0000:02:00.0");
	assert_string_equal(fake_driver(SOUND), "vfio-pci");
	assert_int_equal(run(DETACH, "all"), EXIT_PARTLY);
	assert_string_equal(fake_driver(SOUND), "vfio-pci");
	assert_true(exists(JOURNAL_PATH));
	/* Whoever held it has ended. */
	fake.busy[0] = '\0';
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted attach was finished");
	assert_with_host();
	assert_false(is_kept());
	assert_at_rest();
}

static void test_no_way_back(void **state)
{
	(void)state;
	fake.fail_at = 5;
	fake.fail_for = 100;
	fake.fail_error = -EIO;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
	assert_said("undoing it failed too");
	assert_true(exists(JOURNAL_PATH));
	fake.fail_at = 0;
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted detach was undone");
	assert_with_host();
	assert_at_rest();
}

/* The kernel accepts everything and does nothing. */
static void test_deaf(void **state)
{
	(void)state;
	snprintf(fake.deaf, sizeof(fake.deaf), SOUND);
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
	assert_said("0000:02:00.1 is bound to no driver, not to vfio-pci");
	assert_string_equal(fake_driver(VIDEO), "nouveau");
	fake.deaf[0] = '\0';
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_with_host();
}

static void test_reboot(void **state)
{
	(void)state;
	fake.die_after = 4;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	fake_text(fake_path("/proc/sys/kernel/random/boot_id"), "boot-2\n");
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted detach was cut off by a reboot");
	assert_string_equal(fake_driver(VIDEO), ""); /* the new boot's business */
	assert_at_rest();
}

/* An unknown boot id does not mean another boot. */
static void test_unknown_boot(void **state)
{
	(void)state;
	fake.die_after = 5;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	assert_int_equal(unlink(fake_path("%s", JOURNAL_BOOT_PATH)), 0);
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("gpupci1 stays quarantined");
	assert_said("whether the host has rebooted since is not known");
	assert_true(exists(JOURNAL_PATH));
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_REFUSED);
	assert_string_equal(fake_driver(VIDEO), "vfio-pci");
	fake_text(fake_path("%s", JOURNAL_BOOT_PATH), "boot-1\n");
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_with_host();
	assert_at_rest();
}

/* A plan from a boot with an unknown id is checked. */
static void test_plan_without_boot(void **state)
{
	(void)state;
	assert_int_equal(unlink(fake_path("%s", JOURNAL_BOOT_PATH)), 0);
	fake.die_after = 5;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	fake_text(fake_path("%s", JOURNAL_BOOT_PATH), "boot-1\n");
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted detach was undone");
	assert_with_host();
}

/* The process that waits for one card is not the one that waits for the next. */
static void test_hangs_by_card(void **state)
{
	_cleanup_journal_ struct journal journal = JOURNAL_EMPTY;
	const struct root root = { .folder = fake_root };

	(void)state;
	fake.hang_at = 3;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DEADLINE);
	snprintf(fake.busy, sizeof(fake.busy), VIDEO);
	fake.hang_at = 2;
	fake.left = getpid();
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DEADLINE);
	fake.hang_at = 0;
	fake.asking = getppid();
	assert_int_equal(run(RECOVER, ""), EXIT_DONE);
	assert_said("gpupci2 stays quarantined: process ");
	assert_int_equal(journal_read(&journal, &root), 0);
	assert_int_equal(journal.count, 2);
	assert_int_equal(journal.plans[0].left, getppid());
	assert_int_equal(journal.plans[1].left, getpid());
}

/* A card that hangs does not keep the next one from being checked. */
static void test_lost_after_busy(void **state)
{
	(void)state;
	fake.hang_at = 3;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DEADLINE);
	fake.hang_at = 0;
	snprintf(fake.busy, sizeof(fake.busy), VIDEO);
	snprintf(fake.lost, sizeof(fake.lost), "0000:03:00.0");
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_FAILED);
	assert_said("0000:03:00.0 is gone");
}

/* One function is now another device: the rest of the card goes to the host. */
static void test_another_device(void **state)
{
	(void)state;
	fake.die_after = 4;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/device"), "0x1eb8\n");
	fake_config(VIDEO, 0x10de, 0x1eb8);
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("0000:02:00.0 is now another device (10de:1eb8, not 10de:1b06)");
	assert_said("an interrupted detach continues with what is left of the card");
	assert_said("an interrupted detach was undone");
	assert_string_equal(fake_driver(VIDEO), "");
	assert_string_equal(fake_driver(SOUND), "snd_hda_intel");
	assert_at_rest();
}

/*
 * Everything was done except the record; the device there now was never to be detached.
 */
static void test_another_device_at_the_end(void **state)
{
	(void)state;
	fake.die_after = DETACH_WRITES;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/device"), "0x1eb8\n");
	fake_config(VIDEO, 0x10de, 0x1eb8);
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted detach was undone");
	assert_string_equal(fake_driver(SOUND), "snd_hda_intel");
	assert_false(exists(DETACHED_PATH));
	assert_at_rest();
}

static void lose(const char *address)
{
	assert_int_equal(unlink(fake_path("/sys/bus/pci/devices/%s", address)), 0);
}

/* A function disappears while the card is half-way, and another run comes by. */
static void test_lost_function(void **state)
{
	(void)state;
	fake.die_after = DETACH_WRITES - 1;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	assert_string_equal(fake_driver(VIDEO), "vfio-pci");
	lose(SOUND);
	/* Meanwhile it hangs: still nothing of it is forgotten. */
	snprintf(fake.busy, sizeof(fake.busy), VIDEO);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_said("gpupci1: 0000:02:00.1 is gone");
	assert_said("gpupci1 stays quarantined");
	assert_true(exists(JOURNAL_PATH));
	fake.busy[0] = '\0';
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_DONE);
	/* Reported once: the journal on disk no longer has it. */
	assert_null(strstr(said, "is gone"));
	assert_said("gpupci1: an interrupted detach was finished");
	assert_string_equal(fake_driver(VIDEO), "vfio-pci");
	assert_true(is_kept());
	assert_at_rest();
}

/* One is a VM's, one the host's, and the third is gone. */
static void test_lost_third_function(void **state)
{
	static const char usb[] = "0000:02:00.2";

	(void)state;
	fake_device(usb, 0x10de, 0x1ad6, 0x0c0330, 12, "xhci_hcd");
	fake.die_after = 7;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	fake_text(fake_path("/sys/bus/pci/devices/" SOUND "/driver_override"),
		  "(null)\n");
	assert_int_equal(fake_bind(SOUND, "snd_hda_intel"), 0);
	assert_string_equal(fake_driver(VIDEO), "vfio-pci");
	lose(usb);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_said("gpupci1: 0000:02:00.2 is gone");
	assert_said("gpupci1: an interrupted detach was undone");
	assert_with_host();
	assert_at_rest();
}

/* The first one, by which the card was known. */
static void test_lost_first_function(void **state)
{
	(void)state;
	fake.die_after = DETACH_WRITES - 1;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	lose(VIDEO);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_said("gpupci1: an interrupted detach was undone");
	assert_string_equal(fake_driver(SOUND), "snd_hda_intel");
	assert_string_equal(fake_override(SOUND), "");
	assert_at_rest();
}

static void test_lost_card(void **state)
{
	(void)state;
	fake.die_after = DETACH_WRITES - 1;
	assert_int_equal(run(DETACH, "gpupci1"), KILLED);
	fake.die_after = 0;
	lose(VIDEO);
	lose(SOUND);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_said("an interrupted detach ended: its device is gone");
	assert_at_rest();
}

/* A quarantine belongs to the card, whichever card has its name now. */
static void test_name_of_quarantined(void **state)
{
	(void)state;
	fake.hang_at = 3;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DEADLINE);
	fake.hang_at = 0;
	snprintf(fake.busy, sizeof(fake.busy), VIDEO);
	rename_card("gpupci9", "gpupci1");
	rename_card("gpupci1", "gpupci2");
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(fake_driver("0000:03:00.0"), "vfio-pci");
	assert_true(exists(JOURNAL_PATH));
	assert_int_equal(run(DETACH, "gpupci9"), EXIT_REFUSED);
	/* Two plans of one name. */
	fake.fail_at = 3;
	fake.fail_for = 100;
	fake.fail_error = -EIO;
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_FAILED);
	fake.fail_at = 0;
	fake.busy[0] = '\0';
	assert_int_equal(run(RECOVER, "gpupci1"), EXIT_DONE);
	assert_said("an interrupted detach was undone");
	assert_said("an interrupted attach was finished");
	assert_with_host();
	assert_string_equal(fake_driver("0000:03:00.0"), "nvidia");
	assert_at_rest();
}

/* No journal, no change. */
static void test_no_journal(void **state)
{
	(void)state;
	fake_folder(fake_path("/var/lib/gpupci/.journal.new"));
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
	assert_said("nothing was changed");
	assert_with_host();
}

/* A promise that cannot be kept is not made. */
static void test_no_record(void **state)
{
	(void)state;
	fake_folder(fake_path("/etc/gpupci.d/.detached.new"));
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
	assert_said("/etc/gpupci.d/detached: Is a directory; all its functions are");
	assert_with_host();
}

static void test_broken_journal(void **state)
{
	(void)state;
	fake_text(fake_path("%s", JOURNAL_PATH), "gpupci-journal 1\nplan detach gpu");
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_said("journal is not as gpupci writes it, it was renamed to ");
	assert_true(exists(JOURNAL_PATH ".broken-1"));
	assert_detached();
}

/* A signal in the middle: back to where it was. */
static void test_signal(void **state)
{
	(void)state;
	signal(SIGTERM, SIG_DFL);
	fake.signal_at = 4;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_FAILED);
	assert_said("interrupted by a signal");
	assert_with_host();
	assert_at_rest();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_there_and_back),
		TEST(test_back_to_the_same),
		TEST(test_back_by_ids),
		TEST(test_stub),
		TEST(test_runtime),
		TEST(test_all),
		TEST(test_no_at_each_step),
		TEST(test_killed_at_each_step),
		TEST(test_killed_twice),
		TEST(test_hangs),
		TEST(test_no_way_back),
		TEST(test_deaf),
		TEST(test_reboot),
		TEST(test_unknown_boot),
		TEST(test_plan_without_boot),
		TEST(test_hangs_by_card),
		TEST(test_lost_after_busy),
		TEST(test_another_device),
		TEST(test_another_device_at_the_end),
		TEST(test_lost_function),
		TEST(test_lost_third_function),
		TEST(test_lost_first_function),
		TEST(test_lost_card),
		TEST(test_name_of_quarantined),
		TEST(test_no_journal),
		TEST(test_no_record),
		TEST(test_broken_journal),
		TEST(test_signal),
	};

	return cmocka_run_group_tests_name("gpupci transaction", tests, NULL, NULL);
}
