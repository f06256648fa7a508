/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules of the running kernel in an archive: only the lines about cards. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/modules.h"
#include "src/gpupci/capture/tar.h"

/*
 * Whether a line of modules.alias is about a vendor of this host's cards, or any vendor.
 */
static bool is_alias_of_card(const struct host *host, const char *line)
{
	static const char start[] = "alias pci:v";
	char vendor[9];

	if (strncmp(line, start, strlen(start)) != 0)
		return false;
	line += strlen(start);
	for (size_t i = 0; i < host->cards.count; i++)
		for (size_t j = 0; j < host->cards.cards[i].count; j++) {
			snprintf(vendor, sizeof(vendor), "%08X",
				 host->cards.cards[i].members[j].function->vendor);
			if (strncmp(line, vendor, 8) == 0)
				return true;
		}
	return line[0] == '*';
}

/* What a VM needs, and what may be told to load first: on what graphics depends. */
static bool is_about_cards(const struct host *host, const char *line)
{
	static const char *const words[] = { "vfio",	      "pci-stub",
					     "drivers/gpu/",  "nvidia",
					     "snd-hda-intel", "xhci-pci",
					     "i2c-nvidia",    "iommufd" };

	(void)host;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(line, words[i]))
			return true;
	return false;
}

/* Adds the relevant lines of a long list of the running kernel's modules. */
static int add_module_list(struct gathering *g, const char *folder, const char *name,
			   bool (*keep)(const struct host *host, const char *line))
{
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = NULL;
	char *rest = NULL;
	size_t length = 0;
	int error = member_set_path(g, folder, name);

	if (error == 0)
		error = root_here_file(&g->host->scan.root, MEMBER_MOST_BYTES - 1, &bytes,
				       &length);
	if (error < 0)
		return member_leave_out(g, error);
	bytes[length] = '\0';
	for (char *line = strtok_r(bytes, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (keep(g->host, line))
			strbuf_add_format(&kept, "%s\n", line);
	if (kept.error)
		return kept.error;
	return tar_add_file(g->file, member_path(g), strbuf_text(&kept), kept.length);
}

int modules_add(struct gathering *g)
{
	static const char *const whole[] = { "modules.builtin", "modules.builtin.modinfo",
					     "pkgbase" };
	_cleanup_strbuf_ struct strbuf folder = STRBUF_EMPTY;
	_cleanup_free_ char *release = NULL;
	int error = root_read_line(&g->host->scan.root, &release,
				   "/proc/sys/kernel/osrelease");

	if (error < 0)
		return member_leave_out(g, error);
	if (!release[0] || release[0] == '.' || strchr(release, '/'))
		return 0;
	strbuf_add_format(&folder, "lib/modules/%s", release);
	if (folder.error)
		return folder.error;
	error = member_add_files(g, strbuf_text(&folder), whole, ARRAY_SIZE(whole));
	if (error == 0)
		error = add_module_list(g, strbuf_text(&folder), "modules.dep",
					is_about_cards);
	return error < 0 ? error
			 : add_module_list(g, strbuf_text(&folder), "modules.alias",
					   is_alias_of_card);
}
