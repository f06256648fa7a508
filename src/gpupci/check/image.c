/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: the initramfs that the boot loader loads, and the files in it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "src/gpupci/check/image.h"
#include "src/gpupci/check/lookups.h"
#include "src/gpupci/check/run.h"
#include "src/gpupci/files/enter.h"

/*
 * What lists an image: initramfs-tools' program, dracut's, mkinitcpio's. Each may refuse
 * another's image.
 */
static const char *const programs[] = { "/usr/bin/lsinitramfs", "/usr/bin/lsinitrd",
					"/usr/bin/lsinitcpio" };

/* How distributions name an image after the release, as patterns of glob(7). */
static const char *const names[] = {
	"/boot/initrd.img-%s",	  /* Debian */
	"/boot/initramfs-%s.img", /* dracut, Enterprise Linux */
	"/boot/initrd-%s",	  /* SUSE */
	/* kernel-install, below the machine's id; on Debian with .img-RELEASE */
	"/boot/*/%s/initrd*",
	"/efi/*/%s/initrd*",
	"/boot/efi/*/%s/initrd*",
	/* ostree */
	"/boot/ostree/*/initramfs-%s.img",
	/* unified kernel images */
	"/boot/EFI/Linux/*%s*.efi",
	"/efi/EFI/Linux/*%s*.efi",
	"/boot/efi/EFI/Linux/*%s*.efi",
};

/* How Arch names it, after the kernel's package. */
static const char *const package_names[] = { "/boot/initramfs-%s.img",
					     "/efi/EFI/Linux/arch-%s.efi",
					     "/boot/EFI/Linux/arch-%s.efi" };

bool image_has(const char *list, const char *module, size_t length)
{
	for (const char *at = list; (at = strstr(at, ".ko")); at += 3) {
		const char *begin = at;

		/* "….ko", "….ko.xz", "….ko.zst": the name starts after the slash. */
		if (at[3] && !strchr(".\n ", at[3]))
			continue;
		while (begin > list && begin[-1] != '/' && begin[-1] != '\n')
			begin--;
		if ((size_t)(at - begin) == length) {
			_cleanup_free_ char *name = strndup(begin, length);

			if (name && check_is_module(module, length, name))
				return true;
		}
	}
	return false;
}

/*
 * Returns where a path on the loader's partition is on this host, NULL if it is not here:
 * that partition may be /, /boot or the EFI system partition, a subvolume of btrfs may be
 * in front, and Proxmox copies from /boot to a partition that is not mounted.
 */
static char *locate(struct root *root, const char *path)
{
	static const char *const folders[] = { "/boot", "", "/efi", "/boot/efi",
					       "/boot/firmware" };
	const char *name = strrchr(path, '/');

	for (const char *rest = path; rest; rest = strchr(rest + 1, '/'))
		for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
			if (root_exists(root, "%s%s%s", folders[i],
					rest[0] == '/' ? "" : "/", rest))
				return check_text("%s%s%s", folders[i],
						  rest[0] == '/' ? "" : "/", rest);
	return name && root_exists(root, "/boot%s", name) ? check_text("/boot%s", name)
							  : NULL;
}

/* Adds the images that the loader's entry names; those that are not here are a reason. */
static int find_by_loader(struct image *image, struct root *root,
			  const struct loader *loader, struct strbuf *paths)
{
	_cleanup_free_ char *copy = strdup(loader->initrds);
	char *rest = NULL;

	if (!copy)
		return -ENOMEM;
	for (char *path = strtok_r(copy, "\n", &rest); path;
	     path = strtok_r(NULL, "\n", &rest)) {
		_cleanup_free_ char *here = locate(root, path);

		if (here)
			strbuf_add_format(paths, "%s\n", here);
		else if (!image->why)
			image->why = check_text("%s names %s, which is not here",
						loader->source, path);
	}
	return paths->error;
}

/* A name with the release is without doubt if one file has it; ostree may have several. */
static int find_by_name(struct root *root, const char *format, const char *word,
			struct strbuf *paths)
{
	_cleanup_strbuf_ struct strbuf pattern = STRBUF_EMPTY;
	const char *star = strstr(format, "%s");
	size_t skip = strlen(root_entered(root->folder));
	glob_t found;

	/* The word is a name from files below the root: no pattern. */
	strbuf_add(&pattern, format, (size_t)(star - format));
	strbuf_add_format(&pattern, "%s%s", word, star + 2);
	if (pattern.error || root_match(root, strbuf_text(&pattern), &found) < 0)
		return -ENOMEM;
	if (found.gl_pathc == 1)
		strbuf_add_format(paths, "%s\n", found.gl_pathv[0] + skip);
	globfree(&found);
	return paths->error;
}

static int find_by_names(struct root *root, const char *release, struct strbuf *paths)
{
	_cleanup_strbuf_ struct strbuf file = STRBUF_EMPTY;
	_cleanup_free_ char *package = NULL;
	int error = 0;

	if (!release[0] || strpbrk(release, "*?[]\\/"))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names) && error == 0 && !paths->length; i++)
		error = find_by_name(root, names[i], release, paths);
	strbuf_add_format(&file, "/lib/modules/%s/pkgbase", release);
	package = check_read_line(root, strbuf_text(&file));
	if (!package || strpbrk(package, "*?[]\\/"))
		return error;
	for (size_t i = 0; i < ARRAY_SIZE(package_names) && error == 0 && !paths->length;
	     i++)
		error = find_by_name(root, package_names[i], package, paths);
	return error;
}

/* Appends what a program prints about an image. Returns whether one could list it. */
static bool list_one(struct image *image, struct root *root, const char *path,
		     struct strbuf *list)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		const char *const argv[] = { programs[i], path, NULL };
		_cleanup_free_ char *text = NULL;
		int status = 0;

		if (!root_exists(root, "%s", programs[i]))
			continue;
		text = check_run(argv, root->timeout, &status);
		if (text) {
			strbuf_add_string(list, text);
			return true;
		}
		free(image->why);
		if (status == -ETIMEDOUT)
			image->why = check_text("%s did not finish with %s within %u s",
						programs[i], path, root->timeout);
		else if (status < 0)
			image->why = check_text("%s cannot be run: %s", programs[i],
						strerror(-status));
		else
			image->why = check_text("%s %s ended with %d; run this as root",
						programs[i], path, status);
	}
	if (!image->why)
		image->why = strdup("neither lsinitramfs, lsinitrd nor lsinitcpio is "
				    "installed");
	return false;
}

/* Lists all images, of which the loader makes one file system. */
static int list_images(struct image *image, struct root *root, char *paths)
{
	_cleanup_strbuf_ struct strbuf list = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf said = STRBUF_EMPTY;
	bool all = !root->folder[0] && !image->why;
	char *rest = NULL;

	for (char *path = strtok_r(paths, "\n", &rest); path;
	     path = strtok_r(NULL, "\n", &rest)) {
		strbuf_add_format(&said, "%s%s", said.length ? " and " : "", path);
		all = all && list_one(image, root, path, &list);
	}
	if (all)
		image->list = strbuf_take(&list);
	else if (root->folder[0] && !image->why)
		image->why = strdup("gpupci runs no program below another root");
	image->path = strbuf_take(&said);
	return image->path && (image->list || image->why) ? 0 : -ENOMEM;
}

int image_read(struct image *image, struct root *root, const struct loader *loader,
	       const char *release)
{
	_cleanup_strbuf_ struct strbuf paths = STRBUF_EMPTY;
	_cleanup_free_ char *found = NULL;
	int error = 0;

	if (loader->initrds)
		error = find_by_loader(image, root, loader, &paths);
	if (error == 0 && !paths.length)
		error = find_by_names(root, release, &paths);
	if (error < 0)
		return error;
	if (paths.length) {
		found = strbuf_take(&paths);
		free(image->why);
		image->why = NULL;
		return found ? list_images(image, root, found) : -ENOMEM;
	}
	image->is_none = loader->initrds && !image->why;
	if (!image->why && !image->is_none)
		image->why =
			check_text("no entry of a boot loader and no usual name leads "
				   "to the image of kernel %s",
				   release[0] ? release : "?");
	return image->why || image->is_none ? 0 : -ENOMEM;
}

void image_release(struct image *image)
{
	free(image->path);
	free(image->list);
	free(image->why);
	*image = (struct image)IMAGE_EMPTY;
}
