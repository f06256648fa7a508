/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libFuzzer on modprobe.d(5), a kernel command line and "ids" of vfio-pci. */
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fate.h"
#include "src/gpupci/check/ids.h"
#include "src/gpupci/check/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct settings *settings)
{
	static const char name[] = "vfio_pci";
	const struct pci_function function = { .vendor = 0x10de,
					       .device = 0x1eb8,
					       .class = 0x030200 };

	if (settings->error < 0)
		__builtin_trap();
	for (size_t i = 0; i < settings->count; i++) {
		const struct setting *setting = &settings->settings[i];

		if (!setting->module || !setting->value || !setting->source)
			__builtin_trap();
		settings_barrier(settings, setting->module, strlen(setting->module));
		ids_match(setting->value, &function);
	}
	settings_find_word(settings, SETTING_PRE, name, strlen(name), "nouveau");
	fate_ids(settings, &function);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_settings_ struct settings file = SETTINGS_EMPTY;
	_cleanup_settings_ struct settings line = SETTINGS_EMPTY;
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_free_ char *value =
		text ? cmdline_value(text, "module_blacklist") : NULL;

	if (!text)
		return 0;
	settings_add_line(&line, text, "line");
	look(&line);
	settings_add_file(&file, text, "file");
	look(&file);
	return 0;
}
