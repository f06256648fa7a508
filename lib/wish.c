/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person asks for by model: T4, T4:2 or 10de:1eb8:2, and lists of these with commas. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "lib/text.h"
#include "lib/wish.h"

#define ID_DIGITS 4
#define COUNT_DIGITS 2
#define TEXT(number) TEXT_(number)
#define TEXT_(number) #number

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char name_letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.+";
static const char hexadecimal[] = "0123456789abcdefABCDEF";

static const char NOT_MODEL[] =
	"a model is a name that begins with a letter, such as T4, or its ids, four "
	"hexadecimal digits each, such as 10de:1eb8";
static const char NOT_COUNT[] =
	"the number of cards is 1 to " TEXT(WISH_COUNT_MOST) ", without leading zeros";

/* How many ids, one after the other, the text begins with. */
static size_t count_ids(const char *text, size_t length)
{
	size_t count = 0, at = 0;

	while (at + ID_DIGITS <= length && strspn(text + at, hexadecimal) == ID_DIGITS) {
		count++;
		at += ID_DIGITS;
		if (at == length || text[at] != ':')
			break;
		at++;
	}
	return count;
}

static bool are_ids(const char *text, size_t length)
{
	size_t count = count_ids(text, length);

	return (count == 2 || count == 4) && length == count * (ID_DIGITS + 1) - 1;
}

static bool is_name(const char *text, size_t length)
{
	static const char *const others[] = { "gpupci", "pci_" };

	if (!length || length > WISH_MODEL_LENGTH || !strchr(letters, *text) ||
	    strspn(text, name_letters) < length)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (strncasecmp(text, others[i], strlen(others[i])) == 0)
			return false;
	return !(length == 4 && (strncasecmp(text, "none", length) == 0 ||
				 strncasecmp(text, "null", length) == 0));
}

bool wish_is_name(const char *word)
{
	return is_name(word, strlen(word));
}

bool wish_is_ids(const char *word)
{
	return are_ids(word, strlen(word));
}

static bool parse_count(const char *text, size_t length, int64_t *ret_count)
{
	char digits[COUNT_DIGITS + 1] = "";

	if (!length || length > COUNT_DIGITS || *text == '0')
		return false;
	memcpy(digits, text, length);
	return text_parse_integer(digits, 1, WISH_COUNT_MOST, ret_count) == 0;
}

/* The last colon of the text, or NULL. */
static const char *last_colon(const char *text, size_t length)
{
	return memrchr(text, ':', length);
}

static int parse(const char *text, size_t length, struct wish *ret_wish,
		 const char **ret_problem)
{
	struct wish wish = { .count = 1 };
	const char *colon = last_colon(text, length);
	size_t model = length;
	bool ids = are_ids(text, length);

	if (colon && !ids) {
		model = (size_t)(colon - text);
		ids = are_ids(text, model);
	}
	if (!ids && !is_name(text, model)) {
		*ret_problem = NOT_MODEL;
		return -EINVAL;
	}
	if (model < length && !parse_count(colon + 1, length - model - 1, &wish.count)) {
		*ret_problem = NOT_COUNT;
		return -EINVAL;
	}
	for (size_t i = 0; i < model; i++)
		wish.model[i] = (char)(ids ? tolower((unsigned char)text[i]) : text[i]);
	*ret_wish = wish;
	return 0;
}

int wish_parse(const char *text, struct wish *ret_wish, const char **ret_problem)
{
	return parse(text, strlen(text), ret_wish, ret_problem);
}

static int append(struct wish_list *list, const struct wish *wish,
		  const char **ret_problem)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcasecmp(list->wishes[i].model, wish->model) == 0) {
			*ret_problem = "a model is given twice; MODEL:N asks for several "
				       "cards of it";
			return -EINVAL;
		}
	}
	if (list->count == WISH_LIST_MOST) {
		*ret_problem = "more than " TEXT(WISH_LIST_MOST) " models";
		return -EINVAL;
	}
	list->wishes[list->count++] = *wish;
	return 0;
}

int wish_list_parse(const char *text, struct wish_list *ret_list,
		    const char **ret_problem)
{
	struct wish_list list = { .count = 0 };
	size_t length;

	do {
		struct wish wish;
		int r;

		length = strcspn(text, ",");
		r = parse(text, length, &wish, ret_problem);
		if (r == 0)
			r = append(&list, &wish, ret_problem);
		if (r < 0)
			return r;
		text += length + 1;
	} while (text[-1]);
	*ret_list = list;
	return 0;
}

void wish_list_add(struct strbuf *text, const struct wish_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		strbuf_add_format(text, "%s%s:%" PRId64, i ? "," : "",
				  list->wishes[i].model, list->wishes[i].count);
}
