/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files, block devices and folders that a VM's XML names. */
/*
 * libvirt: docs/formatdomain.rst. Arguments of <qemu:commandline> are not looked at: any of
 * their words may be a path.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/domain/domain.h"

#define MOST_DEPTH 200 /* of backing files: libvirt accepts no more */

struct listing {
	int (*each)(void *data, const struct rocks_file *file);
	void *data;
};

static bool is_named(const xmlNode *node, const char *name)
{
	return xmlStrEqual(node->name, BAD_CAST name);
}

static bool has_value(const xmlNode *node, const char *attribute, const char *value)
{
	const char *text = xml_get(node, attribute);

	return text && strcmp(text, value) == 0;
}

/* Paths that are empty or relative, such as of an ejected CD-ROM, name no file. */
static int tell(const struct listing *listing, struct rocks_file file)
{
	file.size = sizeof(file);
	if (!file.path || (*file.path != '/' && file.role != ROCKS_FILE_ELSEWHERE))
		return 0;
	return listing->each(listing->data, &file);
}

/* The text of an element as a path. */
static int tell_text(const struct listing *listing, const xmlNode *node, uint32_t role,
		     const char *name)
{
	xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
	int r = tell(listing, (struct rocks_file){ .role = role,
						   .is_readonly = role != ROCKS_FILE_DISK,
						   .path = (const char *)text,
						   .format = "raw",
						   .name = name });

	xmlFree(text);
	return r;
}

/* What is reached over a network, or through a pool of libvirt's, under a name. */
static int tell_elsewhere(const struct listing *listing, struct rocks_file file,
			  const char *first, const char *separator, const char *second)
{
	char *name;
	int r;

	if (asprintf(&name, "%s%s%s", first ? first : "", separator,
		     second ? second : "") < 0)
		return -ENOMEM;
	file.role = ROCKS_FILE_ELSEWHERE;
	file.path = name;
	r = tell(listing, file);
	free(name);
	return r;
}

/* The <source> of a disk or of its <backingStore>, by the type of that. */
static int tell_source(const struct listing *listing, struct rocks_file file,
		       const char *type, const xmlNode *source)
{
	if (strcmp(type, "network") == 0)
		return tell_elsewhere(listing, file, xml_get(source, "protocol"), ":",
				      xml_get(source, "name"));
	if (strcmp(type, "volume") == 0)
		return tell_elsewhere(listing, file, xml_get(source, "pool"), "/",
				      xml_get(source, "volume"));
	if (strcmp(type, "file") == 0) {
		file.path = xml_get(source, "file");
	} else if (strcmp(type, "block") == 0) {
		file.path = xml_get(source, "dev");
		file.is_block = 1;
	} else if (strcmp(type, "dir") == 0) {
		file.path = xml_get(source, "dir");
		file.role = ROCKS_FILE_FOLDER;
	}
	return tell(listing, file);
}

static int tell_backing(const struct listing *listing, const xmlNode *disk,
			const char *name)
{
	const xmlNode *layer = xml_child(disk, "backingStore");
	int r = 0;

	for (int i = 0; layer && r == 0 && i < MOST_DEPTH; i++) {
		const xmlNode *source = xml_child(layer, "source");
		const xmlNode *format = xml_child(layer, "format");
		const char *type = xml_get(layer, "type");

		if (source)
			r = tell_source(
				listing,
				(struct rocks_file){
					.role = ROCKS_FILE_BACKING,
					.is_readonly = 1,
					.format = format ? xml_get(format, "type") : NULL,
					.name = name },
				type ? type : "file", source);
		layer = xml_child(layer, "backingStore");
	}
	return r;
}

/* One that may be missing at a start is not needed. */
static int tell_disk(const struct listing *listing, const xmlNode *disk)
{
	const xmlNode *source = xml_child(disk, "source");
	const xmlNode *driver = xml_child(disk, "driver");
	const xmlNode *target = xml_child(disk, "target");
	const char *type = xml_get(disk, "type");
	struct rocks_file file = {
		.format = driver ? xml_get(driver, "type") : NULL,
		.name = target ? xml_get(target, "dev") : NULL,
		.is_shared = xml_child(disk, "shareable") != NULL,
		.is_readonly =
			xml_child(disk, "readonly") || has_value(disk, "device", "cdrom"),
	};
	int r;

	if (!source || has_value(source, "startupPolicy", "optional"))
		return 0;
	file.role = file.is_readonly || has_value(disk, "device", "floppy")
			    ? ROCKS_FILE_MEDIUM
			    : ROCKS_FILE_DISK;
	r = tell_source(listing, file, type ? type : "file", source);
	return r ? r : tell_backing(listing, disk, file.name);
}

static int tell_file_system(const struct listing *listing, const xmlNode *node)
{
	const xmlNode *source = xml_child(node, "source");
	const xmlNode *target = xml_child(node, "target");
	const char *type = xml_get(node, "type");
	struct rocks_file file = { .role = ROCKS_FILE_DISK,
				   .format = "raw",
				   .name = target ? xml_get(target, "dir") : NULL,
				   .is_readonly = xml_child(node, "readonly") != NULL };

	if (!source || (type && strcmp(type, "mount") != 0 && strcmp(type, "file") != 0 &&
			strcmp(type, "block") != 0))
		return 0;
	if (!type || strcmp(type, "mount") == 0)
		type = "dir";
	if (file.is_readonly)
		file.role = ROCKS_FILE_MEDIUM;
	return tell_source(listing, file, type, source);
}

/* Memory that is kept in a file: a NVDIMM, or a device like it. */
static int tell_memory(const struct listing *listing, const xmlNode *node)
{
	const xmlNode *source = xml_child(node, "source");
	const xmlNode *path = source ? xml_child(source, "path") : NULL;

	return tell_text(listing, path, ROCKS_FILE_DISK, "memory");
}

static int tell_device(const struct listing *listing, const xmlNode *device)
{
	const xmlNode *rom = xml_child(device, "rom");
	int r = 0;

	if (rom)
		r = tell(listing, (struct rocks_file){ .role = ROCKS_FILE_ROM,
						       .is_readonly = 1,
						       .format = "raw",
						       .path = xml_get(rom, "file"),
						       .name = "ROM" });
	if (r == 0 && is_named(device, "disk"))
		r = tell_disk(listing, device);
	else if (r == 0 && is_named(device, "filesystem"))
		r = tell_file_system(listing, device);
	else if (r == 0 && is_named(device, "memory"))
		r = tell_memory(listing, device);
	return r;
}

static int tell_devices(const struct listing *listing, const xmlNode *devices)
{
	int r = 0;

	for (xmlNode *node = xmlFirstElementChild((xmlNode *)devices); node && r == 0;
	     node = xmlNextElementSibling(node))
		r = tell_device(listing, node);
	return r;
}

/* The firmware's variables have a life of their own; their template is only read. */
static int tell_boot(const struct listing *listing, const xmlNode *os)
{
	static const char *const names[] = { "loader", "kernel", "initrd", "dtb" };
	const xmlNode *nvram = xml_child(os, "nvram"), *acpi = xml_child(os, "acpi");
	int r = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && r == 0; i++)
		r = tell_text(listing, xml_child(os, names[i]), ROCKS_FILE_BOOT,
			      names[i]);
	if (r == 0 && acpi)
		r = tell_text(listing, xml_child(acpi, "table"), ROCKS_FILE_BOOT,
			      "ACPI table");
	if (r == 0 && nvram)
		r = tell(listing, (struct rocks_file){ .role = ROCKS_FILE_BOOT,
						       .is_readonly = 1,
						       .format = "raw",
						       .path = xml_get(nvram, "template"),
						       .name = "template of variables" });
	return r;
}

static int tell_domain(const struct listing *listing, const xmlNode *domain)
{
	const xmlNode *os = xml_child(domain, "os");
	const xmlNode *devices = xml_child(domain, "devices");
	const xmlNode *sysinfo = xml_child(domain, "sysinfo");
	int r = os ? tell_boot(listing, os) : 0;

	for (xmlNode *node = sysinfo ? xmlFirstElementChild((xmlNode *)sysinfo) : NULL;
	     node && r == 0; node = xmlNextElementSibling(node))
		r = tell(listing,
			 (struct rocks_file){ .role = ROCKS_FILE_BOOT,
					      .is_readonly = 1,
					      .format = "raw",
					      .path = xml_get(node, "file"),
					      .name = "firmware configuration" });
	return r == 0 && devices ? tell_devices(listing, devices) : r;
}

int domain_files(const char *xml, int (*each)(void *data, const struct rocks_file *file),
		 void *data)
{
	const struct listing listing = { each, data };
	xmlDoc *document = xml_parse(xml);
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	int r = root ? tell_domain(&listing, root) : -EINVAL;

	xmlFreeDoc(document);
	return r;
}
