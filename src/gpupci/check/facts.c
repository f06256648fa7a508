/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what decides at boot who gets a card; the same for all cards. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/facts.h"
#include "src/gpupci/check/lookups.h"

#define RUNNING "the kernel's command line"

int facts_read(struct boot_facts *facts, struct root *root)
{
	_cleanup_free_ char *release = check_release_name(root);
	size_t length;
	int error;

	if (!release)
		return -ENOMEM;
	facts->line = check_read(root, &length, "/proc/cmdline");
	if (facts->line)
		facts->line[strcspn(facts->line, "\n")] = '\0';
	error = loader_read(&facts->loader, root, facts->line, release);
	if (error == 0)
		error = modules_read(&facts->modules, root, release);
	if (error == 0)
		error = requests_read(&facts->requests, root);
	if (error < 0)
		return error;
	settings_read(&facts->running, root, facts->line, RUNNING);
	if (facts->loader.options)
		settings_read(&facts->settings, root, facts->loader.options,
			      facts->loader.source);
	else
		settings_read(&facts->settings, root, facts->line, RUNNING);
	return facts->running.error < 0 ? facts->running.error : facts->settings.error;
}

int facts_read_image(struct boot_facts *facts, struct root *root)
{
	_cleanup_free_ char *release = check_release_name(root);

	if (facts->has_image)
		return 0;
	if (!release)
		return -ENOMEM;
	facts->has_image = true;
	return image_read(&facts->image, root, &facts->loader, release);
}

void facts_release(struct boot_facts *facts)
{
	free(facts->line);
	loader_release(&facts->loader);
	settings_release(&facts->settings);
	settings_release(&facts->running);
	modules_release(&facts->modules);
	requests_release(&facts->requests);
	image_release(&facts->image);
	*facts = (struct boot_facts)BOOT_FACTS_EMPTY;
}
