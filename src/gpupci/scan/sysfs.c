/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what the kernel tells of PCI devices, all of it below one root. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "src/gpupci/files/deadline.h"
#include "src/gpupci/scan/sysfs.h"

/* An attribute is a page at most (Documentation/filesystems/sysfs.rst in the kernel). */
#define ATTRIBUTE_SIZE 4096

int sysfs_set_path(struct sysfs *sysfs, const char *path)
{
	strbuf_reset(&sysfs->path);
	strbuf_add_string(&sysfs->path, sysfs->root);
	strbuf_add_string(&sysfs->path, path);
	return sysfs->path.error;
}

static int set_device_path(struct sysfs *sysfs, struct pci_address device,
			   const char *attribute)
{
	char name[PCI_ADDRESS_SIZE];

	strbuf_reset(&sysfs->path);
	strbuf_add_string(&sysfs->path, sysfs->root);
	strbuf_add_string(&sysfs->path, "/sys/bus/pci/devices/");
	strbuf_add_string(&sysfs->path, pci_address_sysfs(device, name));
	if (attribute[0]) {
		strbuf_add_char(&sysfs->path, '/');
		strbuf_add_string(&sysfs->path, attribute);
	}
	return sysfs->path.error;
}

/* Reads at most size bytes of the file at sysfs->path; how many it read, or -errno. */
static ssize_t read_bytes(const struct sysfs *sysfs, void *bytes, size_t size)
{
	_cleanup_close_ int fd = -1;
	size_t length = 0;
	ssize_t got;

	fd = open(strbuf_text(&sysfs->path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do {
		got = read(fd, (char *)bytes + length, size - length);
		if (got < 0)
			return -errno;
		length += (size_t)got;
		/* sysfs hands out a page at a time; less is all there is. */
	} while (got > 0 && got % ATTRIBUTE_SIZE == 0 && length < size);
	return (ssize_t)length;
}

/* Reads the whole file at sysfs->path. */
static int read_all(const struct sysfs *sysfs, char **ret_text)
{
	char bytes[ATTRIBUTE_SIZE];
	ssize_t length = read_bytes(sysfs, bytes, sizeof(bytes));
	char *text;

	if (length < 0)
		return (int)length;
	if (length == sizeof(bytes))
		return -EFBIG;
	bytes[length] = '\0';
	text = strdup(bytes);
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	return 0;
}

static int read_first_line(const struct sysfs *sysfs, char **ret_line)
{
	int error = read_all(sysfs, ret_line);

	if (error == 0)
		(*ret_line)[strcspn(*ret_line, "\n")] = '\0';
	return error;
}

int sysfs_read_text(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		    char **ret_text)
{
	int error = set_device_path(sysfs, device, attribute);

	return error < 0 ? error : read_first_line(sysfs, ret_text);
}

/* Looking takes no lock: no child for what is not there. */
static int prepare_locked(struct sysfs *sysfs)
{
	sysfs->deadline.milliseconds = 1000 * sysfs->timeout;
	return faccessat(AT_FDCWD, strbuf_text(&sysfs->path), R_OK, AT_EACCESS) < 0
		       ? -errno
		       : 0;
}

int sysfs_read_locked(struct sysfs *sysfs, struct pci_address device,
		      const char *attribute, uint8_t bytes[SYSFS_LOCKED_SIZE],
		      size_t *ret_length)
{
	int error = set_device_path(sysfs, device, attribute);

	if (error == 0)
		error = prepare_locked(sysfs);
	return error < 0
		       ? error
		       : deadline_read_bytes(&sysfs->deadline, strbuf_text(&sysfs->path),
					     bytes, SYSFS_LOCKED_SIZE, ret_length);
}

int sysfs_read_locked_line(struct sysfs *sysfs, const char *path, char **ret_line)
{
	int error = sysfs_set_path(sysfs, path);

	if (error == 0)
		error = prepare_locked(sysfs);
	return error < 0 ? error
			 : deadline_read(&sysfs->deadline, strbuf_text(&sysfs->path),
					 ret_line);
}

int sysfs_read_all(struct sysfs *sysfs, const char *path, char **ret_text)
{
	int error = sysfs_set_path(sysfs, path);

	return error < 0 ? error : read_all(sysfs, ret_text);
}

int sysfs_read_line(struct sysfs *sysfs, const char *path, char **ret_line)
{
	int error = sysfs_set_path(sysfs, path);

	return error < 0 ? error : read_first_line(sysfs, ret_line);
}

int sysfs_read_hex(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		   uint32_t most, uint32_t *ret_value)
{
	_cleanup_free_ char *text = NULL;
	unsigned long value;
	size_t digits;
	int error;

	error = sysfs_read_text(sysfs, device, attribute, &text);
	if (error < 0)
		return error;
	if (strncmp(text, "0x", 2) != 0)
		return -EINVAL;
	digits = strspn(text + 2, "0123456789abcdefABCDEF");
	if (!digits || digits > 8 || text[2 + digits])
		return -EINVAL;
	value = strtoul(text + 2, NULL, 16);
	if (value > most)
		return -EINVAL;
	*ret_value = (uint32_t)value;
	return 0;
}

int sysfs_read_link(struct sysfs *sysfs, struct pci_address device, const char *attribute,
		    char **ret_target)
{
	char bytes[PATH_MAX];
	ssize_t length;
	char *target;
	int error;

	error = set_device_path(sysfs, device, attribute);
	if (error < 0)
		return error;
	length = readlink(strbuf_text(&sysfs->path), bytes, sizeof(bytes));
	if (length < 0)
		return -errno;
	if (length == sizeof(bytes))
		return -ENAMETOOLONG;
	target = strndup(bytes, (size_t)length);
	if (!target)
		return -ENOMEM;
	*ret_target = target;
	return 0;
}

int sysfs_read_link_name(struct sysfs *sysfs, struct pci_address device,
			 const char *attribute, char **ret_name)
{
	_cleanup_free_ char *target = NULL;
	const char *slash;
	char *name;
	int error;

	error = sysfs_read_link(sysfs, device, attribute, &target);
	if (error < 0)
		return error;
	slash = strrchr(target, '/');
	name = strdup(slash ? slash + 1 : target);
	if (!name)
		return -ENOMEM;
	*ret_name = name;
	return 0;
}

void sysfs_release(struct sysfs *sysfs)
{
	deadline_release(&sysfs->deadline);
	strbuf_release(&sysfs->path);
}
