/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counts as a card on this host: /etc/gpupci.conf, or the built-in defaults. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/text.h"
#include "src/gpupci/cards/config.h"

enum rule_kind {
	RULE_VENDOR,
	RULE_CLASS,
	RULE_INCLUDE,
	RULE_EXCLUDE,
	RULE_JOIN,
};

struct config_rule {
	enum rule_kind kind;
	uint32_t value;		    /* vendor or beginning of a class */
	unsigned int digits;	    /* hexadecimal digits of value */
	uint16_t vendor;	    /* of a class: this vendor's alone; 0 for any */
	struct pci_address address; /* include, exclude, join */
	struct pci_address board;   /* join: the first address of the line */
	unsigned int position;	    /* join: the address's place in the line, from 0 */
};

struct line {
	const char *path;
	unsigned int number;
	struct strbuf *fault;
};

#define SEPARATORS " \t\r\n"

static int refuse(const struct line *line, const char *what, const char *word,
		  const char *advice)
{
	strbuf_add_format(line->fault, "%s:%u: %s", line->path, line->number, what);
	if (word)
		strbuf_add_format(line->fault, " '%s'",
				  text_is_clean(word) ? word : "(unprintable)");
	strbuf_add_format(line->fault, "; %s", advice);
	return -EINVAL;
}

static int add_rule(struct config *config, struct config_rule rule)
{
	struct config_rule *rules =
		reallocarray(config->rules, config->count + 1, sizeof(*rules));

	if (!rules)
		return -ENOMEM;
	rules[config->count++] = rule;
	config->rules = rules;
	return 0;
}

static bool all_hex(const char *word)
{
	return word[0] && !word[strspn(word, "0123456789abcdefABCDEF")];
}

static int add_id(struct config *config, const struct line *line, const char *word,
		  enum rule_kind kind)
{
	size_t digits = strlen(word);
	struct config_rule rule = { .kind = kind, .digits = (unsigned int)digits };

	if (kind == RULE_VENDOR && (!all_hex(word) || digits != 4))
		return refuse(line, "not a vendor id", word,
			      "write 4 hexadecimal digits, as in 10de");
	if (kind == RULE_CLASS &&
	    (!all_hex(word) || (digits != 2 && digits != 4 && digits != 6)))
		return refuse(line, "not a class", word,
			      "write 2, 4 or 6 hexadecimal digits, as in 03 or 0302");
	rule.value = (uint32_t)strtoul(word, NULL, 16);
	return add_rule(config, rule);
}

/* Returns the rule of that kind with that address, or NULL. */
static const struct config_rule *
find_rule(const struct config *config, enum rule_kind kind, struct pci_address address)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->kind == kind &&
		    pci_address_compare(rule->address, address) == 0)
			return rule;
	}
	return NULL;
}

static int check_conflict(const struct config *config, const struct line *line,
			  const struct config_rule *rule, const char *word)
{
	if (rule->kind == RULE_JOIN && rule->address.function)
		return refuse(line, "not a slot", word,
			      "a joined slot is written with function 0, as in "
			      "0000:03:00.0");
	if (rule->kind == RULE_JOIN && find_rule(config, RULE_JOIN, rule->address))
		return refuse(line, "joined a second time:", word,
			      "a slot is on one board only");
	if (rule->kind != RULE_EXCLUDE && find_rule(config, RULE_EXCLUDE, rule->address))
		return refuse(line, "excluded by an earlier line:", word,
			      "remove one of the two");
	if (rule->kind == RULE_EXCLUDE &&
	    (find_rule(config, RULE_INCLUDE, rule->address) ||
	     find_rule(config, RULE_JOIN, rule->address)))
		return refuse(line, "included or joined by an earlier line:", word,
			      "remove one of the two");
	return 0;
}

static int add_address(struct config *config, const struct line *line, const char *word,
		       struct config_rule rule)
{
	int error;

	if (pci_address_parse(word, &rule.address) < 0)
		return refuse(line, "not a PCI address", word,
			      "write it as in 0000:02:00.0");
	if (!rule.position)
		rule.board = rule.address;
	error = check_conflict(config, line, &rule, word);
	return error < 0 ? error : add_rule(config, rule);
}

static int read_words(struct config *config, const struct line *line, enum rule_kind kind,
		      char *rest)
{
	struct config_rule rule = { .kind = kind };
	unsigned int count = 0;
	char *next = NULL;

	for (char *word = strtok_r(rest, SEPARATORS, &next); word;
	     word = strtok_r(NULL, SEPARATORS, &next), count++) {
		int error;

		rule.position = kind == RULE_JOIN ? count : 0;
		if (kind == RULE_VENDOR || kind == RULE_CLASS)
			error = add_id(config, line, word, kind);
		else
			error = add_address(config, line, word, rule);
		if (error < 0)
			return error;
		if (!count)
			rule.board = config->rules[config->count - 1].address;
	}
	if (!count)
		return refuse(line, "nothing after the first word", NULL,
			      "complete the line, or remove it");
	if (kind == RULE_JOIN && count < 2)
		return refuse(line, "only one slot to join", NULL,
			      "name all the slots of the board");
	return 0;
}

/* "64G": a number with K, M, G, T for powers of 1024; 0 or -EINVAL. */
static int parse_size(const char *word, uint64_t *ret_bytes)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(word, "0123456789");
	const char *unit = word[digits] ? strchr(units, word[digits]) : NULL;
	char number[16];
	int64_t value;

	if (!digits || digits >= sizeof(number) || !unit || word[digits + 1])
		return -EINVAL;
	memcpy(number, word, digits);
	number[digits] = '\0';
	if (text_parse_integer(number, 1, INT32_MAX, &value) < 0)
		return -EINVAL;
	*ret_bytes = (uint64_t)value << 10 * (unit - units + 1);
	return 0;
}

/* "memlock 64G" */
static int read_memlock(struct config *config, const struct line *line, char **rest)
{
	const char *size = strtok_r(NULL, SEPARATORS, rest);

	if (!size || parse_size(size, &config->memlock) < 0 ||
	    strtok_r(NULL, SEPARATORS, rest))
		return refuse(line, "not a size of memory", size,
			      "write the memory of the largest VM, as in memlock 64G");
	return 0;
}

/* "hugepages 1G 64" */
static int read_hugepages(struct config *config, const struct line *line, char **rest)
{
	const char *size = strtok_r(NULL, SEPARATORS, rest);
	const char *count = strtok_r(NULL, SEPARATORS, rest);
	struct config_pages pages;
	int64_t number;

	if (!size || !count || parse_size(size, &pages.size) < 0 ||
	    text_parse_integer(count, 1, INT32_MAX, &number) < 0 ||
	    strtok_r(NULL, SEPARATORS, rest))
		return refuse(line, "invalid huge pages", size,
			      "write their size and how many, as in hugepages 1G 64");
	pages.count = (uint64_t)number;
	for (size_t i = 0; i < config->page_sizes; i++)
		if (config->pages[i].size == pages.size)
			return refuse(line, "huge pages a second time:", size,
				      "remove one of the two lines");
	if (config->page_sizes == CONFIG_MOST_PAGES)
		return refuse(line, "too many sizes of huge pages:", size,
			      "no processor has as many");
	config->pages[config->page_sizes++] = pages;
	return 0;
}

static int read_line(struct config *config, const struct line *line, char *text)
{
	static const char *const words[] = {
		[RULE_VENDOR] = "vendor",   [RULE_CLASS] = "class",
		[RULE_INCLUDE] = "include", [RULE_EXCLUDE] = "exclude",
		[RULE_JOIN] = "join",
	};
	char *rest = NULL;
	const char *first;

	text[strcspn(text, "#")] = '\0';
	first = strtok_r(text, SEPARATORS, &rest);
	if (!first)
		return 0;
	if (strcmp(first, "memlock") == 0)
		return read_memlock(config, line, &rest);
	if (strcmp(first, "hugepages") == 0)
		return read_hugepages(config, line, &rest);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strcmp(first, words[i]) == 0)
			return read_words(config, line, (enum rule_kind)i, rest);
	return refuse(line, "unknown word", first,
		      "a line begins with vendor, class, include, exclude, join, memlock "
		      "or hugepages");
}

static bool has_rule(const struct config *config, enum rule_kind kind)
{
	for (size_t i = 0; i < config->count; i++)
		if (config->rules[i].kind == kind)
			return true;
	return false;
}

/* Adds the default lists that the file does not replace. */
static int add_defaults(struct config *config)
{
	static const uint32_t vendors[] = { 0x10de, 0x1002, 0x8086 };
	static const struct config_rule classes[] = {
		{ .kind = RULE_CLASS, .value = 0x03, .digits = 2 },
		/* An MI300 is not a display; an accelerator from Intel may be an FPGA. */
		{ .kind = RULE_CLASS, .value = 0x1200, .digits = 4, .vendor = 0x1002 },
	};
	int error = 0;

	if (!has_rule(config, RULE_VENDOR))
		for (size_t i = 0; i < ARRAY_SIZE(vendors) && error == 0; i++) {
			struct config_rule rule = {
				.kind = RULE_VENDOR,
				.value = vendors[i],
				.digits = 4,
			};

			error = add_rule(config, rule);
		}
	if (has_rule(config, RULE_CLASS))
		return error;
	for (size_t i = 0; i < ARRAY_SIZE(classes) && error == 0; i++)
		error = add_rule(config, classes[i]);
	return error;
}

static int read_lines(struct config *config, FILE *file, struct line *line)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	ssize_t length;

	errno = 0;
	while ((length = getline(&text, &size, file)) >= 0) {
		int error;

		line->number++;
		if (strlen(text) != (size_t)length)
			return refuse(line, "a zero byte", NULL, "the file is damaged");
		error = read_line(config, line, text);
		if (error < 0)
			return error;
		errno = 0;
	}
	return feof(file) ? 0 : -(errno ? errno : EIO);
}

int config_read(struct config *config, struct root *root, const char *path,
		struct strbuf *fault)
{
	_cleanup_fclose_ FILE *file = NULL;
	int error = root_open_file(root, &file, "%s", path);
	struct line line = { .path = strbuf_text(&root->path), .fault = fault };

	if (error == 0)
		error = read_lines(config, file, &line);
	if (error == -ENOENT && !file)
		error = 0;
	if (error == 0)
		error = add_defaults(config);
	if (error < 0 && error != -ENOMEM && !fault->length)
		strbuf_add_format(fault,
				  "cannot read %s: %s; make it readable or remove it",
				  strbuf_text(&root->path), strerror(-error));
	return error;
}

void config_release(struct config *config)
{
	free(config->rules);
	*config = (struct config)CONFIG_EMPTY;
}

static bool matches(const struct config *config, enum rule_kind kind, uint32_t value,
		    unsigned int digits, uint16_t vendor)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->kind == kind &&
		    rule->value == value >> 4 * (digits - rule->digits) &&
		    (!rule->vendor || rule->vendor == vendor))
			return true;
	}
	return false;
}

bool config_knows_vendor(const struct config *config, uint16_t vendor)
{
	return matches(config, RULE_VENDOR, vendor, 4, vendor);
}

bool config_knows(const struct config *config, uint16_t vendor, uint32_t class)
{
	return config_knows_vendor(config, vendor) &&
	       matches(config, RULE_CLASS, class, 6, vendor);
}

bool config_includes(const struct config *config, struct pci_address address)
{
	return find_rule(config, RULE_INCLUDE, address) != NULL;
}

bool config_excludes(const struct config *config, struct pci_address address)
{
	return find_rule(config, RULE_EXCLUDE, address) != NULL;
}

bool config_named(const struct config *config, size_t index,
		  struct pci_address *ret_address, bool *ret_included)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_rule *rule = &config->rules[i];

		if (rule->kind != RULE_INCLUDE && rule->kind != RULE_EXCLUDE)
			continue;
		if (index--)
			continue;
		*ret_address = rule->address;
		*ret_included = rule->kind == RULE_INCLUDE;
		return true;
	}
	return false;
}

bool config_names_slots(const struct config *config)
{
	return has_rule(config, RULE_INCLUDE) || has_rule(config, RULE_EXCLUDE);
}

bool config_joins(const struct config *config)
{
	return has_rule(config, RULE_JOIN);
}

struct pci_address config_board(const struct config *config, struct pci_address slot,
				unsigned int *ret_position)
{
	const struct config_rule *rule;

	slot.function = 0;
	rule = find_rule(config, RULE_JOIN, slot);
	*ret_position = rule ? rule->position : 0;
	return rule ? rule->board : slot;
}
