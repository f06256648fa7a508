/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: what libvirt adds to a definition that does not say it. */
/*
 * What libvirt 9.0 was seen to add to our definitions and to devices of kvm_device_N
 * (tests/hosts/definitions.t defines them all), and what later versions add: see the rows.
 */
#include <fnmatch.h>
#include <string.h>

#include "plugins/libvirt/compare.h"
#include "plugins/xml.h"

/* Patterns of fnmatch(3), in which * also stands for several elements. */
struct default_row {
	const char *path, *name, *value;
};

static const struct default_row attributes[] = {
	/* libvirt after 9.0 says what it picked; a loader that a user names is lost, too. */
	{ "os/nvram", "template", "*" },
	{ "os/nvram", "templateFormat", "*" },
	{ "os/nvram", "format", "*" },
	{ "vcpu", "placement", "static" },
	{ "features/hyperv", "mode", "custom" },
	{ "cpu", "check", "*" },
	{ "cpu", "match", "exact" },
	{ "cpu", "migratable", "on" },
	{ "cpu/model", "fallback", "*" },
	{ "cpu/topology", "dies", "1" },
	{ "cpu/topology", "clusters", "1" }, /* libvirt 10.1 */
	{ "devices/disk", "device", "disk" },
	{ "devices/disk", "type", "file" },
	{ "devices/disk/driver", "name", "qemu" },
	{ "devices/disk/driver", "type", "raw" },
	{ "devices/disk/target", "bus", "*" },
	{ "devices/controller", "index", "*" },
	{ "devices/controller", "model", "*" },
	{ "devices/controller", "ports", "*" },
	{ "devices/filesystem", "accessmode", "passthrough" },
	{ "devices/filesystem", "type", "mount" },
	{ "devices/interface/source", "mode", "vepa" },
	{ "devices/serial/target", "*", "*" },
	{ "devices/parallel/target", "*", "*" },
	{ "devices/console/target", "*", "*" },
	{ "devices/input", "bus", "*" },
	{ "devices/tpm", "model", "tpm-tis" },
	{ "devices/tpm/backend", "version", "*" },
	{ "devices/graphics", "port", "-1" },
	{ "devices/graphics", "autoport", "yes" },
	{ "devices/video/model", "heads", "1" },
	{ "devices/video/model", "primary", "yes" },
	{ "devices/video/model", "ram", "65536" },
	{ "devices/video/model", "vgamem", "16384" },
	{ "devices/video/model", "vram", "16384" },
	{ "devices/video/model", "vram", "65536" },
	{ "devices/hostdev", "mode", "subsystem" },
	{ "devices/hostdev", "managed", "no" },
	{ "devices/hostdev", "display", "off" },
	{ "devices/*/source/address", "domain", "0x0000" },
	{ "devices/*/source/address", "slot", "0x00" },
	{ "devices/*/source/address", "function", "0x0" },
	{ "devices/*/source/address", "type", "pci" },
	{ "devices/watchdog", "action", "reset" },
	{ "devices/panic", "model", "*" },
	{ "devices/vsock", "model", "virtio" },
};

/* An attribute is NULL if the path is enough. */
static const struct default_row elements[] = {
	{ "os/firmware/feature", "enabled",
	  "no" }, /* libvirt after 9.0: of what it picked */
	{ "devices/input", "bus", "ps2" },
	{ "devices/audio", "id", "1" },
	{ "devices/hub", "type", "usb" }, /* when usb devices need more ports */
	{ "devices/controller/model", NULL, NULL },
	{ "devices/controller/target", NULL, NULL },
	{ "devices/serial/target", NULL, NULL },
	{ "devices/serial/target/model", NULL, NULL },
	{ "devices/parallel/target", NULL, NULL },
	{ "devices/console/target", NULL, NULL },
	{ "devices/interface/mac", NULL, NULL },
	{ "devices/interface/model", "type", "rtl8139" },
	{ "devices/interface/virtualport/parameters", "interfaceid", "*" },
	{ "devices/disk/readonly", NULL, NULL }, /* of a CD-ROM */
	{ "devices/watchdog", "model", "itco" }, /* on q35, libvirt 9.1 */
	{ "seclabel", "type", "dynamic" },
};

/*
 * What the inventory has a column for, or what follows from the number of devices; the
 * value is the one that is there.
 */
static const struct default_row changing[] = {
	{ "", "type", "*" },
	{ "memory", NULL, "*" },
	{ "currentMemory", NULL, "*" },
	{ "vcpu", NULL, "*" },
	{ "on_crash", NULL, "destroy" }, /* what libvirt adds */
	{ "cpu/maxphysaddr", "*", "*" },
	{ "devices/memballoon", "model", "*" },
	{ "devices/controller*", "*", "*" },
	{ "devices/controller*", NULL, "*" },
	{ "devices/interface/virtualport/parameters", "interfaceid", "*" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool matches(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0;
}

/* The guest's address of a device, not that of what it passes. */
static bool is_place(const char *path)
{
	return matches("devices/*/address", path) && !strstr(path, "/source/");
}

bool default_attribute(const char *path, const char *name, const char *value)
{
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (matches(attributes[i].path, path) &&
		    matches(attributes[i].name, name) &&
		    matches(attributes[i].value, value))
			return true;
	return is_place(path);
}

/* The programs that libvirt itself picks: of Debian, and of Enterprise Linux. */
static bool is_usual_emulator(const xmlNode *element)
{
	char *text = element_text(element);
	bool is_usual = text && (matches("/usr/bin/qemu-system-x86_64", text) ||
				 matches("/usr/bin/qemu-kvm", text) ||
				 matches("/usr/bin/kvm", text) ||
				 matches("/usr/libexec/qemu-kvm", text));

	free(text);
	return is_usual;
}

/* An alias that a user gave begins with ua-; others are libvirt's own. */
static bool is_own_alias(const xmlNode *element)
{
	const char *name = xml_get(element, "name");

	return !name || strncmp(name, "ua-", 3) != 0;
}

static bool picks_firmware(const xmlNode *domain)
{
	const xmlNode *os = xml_child(domain, "os");
	const char *firmware = os ? xml_get(os, "firmware") : NULL;

	return firmware && strcmp(firmware, "efi") == 0;
}

/* Since libvirt 9.2 the definition says which files it picked. */
static bool is_picked_firmware(const char *path, const xmlNode *element,
			       const xmlNode *next)
{
	if (strcmp(path, "os/loader") != 0 && strcmp(path, "os/nvram") != 0 &&
	    strcmp(path, "features/smm") != 0)
		return false;
	return picks_firmware(next) && picks_firmware(element->parent->parent);
}

/* libvirt adds those that other devices need; options of one are a user's. */
static bool is_plain_controller(const char *path, const xmlNode *element)
{
	return strcmp(path, "devices/controller") == 0 && !xml_child(element, "driver");
}

static bool is_row(const struct default_row *row, const char *path,
		   const xmlNode *element)
{
	const char *value = row->name ? xml_get(element, row->name) : "";

	return matches(row->path, path) && value &&
	       (!row->value || matches(row->value, value));
}

/* Where a screen listens is also said by an attribute of <graphics>. */
static bool is_usual_listen(const char *path, const xmlNode *element)
{
	const char *type = xml_get(element, "type");

	return strcmp(path, "devices/graphics/listen") == 0 && type &&
	       (strcmp(type, "none") == 0 || strcmp(type, "address") == 0);
}

/* Raw is what libvirt takes a disk for without a driver; options of it are a user's. */
static bool is_plain_driver(const char *path, const xmlNode *element)
{
	const char *name = xml_get(element, "name"), *type = xml_get(element, "type");

	return strcmp(path, "devices/disk/driver") == 0 && name && type &&
	       strcmp(type, "raw") == 0 && element->properties->next &&
	       !element->properties->next->next;
}

bool default_element(const char *path, const xmlNode *element, const xmlNode *next)
{
	if (strcmp(path, "devices/emulator") == 0)
		return is_usual_emulator(element);
	if (matches("devices/*/alias", path))
		return is_own_alias(element);
	if (is_place(path) || is_plain_controller(path, element) ||
	    is_usual_listen(path, element) || is_plain_driver(path, element) ||
	    is_picked_firmware(path, element, next))
		return true;
	for (size_t i = 0; i < COUNT(elements); i++)
		if (is_row(&elements[i], path, element))
			return true;
	return false;
}

/* q35 stands for the newest pc-q35-… of the QEMU there, pc for the newest pc-i440fx-…. */
static bool is_same_machine(const char *from, const char *to)
{
	return (strcmp(to, "q35") == 0 && strncmp(from, "pc-q35-", 7) == 0) ||
	       (strcmp(to, "pc") == 0 && strncmp(from, "pc-i440fx-", 10) == 0);
}

bool default_may_change(const char *path, const char *name, const char *from,
			const char *to)
{
	if (name && strcmp(path, "os/type") == 0 && strcmp(name, "machine") == 0)
		return is_same_machine(from, to);
	for (size_t i = 0; i < COUNT(changing); i++)
		if (matches(changing[i].path, path) && !name == !changing[i].name &&
		    (!name || matches(changing[i].name, name)) &&
		    matches(changing[i].value, from))
			return true;
	return is_place(path);
}
