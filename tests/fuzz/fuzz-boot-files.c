/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on files of boot loaders and of what makes an initramfs. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/entries.h"
#include "src/gpupci/check/image.h"
#include "src/gpupci/check/requests.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *context, struct entry *entry)
{
	size_t *count = context;

	if (!entry->kernel.length || strchr(strbuf_text(&entry->options), '\n'))
		__builtin_trap();
	(*count)++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const loaders[])(char *text, entries_call *call, void *context) = {
		entries_read_bls, entries_read_grub, entries_read_extlinux
	};
	static void (*const makers[])(struct requests * requests, char *text,
				      const char *source) = { requests_add_tools,
							      requests_add_dracut,
							      requests_add_mkinitcpio };

	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++) {
		_cleanup_free_ char *text = strndup((const char *)data, size);
		size_t count = 0;

		if (text)
			loaders[i](text, check, &count);
		if (count > size)
			__builtin_trap();
	}
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		_cleanup_free_ char *text = strndup((const char *)data, size);
		struct requests requests = REQUESTS_EMPTY;

		if (!text)
			return 0;
		image_has(text, "nouveau", strlen("nouveau"));
		makers[i](&requests, text, "file");
		for (size_t j = 0; j < requests.count; j++)
			if (!requests.requests[j].module[0])
				__builtin_trap();
		requests_release(&requests);
	}
	return 0;
}
