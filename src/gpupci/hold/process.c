/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an administrator knows a process: its unit and its command line. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/strbuf.h"
#include "src/gpupci/hold/process.h"

#define COMMAND_SIZE 200
#define COMMAND_MILLISECONDS 1000

static bool ends_with(const char *text, size_t length, const char *end)
{
	size_t tail = strlen(end);

	return length > tail && strncmp(text + length - tail, end, tail) == 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

/* Undoes the \x2d escapes of systemd.unit(5) if the result is printable. */
static void add_unescaped(struct strbuf *unit, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		int high, low;

		if (length - i >= 4 && text[i] == '\\' && text[i + 1] == 'x') {
			high = hex_digit(text[i + 2]);
			low = hex_digit(text[i + 3]);
			if (high >= 0 && low >= 0 && high * 16 + low > ' ' &&
			    high * 16 + low < 0x7f) {
				strbuf_add_char(unit, (char)(high * 16 + low));
				i += 3;
				continue;
			}
		}
		strbuf_add_char(unit, text[i]);
	}
}

/* Finds the deepest folder of the path that is a unit with processes. */
static void add_unit(struct strbuf *unit, const char *path)
{
	const char *found = NULL;
	size_t found_length = 0;

	while (*path && *path != '\n') {
		size_t length = strcspn(path, "/\n");

		if (ends_with(path, length, ".service") ||
		    ends_with(path, length, ".scope")) {
			found = path;
			found_length = length;
		}
		path += length;
		path += *path == '/';
	}
	if (found)
		add_unescaped(unit, found, found_length);
}

int process_unit(struct root *root, pid_t process, char **ret_unit)
{
	_cleanup_strbuf_ struct strbuf unit = STRBUF_EMPTY;
	_cleanup_free_ char *text = NULL;
	int error;

	*ret_unit = NULL;
	error = root_read_text(root, &text, "/proc/%d/cgroup", (int)process);
	if (error < 0)
		return error == -ENOMEM ? error : 0;
	/* "0::/system.slice/x.service", before cgroup v2 "1:name=systemd:/…". */
	for (const char *line = text; *line;) {
		const char *begin = strchr(line, '/');

		if (begin && begin < line + strcspn(line, "\n") && !unit.length &&
		    (strncmp(line, "0::", 3) == 0 ||
		     strstr(line, "name=systemd") < begin))
			add_unit(&unit, begin);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	if (!unit.error && unit.length)
		*ret_unit = strbuf_take(&unit);
	return unit.error;
}

/* Joins words that each end in a NUL into one line. */
static void join_words(char *bytes, size_t length)
{
	while (length && !bytes[length - 1])
		length--;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (!c)
			bytes[i] = ' ';
		else if (c < ' ' || c > '~')
			bytes[i] = '?';
	}
	bytes[length] = '\0';
}

int process_command(struct root *root, pid_t process, char **ret_command)
{
	_cleanup_free_ char *name = NULL;
	char bytes[COMMAND_SIZE + 1];
	size_t length = 0;
	int error;

	*ret_command = NULL;
	/*
	 * The words are in the memory of the process, whose lock a hung process may hold.
	 */
	error = root_read_within(root, COMMAND_MILLISECONDS, bytes, COMMAND_SIZE, &length,
				 "/proc/%d/cmdline", (int)process);
	if (error == -ENOMEM)
		return error;
	if (error == 0)
		join_words(bytes, length);
	if (error < 0 || !bytes[0]) {
		error = root_read_line(root, &name, "/proc/%d/comm", (int)process);
		if (error == 0)
			join_words(name, strlen(name));
		*ret_command = error == 0 ? take_pointer(name) : NULL;
		return error == -ENOMEM ? error : 0;
	}
	*ret_command = strdup(bytes);
	return *ret_command ? 0 : -ENOMEM;
}

bool process_find_number(const char *text, const char *word, uint64_t *ret_number)
{
	size_t length = strlen(word);

	for (const char *line = text; *line; line += *line == '\n') {
		if (strncmp(line, word, length) == 0)
			return sscanf(line + length, " %" SCNu64, ret_number) == 1;
		line += strcspn(line, "\n");
	}
	return false;
}
