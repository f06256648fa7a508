/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on a card's configuration space, through libpci, and in an archive. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/gather.h"
#include "src/gpupci/cards/host.h"
#include "tests/fuzz/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEVICE "/sys/bus/pci/devices/0000:02:00.0/"

static char root[64];

static void put(const char *name, const void *bytes, size_t size)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s" DEVICE "%s", root, name);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		__builtin_trap();
}

static const char *const folders[] = { "/sys", "/sys/bus", "/sys/bus/pci",
				       "/sys/bus/pci/devices", DEVICE };

static void remove_host(void)
{
	static const char *const files[] = { "config", "resource", "vendor", "device",
					     "class" };
	char path[160];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s" DEVICE "%s", root, files[i]);
		unlink(path);
	}
	for (size_t i = ARRAY_SIZE(folders); i-- > 0;) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		rmdir(path);
	}
	rmdir(root);
}

/* A host in memory with one card. */
static void make_host(void)
{
	char resource[13 * 57 + 1] = "", path[160];

	strcpy(root, "/dev/shm/fuzz-config-space-XXXXXX");
	if (!mkdtemp(root) || atexit(remove_host) != 0)
		__builtin_trap();
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		if (mkdir(path, 0755) < 0)
			__builtin_trap();
	}
	for (int i = 0; i < 13; i++)
		strcat(resource, "0x0000000000000000 0x0000000000000000 "
				 "0x0000000000000000\n");
	put("resource", resource, strlen(resource));
	put("vendor", "0x10de\n", 7);
	put("device", "0x1db6\n", 7);
	put("class", "0x030200\n", 9);
}

static void read_and_gather(void)
{
	struct host host = HOST_EMPTY(root);
	struct gathering gathering = { .host = &host, .anonymous = true };
	char *bytes = NULL;
	size_t size = 0;

	if (host_read(&host, 0) < 0 || host.cards.count != 1)
		__builtin_trap();
	/* What libpci does not understand is an error with a sentence. */
	if (card_read(&host.cards.cards[0], &host.scan, true) < 0 &&
	    !host.scan.fault.length)
		__builtin_trap();
	gathering.file = open_memstream(&bytes, &size);
	if (!gathering.file || gather(&gathering) < 0 || fclose(gathering.file) != 0)
		__builtin_trap();
	free(bytes);
	host_release(&host);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!root[0])
		make_host();
	put("config", data, size < 4096 ? size : 4096);
	read_and_gather();
	return 0;
}
