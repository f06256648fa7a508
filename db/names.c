/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of names for the inventory. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "db/names.h"
#include "db/store/internal.h"
#include "lib/pci-address.h"
#include "lib/text.h"

#define GPU_NAME "gpupci"
#define MOST_NUMBER DB_LIMIT_TEXT(DB_GPU_NUMBER_MOST)

static const char IS_LIKE[] = "SELECT 1 WHERE ?1 LIKE ?2";
static const char FIND_HOST[] = "SELECT 1 FROM host WHERE name = ?";
static const char FIND_ALIAS[] = "SELECT host.name FROM alias JOIN host ON host.id = "
				 "alias.host WHERE alias.name = ?";
static const char FIND_APPLIANCE[] =
	"SELECT 1 FROM appliance WHERE name = ?1 OR membership = ?1";
/* Names of aggregates are the same in any case of letters, those of hosts are not. */
static const char FIND_IN_ANY_CASE[] =
	"SELECT name FROM host WHERE name COLLATE NOCASE = ?1 UNION ALL "
	"SELECT name FROM alias WHERE name COLLATE NOCASE = ?1 LIMIT 1";
static const char FIND_AGGREGATE[] = "SELECT 1 FROM aggregate WHERE name = ?";

#define LETTERS_AND_DIGITS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

int db_check_label(struct db *db, const char *what, const char *text)
{
	if (!*text)
		return db_fail(db, -EINVAL, "the %s is empty", what);
	if (strlen(text) > DB_NAME_LENGTH)
		return db_fail(
			db, -EINVAL,
			"the %s is longer than " DB_LIMIT_TEXT(DB_NAME_LENGTH) " bytes",
			what);
	if (!text_is_clean(text))
		return db_fail(db, -EINVAL,
			       "the %s «%s» has control characters or is not UTF-8", what,
			       text);
	return 0;
}

int db_check_path(struct db *db, const char *what, const char *path)
{
	if (strlen(path) > DB_PATH_LENGTH)
		return db_fail(
			db, -EINVAL,
			"the %s is longer than " DB_LIMIT_TEXT(DB_PATH_LENGTH) " bytes",
			what);
	if (!text_is_clean(path))
		return db_fail(db, -EINVAL,
			       "the %s has control characters or is not UTF-8", what);
	return 0;
}

int db_check_word(struct db *db, const char *what, const char *name)
{
	int r = db_check_label(db, what, name);

	if (r < 0)
		return r;
	if (strpbrk(name, " ="))
		return db_fail(db, -EINVAL,
			       "the %s «%s» must not have a blank or =", what, name);
	return 0;
}

bool db_is_rack_group(const char *word, long long *ret_rack)
{
	int64_t rack;

	if (strncmp(word, "rack", 4) != 0 ||
	    text_parse_integer(word + 4, 0, DB_RACK_MOST, &rack) < 0)
		return false;
	*ret_rack = rack;
	return true;
}

static const char *article(const char *what)
{
	return *what == 'a' ? "an" : "a";
}

/* A word that means hosts on a command line: a host name, or an appliance as a group. */
static int check_group_word(struct db *db, const char *what, const char *letters,
			    const char *name)
{
	long long rack;
	int r = db_check_label(db, what, name);

	if (r < 0)
		return r;
	if (strspn(name, letters) != strlen(name) || *name == '-')
		return db_fail(db, -EINVAL,
			       "«%s» is not a valid %s: letters, digits, - and _ only, %s"
			       "no - in front",
			       name, what,
			       strchr(letters, '.') ? "dots between them, " : "no dot, ");
	if (db_is_rack_group(name, &rack) || strcmp(name, "localhost") == 0)
		return db_fail(db, -EINVAL, "«%s» cannot be %s %s: it means %s", name,
			       article(what), what,
			       *name == 'r' ? "all hosts of that rack" : "this machine");
	return 0;
}

int db_check_new_appliance_name(struct db *db, const char *name)
{
	return check_group_word(db, "appliance name", DB_HOST_NAME_LETTERS, name);
}

static int check_taken(struct db *db, const char *what, const char *name)
{
	_cleanup_free_ char *host = NULL;
	int64_t one;
	int r = db_fetch_integer(db, &one, FIND_APPLIANCE, "t", name);

	if (r == 1)
		return db_fail(db, -EINVAL,
			       "«%s» cannot be %s %s: it means all hosts of that "
			       "appliance",
			       name, article(what), what);
	if (r == 0)
		r = db_fetch_integer(db, &one, FIND_HOST, "t", name);
	if (r == 1)
		return db_fail(db, -EEXIST, "host «%s» is already there", name);
	if (r == 0)
		r = db_fetch_text(db, &host, FIND_ALIAS, "t", name);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "«%s» is an alias of %s; `rocks remove host alias %s %s` "
			       "removes it",
			       name, host, host, name);
	return r;
}

int db_check_no_aggregate(struct db *db, const char *what, const char *name)
{
	int64_t one;
	int r = db_fetch_integer(db, &one, FIND_AGGREGATE, "t", name);

	if (r == 1)
		return db_fail(
			db, -EEXIST,
			"«%s» cannot be %s %s: it means all hosts of that aggregate",
			name, article(what), what);
	return r;
}

int db_check_new_host_name(struct db *db, const char *name)
{
	int r = check_group_word(db, "host name", DB_HOST_NAME_LETTERS, name);

	if (r == 0)
		r = check_taken(db, "host name", name);
	return r < 0 ? r : db_check_no_aggregate(db, "host name", name);
}

int db_check_aggregate_name(struct db *db, const char *name)
{
	_cleanup_free_ char *host = NULL;
	int r = check_group_word(db, "aggregate name", DB_HOST_NAME_LETTERS, name);

	if (r == 0)
		r = check_taken(db, "aggregate name", name);
	if (r == 0)
		r = db_fetch_text(db, &host, FIND_IN_ANY_CASE, "t", name);
	if (r == 1)
		return db_fail(db, -EEXIST,
			       "«%s» cannot be an aggregate name: «%s» means a host",
			       name, host);
	return r;
}

int db_check_name(struct db *db, const char *what, const char *name)
{
	int r = db_check_label(db, what, name);

	if (r < 0)
		return r;
	if (strspn(name, LETTERS_AND_DIGITS "-_.+") != strlen(name) ||
	    strchr("-_.+", *name))
		return db_fail(db, -EINVAL,
			       "«%s» is not a valid %s: letters, digits, -, _, . and + "
			       "only, a letter or digit in front",
			       name, what);
	return 0;
}

int db_check_user(struct db *db, const char *what, const char *name)
{
	int r = db_check_label(db, what, name);

	if (r < 0)
		return r;
	if (strlen(name) > DB_USER_LENGTH)
		return db_fail(
			db, -EINVAL,
			"the %s is longer than " DB_LIMIT_TEXT(DB_USER_LENGTH) " bytes",
			what);
	if (strspn(name, LETTERS_AND_DIGITS "-_.@") != strlen(name) || *name == '-' ||
	    strspn(name, "0123456789") == strlen(name) || text_is_none(name))
		return db_fail(db, -EINVAL,
			       "«%s» is not a valid %s: letters, digits, -, _, . and @ "
			       "only, no - in front, not only digits, and not none",
			       name, what);
	return 0;
}

int db_check_new_alias(struct db *db, const char *name)
{
	struct in_addr address;
	int r = check_group_word(db, "alias", DB_HOST_NAME_LETTERS ".", name);

	if (r == 0 && inet_pton(AF_INET, name, &address) == 1)
		return db_fail(db, -EINVAL,
			       "«%s» cannot be an alias: it means the host with that IP "
			       "address",
			       name);
	if (r == 0)
		r = check_taken(db, "alias", name);
	return r < 0 ? r : db_check_no_aggregate(db, "alias", name);
}

int db_is_like(struct db *db, const char *text, const char *pattern)
{
	int64_t one;

	return db_fetch_integer(db, &one, IS_LIKE, "tt", text, pattern);
}

int db_check_uuid(struct db *db, const char *uuid)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i = 0;

	while (form[i] && uuid[i] &&
	       (form[i] == '-' ? uuid[i] == '-'
			       : strchr("0123456789abcdef", uuid[i]) != NULL))
		i++;
	if (form[i] || uuid[i])
		return db_fail(
			db, -EINVAL,
			"«%s» is not a UUID: %s with lower-case hexadecimal digits", uuid,
			form);
	return 0;
}

int db_check_gpu_name(struct db *db, const char *name)
{
	const char *number = name + strlen(GPU_NAME);
	int64_t value;

	if (strncmp(name, GPU_NAME, strlen(GPU_NAME)) == 0 &&
	    (!*number ||
	     (*number != '-' && strlen(number) <= strlen(MOST_NUMBER) &&
	      text_parse_integer(number, 0, DB_GPU_NUMBER_MOST, &value) == 0)))
		return 0;
	return db_fail(db, -EINVAL,
		       "«%s» is not a name of a card: gpupci1, gpupci2, … up to "
		       "gpupci" MOST_NUMBER,
		       name);
}

int db_parse_address(struct db *db, const char *text, int64_t *ret_address)
{
	struct pci_address address;

	if (pci_address_parse(text, &address) < 0)
		return db_fail(db, -EINVAL,
			       "«%s» is not a PCI address; write it as pci_0000_02_00_0, "
			       "0000:02:00.0 "
			       "or 02:00.0",
			       text);
	*ret_address = pci_address_pack(address);
	return 0;
}
