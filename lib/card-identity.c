/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What makes two sightings one card. */
#include <string.h>

#include "lib/card-identity.h"

#define HEXADECIMAL "0123456789abcdef"
#define DSN_LENGTH 23
#define UNIQUE_ID_LENGTH 16

enum likeness { UNKNOWN, SAME, DIFFERENT };

struct card_serial card_serial_split(const char *text)
{
	const char *colon = text ? strchr(text, ':') : NULL;

	if (!colon)
		return (struct card_serial){ .kind = "", .number = text };
	return (struct card_serial){ text, (size_t)(colon - text), colon + 1 };
}

/* Eight bytes with dashes between them. */
static bool is_dsn(const char *number)
{
	if (strlen(number) != DSN_LENGTH)
		return false;
	for (size_t i = 0; i < DSN_LENGTH; i++)
		if (!strchr(i % 3 == 2 ? "-" : HEXADECIMAL, number[i]))
			return false;
	return true;
}

static bool is_unique_id(const char *number)
{
	return strspn(number, HEXADECIMAL) == UNIQUE_ID_LENGTH &&
	       !number[UNIQUE_ID_LENGTH];
}

struct card_serial card_serial_guess(const char *number)
{
	const char *kind = !number		  ? ""
			   : is_dsn(number)	  ? "dsn"
			   : is_unique_id(number) ? "unique_id"
						  : "vpd";

	return (struct card_serial){ kind, strlen(kind), number };
}

static enum likeness compare_serials(const struct card_sighting *known,
				     const struct card_sighting *found)
{
	const struct card_serial *a = &known->serial, *b = &found->serial;

	if (!a->number || !b->number || known->serial_is_shared ||
	    found->serial_is_shared || a->kind_length != b->kind_length ||
	    strncmp(a->kind, b->kind, a->kind_length) != 0)
		return UNKNOWN;
	return strcmp(a->number, b->number) == 0 ? SAME : DIFFERENT;
}

/* Either may lack the subsystem. */
static enum likeness compare_ids(const char *a, const char *b)
{
	size_t length;

	if (!a || !b)
		return UNKNOWN;
	length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
	return strncmp(a, b, length) == 0 ? SAME : DIFFERENT;
}

static bool is_same_device(const char *a, const char *b)
{
	return !a || !b || strncmp(a, b, CARD_DEVICE_LENGTH) == 0;
}

enum card_identity card_identity(const struct card_sighting *known,
				 const struct card_sighting *found)
{
	enum likeness serials = compare_serials(known, found);
	enum likeness ids = compare_ids(known->ids, found->ids);

	if (serials == SAME && is_same_device(known->ids, found->ids))
		return IDENTITY_SERIAL;
	if (serials == DIFFERENT || ids == DIFFERENT)
		return IDENTITY_OTHER;
	if (ids == UNKNOWN && known->needs_ids)
		return IDENTITY_UNKNOWN;
	if (known->path && found->path)
		return strcmp(known->path, found->path) == 0 ? IDENTITY_PATH
							     : IDENTITY_UNKNOWN;
	return known->address >= 0 && known->address == found->address ? IDENTITY_ADDRESS
								       : IDENTITY_UNKNOWN;
}

bool card_ids_are_alike(const char *a, const char *b)
{
	return compare_ids(a, b) == SAME;
}
