/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files a disk image needs, from its first bytes. */
/* tests/fuzz/corpus/disk-image has the first bytes of what qemu-img 7.2 made. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/move/disk-image.h"

struct bytes {
	uint8_t list[DISK_IMAGE_HEAD];
	size_t length;
};

static struct bytes read_bytes(const char *name)
{
	struct bytes bytes = { .length = 0 };
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/disk-image/%s", name);
	file = fopen(path, "re");
	assert_non_null(file);
	bytes.length = fread(bytes.list, 1, sizeof(bytes.list), file);
	fclose(file);
	assert_true(bytes.length > 100);
	return bytes;
}

static void assert_needs(const char *type, const struct bytes *bytes, int result,
			 const char *backing, const char *format, const char *data)
{
	struct disk_image image;

	assert_int_equal(disk_image_read(type, bytes->list, bytes->length, &image),
			 result);
	if (result < 0)
		return;
	assert_string_equal(image.backing, backing);
	assert_string_equal(image.backing_format, format);
	assert_string_equal(image.data, data);
}

static void test_real_images(void **state)
{
	static const struct {
		const char *name, *type, *backing, *format, *data;
	} cases[] = {
		{ "qcow2-v2", "qcow2", "../golden/base.qcow2", "qcow2", "" },
		{ "qcow2-v3", "qcow2", "../golden/base.qcow2", "qcow2", "" },
		{ "qcow2-v3", "", "../golden/base.qcow2", "qcow2", "" },
		{ "qcow2-v3", "file", "", "", "" },
		{ "qed", "qed", "base.img", "raw", "" },
		{ "qed", "", "base.img", "raw", "" },
		{ "data-file", "qcow2", "", "", "/tmp/st.raw" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct bytes bytes = read_bytes(cases[i].name);

		assert_needs(cases[i].type, &bytes, 0, cases[i].backing, cases[i].format,
			     cases[i].data);
	}
}

static void test_no_image_of_its_type(void **state)
{
	struct bytes bytes = read_bytes("qed");

	(void)state;
	assert_needs("qcow2", &bytes, -EINVAL, "", "", "");
	bytes = read_bytes("qcow2-v3");
	assert_needs("qed", &bytes, -EINVAL, "", "", "");
	for (bytes.length = 0; bytes.length < 104; bytes.length++)
		assert_needs("qcow2", &bytes, -EINVAL, "", "", "");
}

/* Where the name would be is a big-endian number at 8, its length one at 16. */
static void test_names_that_are_not_there(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} cases[] = {
		{ 8, 0x80 },  /* far beyond the end */
		{ 13, 0xff }, /* beyond the first bytes */
		{ 18, 4 },    /* of 1024 bytes and more */
		{ 19, 0 },    /* of none */
		{ 0x215, 0 }, /* with a NUL */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes bytes = read_bytes("qcow2-v3");

		bytes.list[cases[i].at] = cases[i].byte;
		assert_needs("qcow2", &bytes, -ENODATA, "", "", "");
	}
}

static void test_digits(void **state)
{
	const struct bytes bytes = read_bytes("qcow2-v3");
	char digits[2 * DISK_IMAGE_HEAD + 3] = "";
	struct disk_image image;

	(void)state;
	for (size_t i = 0; i < bytes.length; i++)
		snprintf(digits + 2 * i, 3, "%02x", bytes.list[i]);
	assert_int_equal(disk_image_read_digits("qcow2", digits, &image), 0);
	assert_string_equal(image.backing, "../golden/base.qcow2");
	assert_int_equal(disk_image_read_digits("file", "0", &image), -EINVAL);
	assert_int_equal(disk_image_read_digits("file", "0g", &image), -EINVAL);
	assert_int_equal(disk_image_read_digits("file", "", &image), 0);
	memset(digits, '0', sizeof(digits) - 1);
	assert_int_equal(disk_image_read_digits("file", digits, &image), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_images),
		cmocka_unit_test(test_no_image_of_its_type),
		cmocka_unit_test(test_names_that_are_not_there),
		cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
