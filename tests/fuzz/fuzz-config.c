/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on gpupci.conf: understood, or refused with a sentence that names the line. */
#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/cards/config.h"
#include "tests/fuzz/memory-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_config_ struct config config = CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf fault = STRBUF_EMPTY;
	const struct pci_address slot = { .bus = 2 };
	_cleanup_root_ struct root root = ROOT_EMPTY("");
	char path[32];
	_cleanup_close_ int fd = memory_file(data, size, path);
	unsigned int position = 0;
	int error = config_read(&config, &root, path, &fault);

	if (error == -EINVAL ? !strstr(strbuf_text(&fault), path)
			     : error < 0 || fault.length)
		__builtin_trap();
	if (error < 0)
		return 0;
	config_knows(&config, 0x10de, 0x030200);
	if (config_includes(&config, slot) && config_excludes(&config, slot))
		__builtin_trap();
	config_board(&config, slot, &position);
	return position > size;
}
