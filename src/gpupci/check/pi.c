/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: config.txt, from which the firmware of a Raspberry Pi boots. */
#include <string.h>
#include <strings.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/pi.h"

/*
 * Its words are in "config.txt" of the Raspberry Pi documentation: "initramfs FILE[,FILE]"
 * has no equals sign, the last one counts, and a section such as [pi4] is for some models.
 */

/* Returns what follows the word and one of the separators; NULL for another line. */
static char *value_of(char *line, const char *word, const char *separators)
{
	size_t length = strlen(word);

	if (strncmp(line, word, length) != 0 || !line[length] ||
	    !strchr(separators, line[length]))
		return NULL;
	line += length;
	line += strspn(line, separators);
	line[strcspn(line, " \t\r")] = '\0';
	return line;
}

static void set(struct strbuf *field, const char *value)
{
	strbuf_reset(field);
	strbuf_add_string(field, value);
}

static void set_initrds(struct pi_config *config, char *list)
{
	char *rest = NULL;

	strbuf_reset(&config->initrds);
	for (char *name = strtok_r(list, ",", &rest); name;
	     name = strtok_r(NULL, ",", &rest))
		strbuf_add_format(&config->initrds, "%s\n", name);
}

/* A line of a section; for_all: of all models. */
static void take_line(struct pi_config *config, char *line, bool for_all)
{
	char *initrds = value_of(line, "initramfs", " \t");
	char *automatic = value_of(line, "auto_initramfs", "=");
	char *value;

	if (initrds || automatic)
		config->is_doubtful = !for_all;
	if (!for_all)
		return;
	if (initrds)
		set_initrds(config, initrds);
	else if (automatic)
		config->is_auto = strcmp(automatic, "1") == 0;
	else if ((value = value_of(line, "os_prefix", "=")))
		set(&config->prefix, value);
	else if ((value = value_of(line, "cmdline", "=")))
		set(&config->cmdline, value);
}

int pi_config_read(struct pi_config *config, char *text)
{
	bool for_all = true;
	char *rest = NULL;

	set(&config->prefix, "");
	set(&config->cmdline, "cmdline.txt");
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		line += strspn(line, " \t");
		if (line[0] == '[')
			for_all = strncasecmp(line, "[all]", 5) == 0;
		else if (line[0] != '#')
			take_line(config, line, for_all);
	}
	if (config->prefix.error || config->cmdline.error)
		return config->prefix.error ? config->prefix.error
					    : config->cmdline.error;
	return config->initrds.error;
}

const char *pi_config_image(const char *release)
{
	/* Longer endings are in front of those that they end with. */
	static const struct {
		const char *ending, *image;
	} kernels[] = {
		{ "-rpi-2712", "initramfs_2712" }, { "-rpi-v8", "initramfs8" },
		{ "-rpi-v7l", "initramfs7l" },	   { "-rpi-v7", "initramfs7" },
		{ "-rpi-v6", "initramfs" },
	};
	size_t length = strlen(release);

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		size_t tail = strlen(kernels[i].ending);

		if (length > tail &&
		    strcmp(release + length - tail, kernels[i].ending) == 0)
			return kernels[i].image;
	}
	return NULL;
}

void pi_config_release(struct pi_config *config)
{
	strbuf_release(&config->prefix);
	strbuf_release(&config->cmdline);
	strbuf_release(&config->initrds);
}
