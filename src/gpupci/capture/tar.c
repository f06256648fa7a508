/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a tar archive: POSIX.1-2001 (pax), with names of any length. */
#include <string.h>

#include "lib/strbuf.h"
#include "src/gpupci/capture/tar.h"

#define BLOCK_SIZE 512
#define NAME_SIZE 100

enum type_flag {
	TYPE_FILE = '0',
	TYPE_LINK = '2',
	TYPE_FOLDER = '5',
	TYPE_EXTENDED = 'x',
};

/* The header of POSIX.1 pax, "ustar Interchange Format". */
struct header {
	char name[NAME_SIZE];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[8];
	char type;
	char target[NAME_SIZE];
	char magic[6], version[2];
	char user[32], group[32];
	char major[8], minor[8];
	char prefix[155];
	char unused[12];
};

_Static_assert(sizeof(struct header) == BLOCK_SIZE, "a header is a block");

static void write_header(FILE *file, const char *path, enum type_flag type, size_t size,
			 const char *target)
{
	struct header header = { .type = (char)type };
	const unsigned char *bytes = (const unsigned char *)&header;
	unsigned int sum = 0;

	memcpy(header.name, path, strnlen(path, sizeof(header.name)));
	memcpy(header.target, target, strnlen(target, sizeof(header.target)));
	snprintf(header.mode, sizeof(header.mode), "%07o",
		 type == TYPE_FOLDER ? 0755U
		 : type == TYPE_LINK ? 0777U
				     : 0644U);
	memset(header.uid, '0', sizeof(header.uid) - 1);
	memset(header.gid, '0', sizeof(header.gid) - 1);
	snprintf(header.size, sizeof(header.size), "%011zo", size);
	memset(header.mtime, '0', sizeof(header.mtime) - 1);
	memcpy(header.magic, "ustar", sizeof(header.magic));
	memcpy(header.version, "00", sizeof(header.version));
	/* The checksum counts its own field as blanks. */
	memset(header.checksum, ' ', sizeof(header.checksum));
	for (size_t i = 0; i < sizeof(header); i++)
		sum += bytes[i];
	snprintf(header.checksum, sizeof(header.checksum), "%06o", sum);
	fwrite(&header, 1, sizeof(header), file);
}

static void write_blocks(FILE *file, const void *bytes, size_t length)
{
	static const char zeros[BLOCK_SIZE];

	fwrite(bytes, 1, length, file);
	if (length % BLOCK_SIZE)
		fwrite(zeros, 1, BLOCK_SIZE - length % BLOCK_SIZE, file);
}

/* "27 path=…\n": the number counts the whole record, including itself. */
static void add_record(struct strbuf *records, const char *key, const char *value)
{
	size_t rest = strlen(key) + strlen(value) + strlen(" =\n"), digits = 1;

	for (size_t limit = 10; rest + digits >= limit; limit *= 10)
		digits++;
	strbuf_add_format(records, "%zu %s=%s\n", rest + digits, key, value);
}

static int add_entry(FILE *file, const char *path, enum type_flag type, size_t size,
		     const char *target)
{
	_cleanup_strbuf_ struct strbuf records = STRBUF_EMPTY;

	if (strlen(path) > NAME_SIZE)
		add_record(&records, "path", path);
	if (strlen(target) > NAME_SIZE)
		add_record(&records, "linkpath", target);
	if (records.error)
		return records.error;
	if (records.length) {
		write_header(file, "pax", TYPE_EXTENDED, records.length, "");
		write_blocks(file, records.bytes, records.length);
	}
	write_header(file, path, type, size, target);
	return 0;
}

int tar_add_file(FILE *file, const char *path, const void *bytes, size_t length)
{
	int error = add_entry(file, path, TYPE_FILE, length, "");

	if (error == 0)
		write_blocks(file, bytes, length);
	return error;
}

int tar_add_link(FILE *file, const char *path, const char *target)
{
	return add_entry(file, path, TYPE_LINK, 0, target);
}

int tar_add_folder(FILE *file, const char *path)
{
	return add_entry(file, path, TYPE_FOLDER, 0, "");
}

void tar_end(FILE *file)
{
	static const char zeros[2 * BLOCK_SIZE];

	fwrite(zeros, 1, sizeof(zeros), file);
}
