/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --check: how this host changes its kernel's command line and its initramfs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/check/cmdline.h"
#include "src/gpupci/check/fix.h"
#include "src/gpupci/check/lookups.h"

/* A longer command is continued on the next line, as --check prints 80 columns. */
#define MOST_COLUMNS 70

/* Who keeps the words of the kernel's command line. */
enum keeper {
	KEEPER_UNKNOWN,
	KEEPER_OSTREE,	    /* rpm-ostree */
	KEEPER_OSTREE_ONLY, /* ostree, where there is no rpm-ostree */
	KEEPER_NIXOS,
	KEEPER_PROXMOX,	   /* /etc/kernel/cmdline, proxmox-boot-tool */
	KEEPER_GRUBBY,	   /* entries of Fedora and Enterprise Linux */
	KEEPER_GRUB,	   /* /etc/default/grub */
	KEEPER_KERNEL,	   /* /etc/kernel/cmdline, kernel-install */
	KEEPER_MKINITCPIO, /* /etc/kernel/cmdline in a unified kernel image */
	KEEPER_ENTRY,	   /* an entry of systemd-boot that a person wrote */
	KEEPER_UBOOT,	   /* Debian's u-boot-menu */
	KEEPER_EXTLINUX,
	KEEPER_UBOOT_KERNEL, /* the same, which takes them from /etc/kernel/cmdline */
	KEEPER_FLASH,	     /* Debian's flash-kernel */
	KEEPER_PI,	     /* cmdline.txt */
	KEEPER_RASPI, /* Debian's raspi-firmware, which makes cmdline.txt at each update */
};

/* Returns whether ID or ID_LIKE of os-release(5) has the word. */
static bool is_system(struct root *root, const char *word)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	_cleanup_free_ char *text = NULL;
	char *rest = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(files) && !text; i++)
		text = check_read_followed(root, files[i]);
	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *value = strchr(line, '=');

		if (strncmp(line, "ID=", 3) != 0 && strncmp(line, "ID_LIKE=", 8) != 0)
			continue;
		value++;
		value += strspn(value, "\"'");
		value[strcspn(value, "\"'")] = '\0';
		if (text_lists_word(value, word, strlen(word)))
			return true;
	}
	return false;
}

static bool is_grub(struct root *root, const struct boot_facts *facts)
{
	_cleanup_free_ char *image = cmdline_value(facts->line, "BOOT_IMAGE");
	const char *source = facts->loader.source;

	if (source && strstr(source, "extlinux"))
		return false;
	return image || (source && strstr(source, "grub.cfg")) ||
	       (!source && root_exists(root, "/etc/default/grub"));
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* Whether a line of the text, which may be NULL, begins with the word. */
static bool has_line(const char *text, const char *word)
{
	while (text && strncmp(text, word, strlen(word)) != 0) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text;
}

/* u-boot-menu takes the words of /etc/kernel/cmdline unless it has some of its own. */
static enum keeper find_extlinux_keeper(struct root *root)
{
	static const char settings[] = "/etc/default/u-boot";
	_cleanup_free_ char *text = check_read_followed(root, settings);

	if (!text && !root_exists(root, "%s", settings) &&
	    !root_exists(root, "/usr/sbin/u-boot-update"))
		return KEEPER_EXTLINUX;
	return root_exists(root, "/etc/kernel/cmdline") &&
			       !has_line(text, "U_BOOT_PARAMETERS=")
		       ? KEEPER_UBOOT_KERNEL
		       : KEEPER_UBOOT;
}

/* Without GRUB: who wrote what the firmware or systemd-boot starts. */
static enum keeper find_plain_keeper(struct root *root, const struct boot_facts *facts)
{
	const char *source = facts->loader.source;

	if (source && has_suffix(source, ".txt"))
		return root_exists(root, "/etc/default/raspi-firmware") ? KEEPER_RASPI
									: KEEPER_PI;
	if (source && strstr(source, "extlinux"))
		return find_extlinux_keeper(root);
	if (root_exists(root, "/etc/kernel/cmdline"))
		return root_exists(root, "/etc/mkinitcpio.conf") ? KEEPER_MKINITCPIO
								 : KEEPER_KERNEL;
	if (source && strstr(source, "/loader/entries/"))
		return KEEPER_ENTRY;
	return !source && root_exists(root, "/etc/default/flash-kernel") ? KEEPER_FLASH
									 : KEEPER_UNKNOWN;
}

static enum keeper find_keeper(struct root *root, const struct boot_facts *facts)
{
	bool grub = is_grub(root, facts);

	if (root_exists(root, "/run/ostree-booted"))
		return root_exists(root, "/usr/bin/ostree") &&
				       !root_exists(root, "/usr/bin/rpm-ostree")
			       ? KEEPER_OSTREE_ONLY
			       : KEEPER_OSTREE;
	if (root_exists(root, "/etc/NIXOS"))
		return KEEPER_NIXOS;
	if (!grub && root_exists(root, "/etc/kernel/proxmox-boot-uuids"))
		return KEEPER_PROXMOX;
	if (!grub)
		return find_plain_keeper(root, facts);
	if (root_exists(root, "/usr/sbin/grubby") || is_system(root, "fedora") ||
	    is_system(root, "rhel"))
		return KEEPER_GRUBBY;
	return KEEPER_GRUB;
}

/* Adds a line: the words of a command, which a backslash continues where it gets long. */
static void add_command(struct strbuf *fix, const char *const words[])
{
	size_t column = 0;

	for (size_t i = 0; words[i]; i++) {
		size_t length = strlen(words[i]);

		if (i && column + 1 + length > MOST_COLUMNS) {
			strbuf_add_string(fix, " \\\n");
			column = 0;
		} else if (i) {
			strbuf_add_char(fix, ' ');
			column++;
		}
		strbuf_add_string(fix, words[i]);
		column += length;
	}
	strbuf_add_char(fix, '\n');
}

/* sed -i 'EXPRESSION' FILE, with the words in the expression. */
static void add_sed(struct strbuf *fix, const char *where, const char *words,
		    const char *file)
{
	_cleanup_free_ char *expression = check_text("'%ss/$/ %s/'", where, words);
	const char *const command[] = { "sed", "-i", expression, file, NULL };

	add_command(fix, command);
}

/* echo 'NAME="$NAME words"' >> FILE: a shell reads the file. */
static void add_echo(struct strbuf *fix, const char *name, const char *before,
		     const char *words, const char *file)
{
	_cleanup_free_ char *line = check_text("'%s=\"%s %s\"'", name, before, words);
	_cleanup_free_ char *to = check_text(">> %s", file);
	const char *const command[] = { "echo", line, to, NULL };

	add_command(fix, command);
}

/* A command with an option or more per word: rpm-ostree kargs --append=a --append=b. */
static void add_kargs(struct strbuf *fix, const char *program, const char *option,
		      const char *words)
{
	_cleanup_free_ char *copy = strdup(words);
	const char *command[24] = { program };
	char *rest = NULL;
	size_t count = 1;

	for (char *word = copy ? strtok_r(copy, " ", &rest) : NULL;
	     word && count + 1 < ARRAY_SIZE(command); word = strtok_r(NULL, " ", &rest))
		command[count++] = check_text("%s=%s", option, word);
	add_command(fix, command);
	for (size_t i = 1; i < count; i++)
		free((char *)command[i]);
}

static void add_grubby(struct strbuf *fix, const char *option, const char *words)
{
	_cleanup_free_ char *arguments = check_text("%s=\"%s\"", option, words);
	const char *const command[] = { "grubby", "--update-kernel=ALL", arguments,
					NULL };

	add_command(fix, command);
}

/* boot.kernelParams = [ "a" "b" ]; */
static void add_nixos(struct strbuf *fix, const char *words)
{
	strbuf_add_string(fix, "in /etc/nixos/configuration.nix: boot.kernelParams = [");
	for (const char *at = words; *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		strbuf_add_format(fix, " \"%.*s\"", (int)length, at);
		at += length;
	}
	strbuf_add_string(fix, " ];\nnixos-rebuild boot\n");
}

static bool is_in_kernel_cmdline(enum keeper keeper)
{
	return keeper == KEEPER_PROXMOX || keeper == KEEPER_KERNEL ||
	       keeper == KEEPER_MKINITCPIO || keeper == KEEPER_UBOOT_KERNEL;
}

/* The words of all its lines follow cmdline.txt's own; it is not there at first. */
static const char raspi_words[] = "/etc/default/raspi-extra-cmdline";

static void add_raspi(struct strbuf *fix, struct root *root, const char *words)
{
	if (root_exists(root, "%s", raspi_words))
		add_sed(fix, "1", words, raspi_words);
	else
		strbuf_add_format(fix, "echo '%s' > %s\n", words, raspi_words);
}

/* Carries the change of the keeper's file to what is booted. */
static void add_refresh(struct strbuf *fix, struct root *root, enum keeper keeper)
{
	static const char uname[] = "\"$(uname -r)\"";

	if (keeper == KEEPER_PROXMOX)
		strbuf_add_string(fix, "proxmox-boot-tool refresh\n");
	else if (keeper == KEEPER_MKINITCPIO)
		strbuf_add_string(fix, "mkinitcpio -P\n");
	else if (keeper == KEEPER_UBOOT || keeper == KEEPER_UBOOT_KERNEL)
		strbuf_add_string(fix, "u-boot-update\n");
	else if (keeper == KEEPER_FLASH)
		strbuf_add_string(fix, "flash-kernel\n");
	else if (keeper == KEEPER_RASPI)
		strbuf_add_string(fix, "update-initramfs -u -k all\n");
	else if (keeper == KEEPER_KERNEL)
		strbuf_add_format(fix, "kernel-install add %s %s\n", uname,
				  is_system(root, "debian")
					  ? "\"/boot/vmlinuz-$(uname -r)\""
					  : "\"/lib/modules/$(uname -r)/vmlinuz\"");
	else if (keeper == KEEPER_GRUB && is_system(root, "debian"))
		strbuf_add_string(fix, "update-grub\n");
	else if (keeper == KEEPER_GRUB && is_system(root, "suse"))
		strbuf_add_string(fix, "grub2-mkconfig -o /boot/grub2/grub.cfg\n");
	else if (keeper == KEEPER_GRUB)
		strbuf_add_format(fix,
				  root_exists(root, "/boot/grub2")
					  ? "grub2-mkconfig -o /boot/grub2/grub.cfg\n"
					  : "grub-mkconfig -o /boot/grub/grub.cfg\n");
}

/* Whether the entry of the next boot is known to have all of the words. */
static bool is_set(const struct boot_facts *facts, const char *words)
{
	_cleanup_free_ char *copy = strdup(words);
	char *rest = copy, *name, *value;
	bool all = copy;

	while (all && cmdline_next(&rest, &name, &value))
		all = value && cmdline_has(facts->loader.options, name, value);
	return all;
}

void fix_add_words(struct strbuf *fix, struct root *root, const struct boot_facts *facts,
		   const char *words)
{
	const char *source = facts->loader.source;
	enum keeper keeper = find_keeper(root, facts);

	if (is_set(facts, words)) {
		strbuf_add_string(fix, "reboot\n");
		return;
	}
	if (keeper == KEEPER_OSTREE)
		add_kargs(fix, "rpm-ostree kargs", "--append", words);
	else if (keeper == KEEPER_OSTREE_ONLY)
		add_kargs(fix, "ostree admin kargs edit-in-place", "--append-if-missing",
			  words);
	else if (keeper == KEEPER_NIXOS)
		add_nixos(fix, words);
	else if (keeper == KEEPER_GRUBBY)
		add_grubby(fix, "--args", words);
	else if (keeper == KEEPER_GRUB)
		add_echo(fix, "GRUB_CMDLINE_LINUX", "$GRUB_CMDLINE_LINUX", words,
			 "/etc/default/grub");
	else if (keeper == KEEPER_UBOOT)
		add_echo(fix, "U_BOOT_PARAMETERS", "${U_BOOT_PARAMETERS:-ro quiet}",
			 words, "/etc/default/u-boot");
	else if (keeper == KEEPER_FLASH)
		add_echo(fix, "LINUX_KERNEL_CMDLINE", "$LINUX_KERNEL_CMDLINE", words,
			 "/etc/default/flash-kernel");
	else if (is_in_kernel_cmdline(keeper))
		add_sed(fix, "1", words, "/etc/kernel/cmdline");
	else if (keeper == KEEPER_RASPI)
		add_raspi(fix, root, words);
	else if (keeper == KEEPER_PI)
		add_sed(fix, "1", words, source);
	else if (keeper == KEEPER_ENTRY)
		add_sed(fix, "/^options/", words, source);
	else if (keeper == KEEPER_EXTLINUX)
		add_sed(fix, "/^[[:space:]]*append/I", words, source);
	else
		strbuf_add_format(fix,
				  "to the kernel's command line, where the boot loader "
				  "has it: %s\n",
				  words);
	add_refresh(fix, root, keeper);
	strbuf_add_string(fix, "reboot\n");
}

void fix_remove_word(struct strbuf *fix, struct root *root,
		     const struct boot_facts *facts, const char *name, const char *value)
{
	_cleanup_free_ char *word = check_text("%s=%s", name, value);
	enum keeper keeper = find_keeper(root, facts);
	const char *file = facts->loader.source;

	if (!word) {
		fix->error = -ENOMEM;
		return;
	}
	if (facts->loader.options && !cmdline_has(facts->loader.options, name, value)) {
		strbuf_add_string(fix, "reboot\n");
		return;
	}
	if (is_in_kernel_cmdline(keeper))
		file = "/etc/kernel/cmdline";
	else if (keeper == KEEPER_FLASH)
		file = "/etc/default/flash-kernel";
	else if (keeper == KEEPER_RASPI)
		file = raspi_words;
	else if (keeper == KEEPER_GRUB)
		file = "/etc/default/grub";
	else if (keeper == KEEPER_UBOOT)
		file = "/etc/default/u-boot";
	else if (keeper == KEEPER_NIXOS)
		file = "/etc/nixos/configuration.nix";
	if (keeper == KEEPER_OSTREE)
		add_kargs(fix, "rpm-ostree kargs", "--delete", word);
	else if (keeper == KEEPER_GRUBBY)
		add_grubby(fix, "--remove-args", word);
	else
		strbuf_add_format(fix, "take %s out of %s\n", word,
				  file && file[0] == '/' ? file
							 : "the kernel's command line");
	if (keeper == KEEPER_NIXOS)
		strbuf_add_string(fix, "nixos-rebuild boot\n");
	add_refresh(fix, root, keeper);
	strbuf_add_string(fix, "reboot\n");
}

/* Who makes the initramfs: its program, or, in a capture, its configuration. */
static bool is_maker(struct root *root, const char *program, const char *configuration)
{
	return root_exists(root, "%s", program) || root_exists(root, "%s", configuration);
}

static bool is_tools(struct root *root)
{
	return is_maker(root, "/usr/sbin/update-initramfs", "/etc/initramfs-tools");
}

static bool is_mkinitcpio(struct root *root)
{
	return is_maker(root, "/usr/bin/mkinitcpio", "/etc/mkinitcpio.conf");
}

static bool is_dracut(struct root *root)
{
	return is_maker(root, "/usr/bin/dracut", "/etc/dracut.conf.d") ||
	       is_maker(root, "/sbin/dracut", "/etc/dracut.conf");
}

void fix_rebuild(struct strbuf *fix, struct root *root)
{
	if (root_exists(root, "/run/ostree-booted"))
		strbuf_add_string(fix,
				  "rpm-ostree initramfs-etc --track=/etc/modprobe.d\n");
	else if (is_tools(root))
		strbuf_add_string(fix, "update-initramfs -u\n");
	else if (is_mkinitcpio(root))
		strbuf_add_string(fix, "mkinitcpio -P\n");
	else if (is_dracut(root))
		strbuf_add_string(fix, "dracut -f\n");
	else
		strbuf_add_string(fix, "make the initramfs anew: update-initramfs -u, "
				       "dracut -f or mkinitcpio -P\n");
}

/* rd.driver.blacklist=a,b: dracut's word for the initramfs alone. */
static void add_skip(struct strbuf *fix, struct root *root,
		     const struct boot_facts *facts, const char *modules)
{
	_cleanup_free_ char *words = check_text("rd.driver.blacklist=%s", modules);

	for (char *c = words; c && *c; c++)
		if (*c == ' ')
			*c = ',';
	if (words)
		fix_add_words(fix, root, facts, words);
	else
		fix->error = -ENOMEM;
}

static void add_tools(struct strbuf *fix, const char *modules)
{
	for (const char *at = modules; *at; at += *at == ' ') {
		size_t length = strcspn(at, " ");

		strbuf_add_format(
			fix, "echo \"blacklist %.*s\" >> /etc/modprobe.d/gpupci.conf\n",
			(int)length, at);
		at += length;
	}
	strbuf_add_string(fix, "update-initramfs -u\n");
}

static void add_dracut(struct strbuf *fix, const char *modules)
{
	_cleanup_free_ char *line = check_text("'omit_drivers+=\" %s \"'", modules);
	const char *const command[] = { "echo", line, ">> /etc/dracut.conf.d/gpupci.conf",
					NULL };

	add_command(fix, command);
	strbuf_add_string(fix, "dracut -f\n");
}

void fix_leave_out(struct strbuf *fix, struct root *root, const struct boot_facts *facts,
		   const char *modules)
{
	if (root_exists(root, "/run/ostree-booted"))
		add_skip(fix, root, facts, modules);
	else if (is_tools(root))
		add_tools(fix, modules);
	else if (is_mkinitcpio(root))
		strbuf_add_format(fix,
				  "in /etc/mkinitcpio.conf: take %s out of MODULES, and "
				  "kms out of HOOKS\nmkinitcpio -P\n",
				  modules);
	else if (is_dracut(root))
		add_dracut(fix, modules);
	else
		strbuf_add_format(
			fix,
			"dracut: omit_drivers+=\" %s \" in "
			"/etc/dracut.conf.d/gpupci.conf, then dracut -f\n"
			"initramfs-tools: \"blacklist\" and its name in "
			"/etc/modprobe.d/gpupci.conf, then update-initramfs -u\n",
			modules);
}
