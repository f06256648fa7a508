/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on a tree of the files that decide at boot who gets a card. */
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/facts.h"
#include "src/gpupci/check/fate.h"
#include "src/gpupci/check/fix.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"/proc/cmdline",
	"/proc/sys/kernel/osrelease",
	"/etc/modprobe.d/a.conf",
	"/usr/lib/modprobe.d/b.conf",
	"/etc/modules-load.d/a.conf",
	"/etc/dracut.conf.d/a.conf",
	"/etc/initramfs-tools/modules",
	"/etc/mkinitcpio.conf",
	"/etc/mkinitcpio.d/linux.preset",
	"/etc/mkinitcpio-vfio.conf",
	"/boot/firmware/config.txt",
	"/boot/firmware/cmdline.txt",
	"/boot/loader/entries/a.conf",
	"/boot/grub/grub.cfg",
	"/boot/grub/grubenv",
	"/boot/extlinux/extlinux.conf",
	"/etc/os-release",
	"/etc/driverctl.d/pci-0000:02:00.0",
	"/lib/modules/6.1.0/modules.alias",
	"/lib/modules/6.1.0/modules.dep",
	"/lib/modules/6.1.0/modules.builtin",
	"/lib/modules/6.1.0/modules.builtin.modinfo",
	"/lib/modules/6.1.0/pkgbase",
	"/etc/default/u-boot",
	"/sys/bus/pci/devices/0000:02:00.0/modalias",
};

static char folder[] = "/dev/shm/fuzz-boot-tree.XXXXXX";

static int remove_one(const char *path, const struct stat *status, int type,
		      struct FTW *at)
{
	(void)status;
	(void)type;
	(void)at;
	return remove(path);
}

static void remove_all(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Makes the folders of all paths, once. */
static void make_folders(void)
{
	if (!mkdtemp(folder) || atexit(remove_all))
		__builtin_trap();
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		for (const char *slash = paths[i]; (slash = strchr(slash + 1, '/'));) {
			char path[128];

			snprintf(path, sizeof(path), "%s%.*s", folder,
				 (int)(slash - paths[i]), paths[i]);
			mkdir(path, 0700);
		}
}

static void write_file(size_t place, const uint8_t *data, size_t size)
{
	char path[128];
	_cleanup_fclose_ FILE *file = NULL;

	snprintf(path, sizeof(path), "%s%s", folder, paths[place]);
	file = fopen(path, "w");
	if (!file || fwrite(data, 1, size, file) != size)
		__builtin_trap();
}

static void remove_files(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", folder, paths[i]);
		unlink(path);
	}
}

/* The input is files: each begins with 0x1e and a letter, its place in paths. */
static void write_files(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 1 < size;) {
		const uint8_t *end = memchr(data + i + 1, 0x1e, size - i - 1);
		size_t length = (end ? (size_t)(end - data) : size) - i;

		if (data[i] == 0x1e && length >= 2)
			write_file((data[i + 1] - 'a') % ARRAY_SIZE(paths), data + i + 2,
				   length - 2);
		i += length;
	}
}

/* A fix is lines, each ended; without lack of memory. */
static void check_fix(const struct strbuf *fix)
{
	const char *text = strbuf_text(fix);

	if (fix->error || !fix->length || text[fix->length - 1] != '\n')
		__builtin_trap();
}

static void look(struct boot_facts *facts, struct root *root)
{
	const struct pci_function function = { .address = { .bus = 2 },
					       .vendor = 0x10de,
					       .device = 0x1eb8,
					       .class = 0x030200 };
	_cleanup_strbuf_ struct strbuf add = STRBUF_EMPTY, take = STRBUF_EMPTY;
	struct fate fate = FATE_EMPTY;

	fate_read(&fate, facts, root, &function);
	fate_release(&fate);
	fix_add_words(&add, root, facts, "pci=realloc a=b");
	check_fix(&add);
	fix_remove_word(&take, root, facts, "pcie_acs_override", "downstream");
	check_fix(&take);
	facts_read_image(facts, root);
	if (!facts->image.is_none && !facts->image.why && !facts->image.list)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_root_ struct root root = ROOT_EMPTY(folder);
	struct boot_facts facts = BOOT_FACTS_EMPTY;

	if (strchr(folder, 'X'))
		make_folders();
	remove_files();
	write_files(data, size);
	if (facts_read(&facts, &root) == 0)
		look(&facts, &root);
	facts_release(&facts);
	return 0;
}
