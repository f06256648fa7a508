/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin libvirt: what a VM keeps in files besides its disks. */
/*
 * libvirt 9.0, which names these paths itself: src/qemu/qemu_domain.c,
 * qemuDomainNVRAMPathFormat; src/qemu/qemu_tpm.c, qemuTPMEmulatorStorageBuildPath. swtpm
 * 0.7.1 names the file: src/swtpm/swtpm_nvstore_dir.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/libvirt/kept.h"
#include "plugins/xml.h"

#define TPM_FOLDER "/var/lib/libvirt/swtpm"

static bool is_word(const xmlNode *node, const char *attribute, const char *word)
{
	const char *value = node ? xml_get(node, attribute) : NULL;

	return value && strcmp(value, word) == 0;
}

/* The path that <nvram> names, or NULL if there is none. 0 or -ENOMEM. */
static int find_nvram(const xmlNode *root, struct kept *kept)
{
	const xmlNode *os = root ? xml_child(root, "os") : NULL;
	const xmlNode *nvram = os ? xml_child(os, "nvram") : NULL;
	const xmlNode *source = nvram ? xml_child(nvram, "source") : NULL;
	xmlChar *text = nvram && !source ? xmlNodeGetContent(nvram) : NULL;
	const char *path = source ? xml_get(source, "file") : (const char *)text;
	int r = 0;

	if (nvram && xml_get(nvram, "type") && !is_word(nvram, "type", "file"))
		kept->obstacle = "the variables of its firmware are not in a file";
	if (path && *path) {
		kept->nvram = strdup(path);
		r = kept->nvram ? 0 : -ENOMEM;
	}
	xmlFree(text);
	return r;
}

/* Whether libvirt makes a file of variables, at a path of its own if none is named. */
static bool has_variables(const xmlNode *root)
{
	const xmlNode *os = xml_child(root, "os");
	const xmlNode *loader = os ? xml_child(os, "loader") : NULL;

	if (is_word(loader, "stateless", "yes"))
		return false;
	return is_word(os, "firmware", "efi") ||
	       (is_word(loader, "type", "pflash") && is_word(loader, "readonly", "yes"));
}

/* An emulator whose state is in libvirt's folder as swtpm writes it. */
static bool is_plain(const xmlNode *backend)
{
	for (xmlNode *node = xmlFirstElementChild((xmlNode *)backend); node;
	     node = xmlNextElementSibling(node))
		if (!xmlStrEqual(node->name, BAD_CAST "active_pcr_banks") &&
		    !xmlStrEqual(node->name, BAD_CAST "profile"))
			return false;
	return is_word(backend, "type", "emulator");
}

static const char *obstacle_of(const xmlNode *backend)
{
	if (is_word(backend, "type", "passthrough"))
		return "its TPM is the chip of that host, which stays there with the "
		       "keys in it; remove the TPM from the VM if it does not need "
		       "them";
	if (backend && xml_child(backend, "encryption"))
		return "the state of its TPM is encrypted with a secret of libvirt "
		       "there, so the keys in it would be lost; remove the TPM from the "
		       "VM if it does not need them";
	return "its TPM does not keep its state in libvirt's own folder, so the keys in "
	       "it would be lost; remove the TPM from the VM if it does not need them";
}

static int read_tpm(const struct rocks_vm *vm, const xmlNode *tpm, struct kept *kept)
{
	const xmlNode *backend = xml_child(tpm, "backend");
	bool is_old = is_word(backend, "version", "1.2");

	if (!backend || !is_plain(backend) || kept->tpm) {
		kept->obstacle = obstacle_of(backend);
		return 0;
	}
	kept->outlives_stop = is_word(backend, "persistent_state", "yes");
	if (asprintf(&kept->tpm, TPM_FOLDER "/%s/%s", vm->uuid,
		     is_old ? "tpm1.2/tpm-00.permall" : "tpm2/tpm2-00.permall") >= 0)
		return 0;
	kept->tpm = NULL;
	return -ENOMEM;
}

int kept_read(const struct rocks_vm *vm, const xmlNode *root, const xmlNode *live,
	      struct kept *ret_kept)
{
	const xmlNode *devices = xml_child(root, "devices");
	int r = find_nvram(root, ret_kept);

	if (r == 0 && !ret_kept->nvram)
		r = find_nvram(live, ret_kept);
	if (r == 0 && !ret_kept->nvram && !ret_kept->obstacle && has_variables(root) &&
	    asprintf(&ret_kept->nvram, XML_NVRAM_FOLDER "/%s_VARS.fd", vm->domain) < 0) {
		ret_kept->nvram = NULL;
		r = -ENOMEM;
	}
	for (xmlNode *node = devices ? xmlFirstElementChild((xmlNode *)devices) : NULL;
	     node && r == 0; node = xmlNextElementSibling(node))
		if (xmlStrEqual(node->name, BAD_CAST "tpm"))
			r = read_tpm(vm, node, ret_kept);
	return r;
}

void kept_release(struct kept *kept)
{
	free(kept->nvram);
	free(kept->tpm);
	*kept = (struct kept){ 0 };
}

int libvirt_kept(const struct rocks_vm *vm, const char *xml,
		 int (*each)(void *data, const struct rocks_definition *definition),
		 void *data, struct rocks_failure *failure)
{
	xmlDoc *document = xml_parse(xml);
	const xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
	struct rocks_definition row = { .size = sizeof(row), .xml = xml };
	struct kept kept = { 0 };
	int r = root ? kept_read(vm, root, NULL, &kept) : -EINVAL;

	if (r < 0)
		failure->explain(failure, r == -EINVAL ? "its XML cannot be parsed"
						       : "out of memory");
	row.nvram = kept.nvram;
	row.tpm = kept.tpm;
	row.obstacle = kept.obstacle;
	if (r == 0)
		r = each(data, &row);
	kept_release(&kept);
	xmlFreeDoc(document);
	return r;
}
