/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What decides at boot who gets a card, in an archive. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "src/gpupci/capture/boot.h"
#include "src/gpupci/capture/tar.h"

/* Settings; a link is followed, as modprobe(8) does. */
static const char *const settings[] = {
	"/etc/modprobe.d/*",
	"/run/modprobe.d/*",
	"/usr/local/lib/modprobe.d/*",
	"/usr/lib/modprobe.d/*",
	"/lib/modprobe.d/*",
	"/etc/modules-load.d/*",
	"/run/modules-load.d/*",
	"/usr/local/lib/modules-load.d/*",
	"/usr/lib/modules-load.d/*",
	"/lib/modules-load.d/*",
	"/etc/driverctl.d/*",
	"/etc/dracut.conf",
	"/etc/dracut.conf.d/*",
	"/usr/lib/dracut/dracut.conf.d/*",
	"/etc/initramfs-tools/modules",
	"/etc/mkinitcpio*.conf",
	"/etc/mkinitcpio.conf.d/*",
	"/etc/mkinitcpio.d/*.preset",
	"/etc/os-release",
	"/usr/lib/os-release",
};

/* Only looked for: programs, images, marks of a system. */
static const char *const marks[] = {
	"/run/ostree-booted",
	"/etc/NIXOS",
	"/etc/kernel/proxmox-boot-uuids",
	"/etc/kernel/cmdline",
	"/etc/default/flash-kernel",
	"/etc/default/raspi-firmware",
	"/etc/default/raspi-extra-cmdline",
	"/etc/initramfs-tools",
	"/usr/bin/ostree",
	"/usr/bin/rpm-ostree",
	"/usr/sbin/grubby",
	"/usr/sbin/u-boot-update",
	"/usr/sbin/update-initramfs",
	"/usr/bin/mkinitcpio",
	"/usr/bin/dracut",
	"/sbin/dracut",
	"/boot/grub2",
	"/boot/initr*",
	"/boot/ostree/*/initr*",
	"/boot/firmware/initr*",
	"/boot/firmware/*/initr*",
	"/efi/initr*",
	"/boot/efi/initr*",
	"/boot/EFI/Linux/*.efi",
	"/efi/EFI/Linux/*.efi",
	"/boot/efi/EFI/Linux/*.efi",
};

/* These name the host's disks, or have the machine's id in their paths. */
static const char *const telling_marks[] = {
	"/boot/*/*/initr*",
	"/efi/*/*/initr*",
	"/boot/efi/*/*/initr*",
	"/boot/*/*/*/initr*",
};
static const char *const anonymous_marks[] = { "/etc/default/grub",
					       "/etc/default/u-boot" };
static const char *const telling[] = {
	"/boot/loader/entries/*.conf",
	"/efi/loader/entries/*.conf",
	"/boot/efi/loader/entries/*.conf",
	"/boot/extlinux/extlinux.conf",
	"/boot/grub/grubenv",
	"/boot/grub2/grubenv",
	"/etc/default/u-boot",
	"/boot/cmdline.txt",
	"/boot/config.txt",
	"/boot/firmware/cmdline.txt",
	"/boot/firmware/*/cmdline.txt",
	"/boot/firmware/config.txt",
};
static const char *const grub[] = {
	"/boot/grub/grub.cfg",
	"/boot/grub2/grub.cfg",
	"/boot/efi/EFI/*/grub.cfg",
};

#define MOST_LINKS 8

/* Sets the current path to the target of the link there, below the root, without "..". */
static int follow(struct gathering *g, const char *target)
{
	static const char up[] = "../";
	_cleanup_free_ char *path = strdup(member_path(g));
	char *slash = path ? strrchr(path, '/') : NULL;

	if (!path)
		return -ENOMEM;
	if (target[0] == '/')
		return member_set_path(g, target + 1, "");
	while (slash) {
		*slash = '\0';
		if (strncmp(target, up, strlen(up)) != 0)
			return member_set_path(g, path, target);
		target += strlen(up);
		slash = strrchr(path, '/');
	}
	return member_set_path(g, target, "");
}

/* Adds a file, or a link and the file that it leads to. */
static int add_followed(struct gathering *g)
{
	int error = 0;

	for (size_t i = 0; i < MOST_LINKS && error == 0; i++) {
		struct root *root = &g->host->scan.root;
		_cleanup_free_ char *target = NULL;
		mode_t mode;

		error = root_here_mode(root, &mode);
		if (error < 0)
			return member_leave_out(g, error);
		if (!S_ISLNK(mode))
			return S_ISREG(mode) ? member_add_anything(g) : 0;
		error = member_add_link(g);
		if (error == 0)
			error = root_here_link(root, &target);
		if (error < 0)
			return member_leave_out(g, error);
		error = follow(g, target);
	}
	return error;
}

/* Adds an empty file or a folder: that it is there. */
static int add_mark(struct gathering *g)
{
	mode_t mode;
	int error = root_here_mode(&g->host->scan.root, &mode);

	if (error < 0)
		return member_leave_out(g, error);
	return S_ISDIR(mode) ? tar_add_folder(g->file, member_path(g))
			     : tar_add_file(g->file, member_path(g), "", 0);
}

/* Calls add for each line of the current file, and adds what it keeps. */
static int add_lines(struct gathering *g,
		     bool (*keep)(const char *line, struct strbuf *kept))
{
	_cleanup_strbuf_ struct strbuf kept = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;
	char *rest = NULL;
	int error = root_here_file(&g->host->scan.root, MEMBER_MOST_BYTES - 1, &bytes,
				   &length);

	if (error < 0)
		return member_leave_out(g, error);
	bytes[length] = '\0';
	for (char *line = strtok_r(bytes, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		if (keep(line, &kept))
			strbuf_add_format(&kept, "%s\n", line);
	if (kept.error)
		return kept.error;
	return tar_add_file(g->file, member_path(g), strbuf_text(&kept), kept.length);
}

/* What an entry loads; the rest of grub.cfg may have hashes of passwords. */
static bool is_of_entry(const char *line, struct strbuf *kept)
{
	static const char *const words[] = { "linux", "initrd", "menuentry ", "submenu ",
					     "}" };

	(void)kept;
	line += strspn(line, " \t");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

static int add_grub(struct gathering *g)
{
	return add_lines(g, is_of_entry);
}

/* Which kind of processor it is: each such line once, no serial number. */
static bool is_of_kind(const char *line, struct strbuf *kept)
{
	static const char *const words[] = { "vendor_id", "flags\t", "CPU implementer",
					     "cpu\t",	  "isa\t",   "CPU Family\t" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return !strstr(strbuf_text(kept), line);
	return false;
}

static int add_processor(struct gathering *g)
{
	return add_lines(g, is_of_kind);
}

static int add_patterns(struct gathering *g, const char *const *patterns, size_t count,
			int (*add)(struct gathering *g))
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = member_add_pattern(g, patterns[i], add);
	return error;
}

int boot_add(struct gathering *g)
{
	int error = add_patterns(g, settings, ARRAY_SIZE(settings), add_followed);

	if (error == 0)
		error = add_patterns(g, marks, ARRAY_SIZE(marks), add_mark);
	if (error == 0)
		error = member_add_pattern(g, "/proc/cpuinfo", add_processor);
	if (error == 0 && g->anonymous)
		return add_patterns(g, anonymous_marks, ARRAY_SIZE(anonymous_marks),
				    add_mark);
	if (error == 0)
		error = add_patterns(g, telling, ARRAY_SIZE(telling), add_followed);
	if (error == 0)
		error = add_patterns(g, telling_marks, ARRAY_SIZE(telling_marks),
				     add_mark);
	return error < 0 ? error : add_patterns(g, grub, ARRAY_SIZE(grub), add_grub);
}
