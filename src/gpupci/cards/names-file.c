/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /var/lib/gpupci/cards: the names of cards, including cards that are missing. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/cards/names-file.h"
#include "src/gpupci/files/record.h"
#include "src/gpupci/files/state.h"

#define KIND "gpupci-names"
#define VERSION_NOW 1
#define PREFIX "gpupci"
#define UNKNOWN "-"

/* More than all buses of all domains can hold. */
#define MOST_RECORDS 1000000

struct field {
	const char *key;
	int (*take)(struct name_record *record, const char *value);
};

static int take_text(char **text, const char *value)
{
	if (strcmp(value, UNKNOWN) == 0)
		return 0;
	if (!text_is_clean(value))
		return -EINVAL;
	*text = strdup(value);
	return *text ? 0 : -ENOMEM;
}

static int take_kind(struct name_record *record, const char *value)
{
	record->is_virtual = strcmp(value, "vf") == 0;
	return record->is_virtual || strcmp(value, "pci") == 0 ? 0 : -EINVAL;
}

static int take_address(struct name_record *record, const char *value)
{
	char text[PCI_ADDRESS_SIZE];

	if (pci_address_parse(value, &record->address) < 0)
		return -EINVAL;
	/* Only the canonical form, none of the others. */
	return strcmp(pci_address_sysfs(record->address, text), value) ? -EINVAL : 0;
}

static int take_path(struct name_record *record, const char *value)
{
	return take_text(&record->path, value);
}

/* Two or four words of four digits. */
static int take_ids(struct name_record *record, const char *value)
{
	size_t length = strlen(value);

	if (strcmp(value, UNKNOWN) != 0) {
		if (length != 9 && length != 19)
			return -EINVAL;
		for (size_t i = 0; i < length; i++)
			if (i % 5 == 4 ? value[i] != ':'
				       : !strchr("0123456789abcdef", value[i]))
				return -EINVAL;
	}
	return take_text(&record->ids, value);
}

static int take_serial(struct name_record *record, const char *value)
{
	const char *colon = strchr(value, ':');

	if (strcmp(value, UNKNOWN) != 0 && (!colon || colon == value || !colon[1]))
		return -EINVAL;
	return take_text(&record->serial, value);
}

static int take_parent(struct name_record *record, const char *value)
{
	if (strcmp(value, UNKNOWN) == 0)
		return 0;
	if (!record->is_virtual || !name_is_valid(value))
		return -EINVAL;
	snprintf(record->parent, sizeof(record->parent), "%s", value);
	return 0;
}

static int take_ordinal(struct name_record *record, const char *value)
{
	int64_t number;

	if (text_parse_integer(value, 0, UINT16_MAX, &number) < 0 ||
	    (number && !record->is_virtual))
		return -EINVAL;
	record->ordinal = (unsigned int)number;
	return 0;
}

static const struct field fields[] = {
	{ "kind", take_kind },	    { "address", take_address },
	{ "path", take_path },	    { "ids", take_ids },
	{ "serial", take_serial },  { "parent", take_parent },
	{ "number", take_ordinal },
};

bool name_is_valid(const char *name)
{
	const char *digits = name + strlen(PREFIX);
	int64_t number;

	return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && digits[0] >= '1' &&
	       digits[0] <= '9' &&
	       text_parse_integer(digits, 1, NAME_MOST_NUMBER, &number) == 0;
}

struct name_record *names_find(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->records[i].name, name) == 0)
			return &names->records[i];
	return NULL;
}

static void release_record(struct name_record *record)
{
	free(record->path);
	free(record->ids);
	free(record->serial);
}

int names_add(struct names *names, const char *name, struct name_record **ret_record)
{
	struct name_record *grown =
		reallocarray(names->records, names->count + 1, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	names->records = grown;
	*ret_record = &grown[names->count++];
	**ret_record = (struct name_record){ .card = NAME_NO_CARD };
	snprintf((*ret_record)->name, NAME_SIZE, "%s", name);
	return 0;
}

void names_remove(struct names *names, struct name_record *record)
{
	size_t index = (size_t)(record - names->records);

	release_record(record);
	names->count--;
	memmove(record, record + 1, (names->count - index) * sizeof(*record));
}

/* "gpupci1 kind=pci address=… …", all keys in their order. */
static int take_record(struct names *names, const struct record *line)
{
	struct name_record *record;
	int error;

	if (line->count != 1 + ARRAY_SIZE(fields) || !name_is_valid(line->words[0]) ||
	    names->count >= MOST_RECORDS)
		return -EINVAL;
	error = names_add(names, line->words[0], &record);
	for (size_t i = 0; i < ARRAY_SIZE(fields) && error == 0; i++) {
		const char *value = record_value(line, fields[i].key);

		if (value != line->words[i + 1] + strlen(fields[i].key) + 1 || !value[0])
			return -EINVAL;
		error = fields[i].take(record, value);
	}
	if (error < 0)
		return error;
	record->is_known = true;
	record->was = record->address;
	return 0;
}

static int compare_numbers(const void *left, const void *right)
{
	const struct name_record *a = left, *b = right;

	return text_compare_natural(a->name, b->name);
}

void names_sort(struct names *names)
{
	if (names->count)
		qsort(names->records, names->count, sizeof(*names->records),
		      compare_numbers);
}

static int check_twice(struct names *names)
{
	names_sort(names);
	for (size_t i = 1; i < names->count; i++)
		if (strcmp(names->records[i - 1].name, names->records[i].name) == 0)
			return -EINVAL;
	return 0;
}

/* Whether every line so far was a record: the file has no comments. */
static int check_line(const struct record *record, unsigned int line)
{
	return record->line == line ? 0 : -EINVAL;
}

static int parse_lines(struct names *names, char *text, size_t length,
		       unsigned int *ret_line)
{
	struct record record;
	int error, more = 1;

	*ret_line = 1;
	error = record_open(&record, text, length, KIND, VERSION_NOW);
	if (error < 0 && record.line == 1 && record.version > VERSION_NOW &&
	    record.version <= INT32_MAX)
		return -EPROTO;
	if (error == 0)
		error = check_line(&record, *ret_line);
	while (error == 0 && more > 0) {
		++*ret_line;
		more = record_next(&record);
		error = more < 0 ? more : check_line(&record, *ret_line);
		if (error == 0 && more > 0)
			error = take_record(names, &record);
	}
	return error < 0 ? error : check_twice(names);
}

int names_parse(struct names *names, const char *bytes, size_t length,
		struct strbuf *fault)
{
	_cleanup_free_ char *text = strndup(bytes, length);
	unsigned int line = 1;
	int error;

	if (!text)
		return -ENOMEM;
	error = strlen(text) == length ? parse_lines(names, text, length, &line)
				       : -EINVAL;
	if (error == -EINVAL)
		strbuf_add_format(fault, "line %u is not as gpupci writes it", line);
	if (error == -EPROTO)
		strbuf_add_string(fault, "a newer gpupci wrote it");
	return error;
}

static const char *or_unknown(const char *text)
{
	return record_word(text ? text : "");
}

void names_format(const struct names *names, struct strbuf *content)
{
	char address[PCI_ADDRESS_SIZE];

	record_begin(content, KIND, VERSION_NOW);
	for (size_t i = 0; i < names->count; i++) {
		const struct name_record *record = &names->records[i];

		strbuf_add_format(
			content,
			"%s kind=%s address=%s path=%s ids=%s serial=%s parent=%s "
			"number=%u\n",
			record->name, record->is_virtual ? "vf" : "pci",
			pci_address_sysfs(record->address, address),
			or_unknown(record->path), or_unknown(record->ids),
			or_unknown(record->serial), or_unknown(record->parent),
			record->ordinal);
	}
	record_end(content, names->count);
}

/* Writes to fault what is wrong with the names file, and what to do. */
static int fail(int error, const struct root *root, const char *verb, const char *reason,
		const char *advice, struct strbuf *fault)
{
	if (error != -ENOMEM)
		strbuf_add_format(fault, "cannot %s %s" NAMES_PATH ": %s; %s", verb,
				  root->folder, reason, advice);
	return error;
}

int names_read(struct names *names, const struct root *root, struct strbuf *ret_content,
	       struct strbuf *fault)
{
	static const char mend[] = "gpupci --scan sets it aside and names the cards anew";
	_cleanup_strbuf_ struct strbuf reason = STRBUF_EMPTY;
	_cleanup_free_ char *bytes = NULL;
	size_t length;
	int error;

	error = state_read(root, NAMES_PATH, &bytes, &length);
	if (error == -ENOENT)
		return 0;
	if (error < 0 && error != -EFBIG && error != -EINVAL)
		return fail(error, root, "read", strerror(-error),
			    "without it no card has a name", fault);
	if (error < 0)
		return fail(error, root, "read", "it is not a file that gpupci writes",
			    mend, fault);
	strbuf_add(ret_content, bytes, length);
	error = ret_content->error;
	if (error == 0)
		error = names_parse(names, bytes, length, &reason);
	if (error == -EPROTO)
		return fail(error, root, "read", strbuf_text(&reason),
			    "install that version again", fault);
	return error < 0 ? fail(error, root, "read", strbuf_text(&reason), mend, fault)
			 : 0;
}

int names_write(const struct names *names, const struct root *root,
		const struct strbuf *content, struct strbuf *fault)
{
	_cleanup_strbuf_ struct strbuf made = STRBUF_EMPTY;
	int error;

	names_format(names, &made);
	if (made.error)
		return made.error;
	if (strcmp(strbuf_text(&made), strbuf_text(content)) == 0)
		return 0;
	error = state_write(root, NAMES_PATH, 0644, made.bytes, made.length);
	if (error == -EACCES || error == -EPERM)
		return fail(error, root, "write", strerror(-error), "run it as root",
			    fault);
	return error < 0 ? fail(error, root, "write", strerror(-error),
				"the names are unchanged", fault)
			 : 0;
}

void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		release_record(&names->records[i]);
	free(names->records);
	*names = (struct names)NAMES_EMPTY;
}
