/* SPDX-License-Identifier: GPL-2.0-or-later */
/* losses PLUGIN: what definitions would lose, as the plugin libvirt says. */
/*
 * Each line of standard input has PRESENT NEXT [KNOWN], which are files; - as KNOWN compares
 * like `check host gpu repair=yes`. Prints the lines of each, then an empty one.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/rocks-plugin.h"

#define MOST (1 << 20)

static int print(void *data, const char *line)
{
	(void)data;
	return puts(line) < 0;
}

static char *read_xml(const char *path)
{
	char *text = calloc(1, MOST);
	FILE *file = fopen(path, "re");

	if (!text || !file || fread(text, 1, MOST - 1, file) == 0) {
		fprintf(stderr, "%s: cannot be read\n", path);
		exit(2);
	}
	fclose(file);
	return text;
}

static int compare(const struct rocks_plugin *plugin, const char *present,
		   const char *next, const char *known)
{
	struct rocks_comparison comparison = { .size = sizeof(comparison),
					       .present = read_xml(present),
					       .next = read_xml(next) };
	int r;

	if (known && strcmp(known, "-") == 0)
		comparison.flags = ROCKS_COMPARE_LACKING;
	else if (known)
		comparison.known = read_xml(known);
	r = plugin->hypervisor->losses(&comparison, print, NULL);
	puts("");
	free((char *)comparison.present);
	free((char *)comparison.next);
	free((char *)comparison.known);
	return r;
}

int main(int argc, char *argv[])
{
	void *handle = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	const struct rocks_plugin *plugin = handle ? dlsym(handle, "rocks_plugin") : NULL;
	char line[4096];
	int r = 0;

	if (!plugin) {
		fprintf(stderr, "%s\n", dlerror());
		return 2;
	}
	while (r == 0 && fgets(line, sizeof(line), stdin)) {
		char *rest = NULL, *present = strtok_r(line, " \n", &rest),
		     *next = strtok_r(NULL, " \n", &rest),
		     *known = strtok_r(NULL, " \n", &rest);

		r = present && next ? compare(plugin, present, next, known) : -1;
	}
	return r ? 1 : 0;
}
