/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A detached card stays detached over a reboot, wherever it turns up. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake-host.h"

#define OTHER "0000:03:00.0"

/* What udev does as a device appears: override and module first, then the driver. */
static void appear(const char *address, const char *driver)
{
	unlink(fake_path("/sys/bus/pci/devices/%s/driver", address));
	fake_text(fake_path("/sys/bus/pci/devices/%s/driver_override", address),
		  "(null)\n");
	if (run(EARLY, address) == EXIT_DONE)
		fake_text(fake_path("/sys/bus/pci/devices/%s/driver_override", address),
			  said);
	if (driver[0])
		fake_bind(address, driver);
}

static void boot(void)
{
	static int number = 1;
	char name[32];

	snprintf(name, sizeof(name), "boot-%d\n", ++number);
	fake_text(fake_path("/proc/sys/kernel/random/boot_id"), name);
	unlink(fake_path("%s", DETACHED_RUN_PATH));
	appear(VIDEO, "nouveau");
	appear(SOUND, "snd_hda_intel");
	appear(OTHER, "nvidia");
}

static void pull(const char *address)
{
	assert_int_equal(unlink(fake_path("/sys/bus/pci/devices/%s", address)), 0);
}

/* The same device is there again. */
static void plug(const char *address)
{
	fake_place(address);
}

static void test_stays(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	boot();
	/* Kept off the host's drivers from the start. */
	assert_string_equal(fake_driver(VIDEO), "");
	assert_string_equal(fake_driver(SOUND), "");
	assert_string_equal(fake_driver(OTHER), "nvidia");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "gpupci1: detached\n");
	assert_detached();
	assert_string_equal(fake_driver(OTHER), "nvidia");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already detached\n");
	/* After two boots its former driver is still known. */
	boot();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_said("0000:02:00.0 nouveau, 0000:02:00.1 snd_hda_intel\n");
	assert_with_host();
	boot();
	assert_with_host();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "");
	assert_with_host();
}

/* vfio-pci is not loaded yet, and takes the devices on its own once it is. */
static void test_loads(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	boot();
	assert_int_equal(rmdir(fake_path("/sys/bus/pci/drivers/vfio-pci")), 0);
	assert_int_equal(run(RESTORE, ""), EXIT_FAILED);
	assert_said("there is no driver vfio-pci: modprobe vfio-pci ended with 1");
	assert_string_equal(fake_driver(VIDEO), "");
	fake.has_modules = true;
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_detached();
}

/* A driver in the initramfs took it before udev ran. */
static void test_late(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	boot();
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/driver_override"),
		  "(null)\n");
	assert_int_equal(fake_bind(VIDEO, "nouveau"), 0);
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_detached();
}

static void test_runtime(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH_RUNTIME, "gpupci1"), EXIT_DONE);
	boot();
	assert_with_host();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_with_host();
}

static void test_forget(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "all"), EXIT_DONE);
	assert_int_equal(run(FORGET, ""), EXIT_DONE);
	assert_said("gpupci1: with the host again from the next boot on");
	assert_detached();
	assert_false(exists(DETACHED_PATH));
	/* Its former driver is still known. */
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/knows"), "nvidia");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_with_host();
	boot();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_with_host();
	assert_int_equal(run(FORGET, ""), EXIT_DONE);
	assert_string_equal(said, "no card is set to stay detached over a reboot\n");
}

/* Another card at its place is left alone. */
static void test_swapped(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	fake_text(fake_path("/sys/bus/pci/devices/" OTHER "/device"), "0x2204\n");
	fake_config(OTHER, 0x10de, 0x2204);
	boot();
	assert_string_equal(fake_driver(OTHER), "nvidia");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_said("gpupci2 is missing; it stays recorded as detached; at its place "
		    "0000:03:00.0 there is 10de:2204, which is left alone");
	assert_string_equal(fake_driver(OTHER), "nvidia");
	/* It comes back. */
	fake_text(fake_path("/sys/bus/pci/devices/" OTHER "/device"), "0x1eb8\n");
	fake_config(OTHER, 0x10de, 0x1eb8);
	boot();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(fake_driver(OTHER), "vfio-pci");
}

/* A card that the names file knows to have moved goes to the VM from its new place. */
static void test_moved(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	fake_move(OTHER, "0000:04:00.0");
	appear("0000:04:00.0", "nvidia");
	/* Without its serial number only the names file identifies it, and udev does not have that. */
	assert_string_equal(fake_driver("0000:04:00.0"), "nvidia");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "gpupci2: detached\n");
	assert_string_equal(fake_driver("0000:04:00.0"), "vfio-pci");
	assert_string_equal(fake_driver(VIDEO), "nouveau");
}

/* The card lost its old name, but its former driver is still known. */
static void test_renamed(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	rename_card("gpupci7", "gpupci1");
	assert_false(is_kept());
	assert_int_equal(run(DETACH, "gpupci7"), EXIT_DONE);
	assert_string_equal(said, "gpupci7: already detached\n");
	fake_folder(fake_path("/sys/bus/pci/drivers/nvidia"));
	fake_text(fake_path("/sys/bus/pci/devices/" VIDEO "/knows"), "nvidia");
	assert_int_equal(run(ATTACH, "gpupci7"), EXIT_DONE);
	assert_said("0000:02:00.0 nouveau, 0000:02:00.1 snd_hda_intel\n");
	assert_with_host();
	assert_false(exists(DETACHED_PATH));
	boot();
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "");
}

/* The names file is lost, and the numbers are other cards'. */
static void test_names_lost(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_int_equal(unlink(fake_path("%s", NAMES_PATH)), 0);
	pull(VIDEO);
	pull(SOUND);
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_said("gpupci: gpupci2 is now called gpupci1\n");
	assert_said("gpupci1: already detached\n");
	assert_true(is_kept());
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already detached\n");
	assert_int_equal(run(DETACH_RUNTIME, "gpupci1"), EXIT_DONE);
	assert_false(exists(DETACHED_PATH));
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: attached: 0000:03:00.0 nvidia\n");
	assert_false(exists(DETACHED_RUN_PATH));
}

/* A card is pulled and another gets its name, but not its record. */
static void test_name_of_another(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	pull(VIDEO);
	pull(SOUND);
	rename_card("gpupci1", "gpupci2");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already with the host\n");
	assert_int_equal(run(DETACH_RUNTIME, "gpupci1"), EXIT_DONE);
	assert_true(is_kept());
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: already detached, now noted over reboots\n");
	/* It comes back, as a new card. */
	plug(VIDEO);
	plug(SOUND);
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_said("gpupci: gpupci1 is now called gpupci2\n");
	assert_said("gpupci2: already detached\n");
	assert_said("gpupci1: already detached\n");
	assert_int_equal(run(ATTACH, "gpupci1"), EXIT_DONE);
	assert_string_equal(said, "gpupci1: attached: 0000:03:00.0 nvidia\n");
	assert_int_equal(run(ATTACH, "gpupci2"), EXIT_DONE);
	assert_with_host();
	assert_false(exists(DETACHED_PATH));
}

/* New cards of the same kind, one of which gets the name that a missing one had. */
static void test_old_name(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	rename_card("gpupci9", "gpupci2");
	pull(OTHER);
	fake_device("0000:04:00.0", 0x10de, 0x1eb8, 0x030200, 14, "nvidia");
	fake_device("0000:05:00.0", 0x10de, 0x1eb8, 0x030200, 15, "nvidia");
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_said("gpupci9 is missing; it stays recorded as detached");
	assert_string_equal(fake_driver("0000:04:00.0"), "nvidia");
	assert_string_equal(fake_driver("0000:05:00.0"), "nvidia");
}

/* Only a person knew that it is the card which was detached, and says so. */
static void test_said_to_be(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	pull(OTHER);
	fake_device("0000:04:00.0", 0x10de, 0x1eb8, 0x030200, 14, "nvidia");
	fake_device("0000:05:00.0", 0x10de, 0x1eb8, 0x030200, 15, "nvidia");
	rename_card("gpupci2", "gpupci4");
	rename_card("gpupci8", "gpupci2");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_string_equal(said, "gpupci8: detached\n");
	assert_string_equal(fake_driver("0000:04:00.0"), "nvidia");
	assert_string_equal(fake_driver("0000:05:00.0"), "vfio-pci");
}

/* A name alone identifies a card only if nothing contradicts it. */
static void test_identify(void **state)
{
	struct detached_function functions[] = { { .path = "0000:00/01.0/00.0" } };
	struct pci_function function = { .path = (char *)"0000:00/02.0/00.0" };
	struct card_member member = { .function = &function };
	struct card card = { .name = "gpupci1",
			     .ids = (char *)"0000:0000",
			     .serial = (char *)"dsn:2",
			     .members = &member,
			     .count = 1 };
	const struct cards cards = { &card, 1 };
	struct detached_card records[] = {
		{ .name = "gpupci1",
		  .ids = "0000:0000",
		  .functions = functions,
		  .count = 1 },
		{ .name = "gpupci3", .ids = "0000:0000", .serial = "dsn:2" }
	};
	struct detached list = { records, 1 }, other = { &records[1], 1 };
	struct detached *const lists[] = { &list, &other };

	(void)state;
	detached_identify(lists, 1, &cards, true);
	assert_ptr_equal(records[0].card, &card);
	detached_identify(lists, 1, &cards, false);
	assert_null(records[0].card);
	/* It has its own record. */
	detached_identify(lists, 2, &cards, true);
	assert_null(records[0].card);
	assert_ptr_equal(records[1].card, &card);
	assert_string_equal(detached_name(&records[1]), "gpupci1");
	/* It has another serial number. */
	strcpy(records[0].serial, "dsn:1");
	detached_identify(lists, 1, &cards, true);
	assert_null(records[0].card);
	strcpy(records[0].serial, "vpd:1");
	detached_identify(lists, 1, &cards, true);
	assert_ptr_equal(records[0].card, &card);
	card.is_new = true;
	detached_identify(lists, 1, &cards, true);
	assert_null(records[0].card);
}

/* A card that others detached is recorded, under a name that stays. */
static void test_saves_names(void **state)
{
	(void)state;
	assert_int_equal(fake_unbind(OTHER, "nvidia"), 0);
	fake_text(fake_path("/sys/bus/pci/devices/" OTHER "/driver_override"),
		  "vfio-pci");
	assert_int_equal(fake_bind(OTHER, "vfio-pci"), 0);
	assert_int_equal(run(DETACH, "gpupci2"), EXIT_DONE);
	assert_said("already detached, now noted over reboots");
	assert_true(exists(NAMES_PATH));
}

/* The power went in the middle: the next boot's state is what counts. */
static void test_power(void **state)
{
	(void)state;
	for (int step = 1; step <= 6; step++) {
		fake.die_after = step;
		assert_int_equal(run(DETACH, "gpupci1"), KILLED);
		fake.die_after = 0;
		boot();
		assert_with_host();
		assert_int_equal(run(RESTORE, ""), EXIT_DONE);
		assert_said("an interrupted detach was cut off by a reboot");
		assert_with_host();
		assert_at_rest();
	}
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	for (int step = 1; step <= 8; step++) {
		fake.die_after = step;
		assert_int_equal(run(ATTACH, "gpupci1"), KILLED);
		fake.die_after = 0;
		boot();
		assert_int_equal(run(RESTORE, ""), EXIT_DONE);
		assert_said("an interrupted attach was cut off by a reboot");
		assert_detached();
		assert_at_rest();
	}
}

static void test_early(void **state)
{
	(void)state;
	assert_int_equal(run(EARLY, VIDEO), EXIT_FAILED);
	assert_string_equal(said, "");
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	assert_int_equal(run(EARLY, VIDEO), EXIT_DONE);
	assert_string_equal(said, "vfio-pci\n");
	assert_int_equal(run(EARLY, SOUND), EXIT_DONE);
	assert_int_equal(run(EARLY, OTHER), EXIT_FAILED);
	assert_string_equal(said, "");
	assert_int_equal(run(EARLY, "0000:07:00.0"), EXIT_FAILED);
	assert_int_equal(run(EARLY, "all"), EXIT_USAGE);
	fake_text(fake_path("%s", DETACHED_PATH), "gpupci-detached 1\ncard gpupci1");
	assert_int_equal(run(EARLY, VIDEO), EXIT_FAILED);
	assert_said("cannot read");
}

/* A file that is not ours is moved aside, and nothing is guessed from it. */
static void test_broken(void **state)
{
	(void)state;
	assert_int_equal(run(DETACH, "gpupci1"), EXIT_DONE);
	fake_text(fake_path("%s", DETACHED_PATH), "gpupci-detached 2\nend 0\n");
	assert_int_equal(run(RESTORE, ""), EXIT_DONE);
	assert_said("which cards are to stay detached is not known");
	assert_true(exists(DETACHED_PATH ".broken-1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_stays),	    TEST(test_loads),	   TEST(test_late),
		TEST(test_runtime),	    TEST(test_forget),	   TEST(test_swapped),
		TEST(test_moved),	    TEST(test_power),	   TEST(test_early),
		TEST(test_broken),	    TEST(test_renamed),	   TEST(test_names_lost),
		TEST(test_name_of_another), TEST(test_old_name),   TEST(test_saves_names),
		TEST(test_identify),	    TEST(test_said_to_be),
	};

	return cmocka_run_group_tests_name("gpupci restore", tests, NULL, NULL);
}
