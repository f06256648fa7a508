/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: what the boot loader loads with the kernel that runs. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/entries.h"
#include "src/gpupci/check/loader.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/pi.h"
#include "src/gpupci/files/enter.h"

/* What is known of the kernel that runs, and the best entry so far. */
struct search {
	struct loader *loader;
	struct root *root;
	const char *line;    /* its command line, or NULL */
	const char *release; /* "" if unknown */
	char *image;	     /* BOOT_IMAGE=, as GRUB and extlinux set it, or NULL */
	char *initrds; /* initrd=, as systemd-boot sets it: lines without microcode; or NULL */
	char *package;	  /* Arch's name of the kernel's package, or NULL */
	const char *file; /* where the entries come from */
	int best;
	int error;
};

/* Skips GRUB's name of the disk: "(hd0,gpt2)/vmlinuz", "($root)/vmlinuz". */
static const char *skip_disk(const char *path)
{
	const char *end = path[0] == '(' ? strchr(path, ')') : NULL;

	return end ? end + 1 : path;
}

/* Whether one of two paths ends with the other: /boot may be a partition of its own. */
static bool is_same_path(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length < b_length)
		return is_same_path(b, a);
	return b_length && strcmp(a + a_length - b_length, b) == 0 &&
	       (b[0] == '/' || a_length == b_length || a[a_length - b_length - 1] == '/');
}

/* Whether a path has the release as a whole: "/vmlinuz-6.1.0-1", "/6.1.0-1/linux". */
static bool has_release(const char *path, const char *release)
{
	size_t length = strlen(release);

	for (const char *at = path; length && (at = strstr(at, release)); at++)
		if (!at[length] || at[length] == '/' || strcmp(at + length, ".efi") == 0)
			return true;
	return false;
}

static bool is_package(const char *path, const char *package)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return strncmp(name, "vmlinuz-", 8) == 0 && strcmp(name + 8, package) == 0;
}

static bool is_kernel(const struct search *search, const struct entry *entry)
{
	const char *path = skip_disk(strbuf_text(&entry->kernel));

	if (search->image)
		return is_same_path(path, skip_disk(search->image));
	if (has_release(path, search->release) ||
	    (search->release[0] &&
	     strcmp(strbuf_text(&entry->version), search->release) == 0))
		return true;
	return search->package && is_package(path, search->package);
}

/* Whether an entry is one of those that a boot without trouble does not take. */
static bool is_for_emergencies(const struct entry *entry)
{
	const char *options = strbuf_text(&entry->options);

	return strstr(strbuf_text(&entry->initrds), "fallback") ||
	       strstr(options, " single") || strstr(options, " recovery") ||
	       strstr(options, "systemd.unit=rescue") || strstr(options, "rd.break");
}

/* How well an entry fits what runs; 0 for not at all. */
static int rate(const struct search *search, const struct entry *entry)
{
	_cleanup_free_ char *mine = cmdline_value(search->line, "ostree");
	_cleanup_free_ char *its = cmdline_value(strbuf_text(&entry->options), "ostree");
	bool same_initrds = search->initrds &&
			    strcmp(search->initrds, strbuf_text(&entry->initrds)) == 0;

	/* Each deployment of ostree has an entry, often with the same kernel. */
	if (mine && its && strcmp(mine, its) != 0)
		return 0;
	if (same_initrds)
		return 3;
	if (search->initrds || !is_kernel(search, entry))
		return 0;
	return is_for_emergencies(entry) ? 1 : 2;
}

/* Returns the value of a variable of GRUB's environment block, or NULL. */
static char *read_grub_variable(struct root *root, const char *name, size_t length)
{
	static const char *const blocks[] = { "/boot/grub2/grubenv",
					      "/boot/grub/grubenv" };

	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		_cleanup_free_ char *text = check_read_followed(root, blocks[i]);
		char *rest = NULL;

		for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
		     line = strtok_r(NULL, "\n", &rest))
			if (strncmp(line, name, length) == 0 && line[length] == '=')
				return strdup(line + length + 1);
	}
	return NULL;
}

/*
 * Puts in GRUB's variables. Those without a value, such as $tuned_params, are nothing;
 * without $kernelopts the words are not known. Returns NULL for that.
 */
static char *expand(struct root *root, const char *options)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	strbuf_add(&text, "", 0);
	for (const char *at = options; *at;) {
		size_t length = strcspn(at, " \t");

		if (at[0] == '$') {
			bool braced = at[1] == '{';
			const char *name = at + 1 + braced;
			size_t letters = length - 1 - braced;
			_cleanup_free_ char *value = NULL;

			if (braced && letters)
				letters--;
			value = read_grub_variable(root, name, letters);
			if (!value && letters == 10 &&
			    strncmp(name, "kernelopts", 10) == 0)
				return NULL;
			strbuf_add_string(&text, value ? value : "");
		} else {
			strbuf_add(&text, at, length);
		}
		at += length;
		if (*at)
			strbuf_add_char(&text, *at++);
	}
	return strbuf_take(&text);
}

static void consider(void *context, struct entry *entry)
{
	struct search *search = context;
	struct loader *loader = search->loader;
	int rating = rate(search, entry);

	if (rating <= search->best)
		return;
	loader_release(loader);
	loader->source = strdup(search->file);
	loader->options = expand(search->root, strbuf_text(&entry->options));
	loader->initrds = strdup(strbuf_text(&entry->initrds));
	if (!loader->source || !loader->initrds)
		search->error = -ENOMEM;
	search->best = rating;
}

/* Goes through the entries of all files that match a pattern. */
static void look(struct search *search, const char *pattern,
		 void (*read)(char *text, entries_call *call, void *context))
{
	size_t skip = strlen(root_entered(search->root->folder));
	glob_t found;

	if (root_match(search->root, pattern, &found) < 0)
		search->error = -ENOMEM;
	for (size_t i = 0; i < found.gl_pathc && search->error == 0; i++) {
		_cleanup_free_ char *text = NULL;

		search->file = found.gl_pathv[i] + skip;
		text = check_read_followed(search->root, search->file);
		if (text)
			read(text, consider, search);
	}
	globfree(&found);
}

/* The paths of the images that config.txt names; NULL if it is not certain which. */
static char *list_pi_images(const struct search *search, const struct pi_config *config)
{
	const char *image = config->is_auto ? pi_config_image(search->release) : NULL;
	const char *names =
		config->initrds.length ? strbuf_text(&config->initrds) : image;
	_cleanup_strbuf_ struct strbuf paths = STRBUF_EMPTY;

	if (config->is_doubtful)
		return NULL;
	for (const char *at = names; at && *at; at += *at == '\n') {
		size_t length = strcspn(at, "\n");

		strbuf_add_format(&paths, "/%s%.*s\n", strbuf_text(&config->prefix),
				  (int)length, at);
		at += length;
	}
	return paths.length ? strbuf_take(&paths) : NULL;
}

/* The firmware of a Raspberry Pi: config.txt, and a file that is the command line. */
static void read_pi(struct search *search, const char *folder)
{
	_cleanup_pi_config_ struct pi_config config = PI_CONFIG_EMPTY;
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL, *line = NULL;
	struct loader *loader = search->loader;

	strbuf_add_format(&path, "%s/config.txt", folder);
	text = check_read_followed(search->root, strbuf_text(&path));
	if (!text)
		return;
	search->error = pi_config_read(&config, text);
	strbuf_reset(&path);
	strbuf_add_format(&path, "%s/%s%s", folder, strbuf_text(&config.prefix),
			  strbuf_text(&config.cmdline));
	line = check_read_followed(search->root, strbuf_text(&path));
	if (!line)
		return;
	line[strcspn(line, "\n")] = '\0';
	loader->source = strbuf_take(&path);
	loader->options = take_pointer(line);
	loader->initrds = list_pi_images(search, &config);
}

/* systemd-boot hands the kernel "initrd=\initramfs-linux.img", several for microcode. */
static char *read_initrds(const char *line)
{
	_cleanup_strbuf_ struct strbuf initrds = STRBUF_EMPTY;
	_cleanup_free_ char *copy = line ? strdup(line) : NULL;
	char *rest = copy, *name, *value;

	while (rest && cmdline_next(&rest, &name, &value)) {
		if (!value || strcmp(name, "initrd") != 0 || strstr(value, "ucode") ||
		    strstr(value, "microcode"))
			continue;
		for (char *c = value; *c; c++)
			if (*c == '\\')
				*c = '/';
		strbuf_add_format(&initrds, "%s\n", value);
	}
	return initrds.length ? strbuf_take(&initrds) : NULL;
}

static void read_files(struct search *search)
{
	static const struct {
		const char *pattern;
		void (*read)(char *text, entries_call *call, void *context);
	} files[] = {
		{ "/boot/loader/entries/*.conf", entries_read_bls },
		{ "/efi/loader/entries/*.conf", entries_read_bls },
		{ "/boot/efi/loader/entries/*.conf", entries_read_bls },
		{ "/boot/grub/grub.cfg", entries_read_grub },
		{ "/boot/grub2/grub.cfg", entries_read_grub },
		{ "/boot/efi/EFI/*/grub.cfg", entries_read_grub },
		{ "/boot/extlinux/extlinux.conf", entries_read_extlinux },
	};
	struct loader *loader = search->loader;

	for (size_t i = 0; i < ARRAY_SIZE(files) && search->error == 0; i++)
		look(search, files[i].pattern, files[i].read);
	if (!loader->source)
		read_pi(search, "/boot/firmware");
	if (!loader->source)
		read_pi(search, "/boot");
	if (search->initrds && !loader->initrds) {
		if (!loader->source)
			loader->source = strdup("the kernel's command line");
		if (!loader->source)
			search->error = -ENOMEM;
		loader->initrds = take_pointer(search->initrds);
	}
}

int loader_read(struct loader *loader, struct root *root, const char *line,
		const char *release)
{
	struct search search = {
		.loader = loader, .root = root, .line = line, .release = release
	};
	_cleanup_strbuf_ struct strbuf path = STRBUF_EMPTY;

	search.image = cmdline_value(line, "BOOT_IMAGE");
	search.initrds = read_initrds(line);
	strbuf_add_format(&path, "/lib/modules/%s/pkgbase", release);
	if (release[0])
		search.package = check_read_line(root, strbuf_text(&path));
	read_files(&search);
	free(search.image);
	free(search.initrds);
	free(search.package);
	return search.error;
}

void loader_release(struct loader *loader)
{
	free(loader->source);
	free(loader->options);
	free(loader->initrds);
	*loader = (struct loader)LOADER_EMPTY;
}
