/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the document of `gpupci --list --json` with SQLite's JSON functions. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "db/document.h"
#include "db/names.h"
#include "db/scan.h"
#include "db/store/internal.h"
#include "db/store/limits.h"
#include "lib/text.h"

static const struct document_kind KIND_OF_SCAN = {
	.schema = "gpupci-scan",
	.name = "scan",
	.advice = "nothing was changed. Make it with `gpupci --list --json` on the host",
	.most = DB_SCAN_FUNCTIONS_MOST,
};

/* Functions that are not objects, or have a value of an unexpected type. */
static const char NO_OBJECT[] =
	"SELECT 1 FROM json_each(?1, '$.functions') WHERE type <> 'object'";
static const char NO_VALUE[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry, "
	"json_each(entry.value) AS field WHERE field.type NOT IN ('null', CASE "
	"WHEN field.key IN ('card', 'kind', 'address', 'vendor', 'device', 'subvendor', "
	"'subdevice', 'class', 'serial', 'path', 'parent', 'driver', 'vgpu') THEN 'text' "
	"WHEN field.key IN ('function', 'numa_node', 'iommu_group', 'vfs_most') "
	"THEN 'integer' "
	"WHEN field.key = 'bars' THEN 'array' "
	"WHEN field.key IN ('quarantined', 'responds', 'vfio') AND field.type <> 'false' "
	"THEN 'true' "
	"ELSE field.type END)";
/* Memory windows without a size below 2^48, or with bad flags. */
static const char NO_BAR[] =
	"SELECT 1 FROM json_each(?1, '$.functions') AS entry, "
	"json_each(entry.value, '$.bars') AS bar "
	"WHERE json_type(entry.value, '$.bars') = 'array' AND (bar.key >= 16 "
	"OR bar.type <> 'object' "
	"OR json_type(bar.value, '$.size') IS NOT 'integer' "
	"OR json_extract(bar.value, '$.size') NOT BETWEEN 0 AND 1 << 48 "
	"OR json_type(bar.value, '$.bits') IS NOT 'integer' "
	"OR ifnull(json_type(bar.value, '$.prefetchable'), '') NOT IN ('true', 'false'))";
static const char FUNCTIONS[] =
	"SELECT json_extract(value, '$.card') AS card, json_extract(value, '$.kind'), "
	"json_extract(value, '$.address'), json_extract(value, '$.function'), "
	"json_extract(value, '$.vendor'), json_extract(value, '$.device'), "
	"json_extract(value, '$.subvendor'), json_extract(value, '$.subdevice'), "
	"json_extract(value, '$.class'), json_extract(value, '$.serial'), "
	"json_extract(value, '$.path'), json_extract(value, '$.numa_node'), "
	"json_extract(value, '$.iommu_group'), json_extract(value, '$.parent'), "
	"CASE json_type(value, '$.bars') WHEN 'array' THEN ifnull((SELECT "
	"sum(json_extract(bar.value, '$.size')) FROM json_each(entry.value, '$.bars') "
	"AS bar WHERE json_extract(bar.value, '$.bits') = 64 "
	"AND json_extract(bar.value, '$.prefetchable')), 0) END, "
	/* null means that the host does not know; then the function counts as used. */
	"json_extract(value, '$.driver'), "
	"ifnull(json_type(value, '$.quarantined') IN ('true', 'null'), 0), "
	"ifnull(json_type(value, '$.responds') = 'false', 0), "
	"json_extract(value, '$.vfio'), json_extract(value, '$.vgpu'), "
	/* An older gpupci does not say it; null means none. */
	"CASE json_type(value, '$.vfs_most') WHEN 'null' THEN 0 "
	"ELSE json_extract(value, '$.vfs_most') END "
	"FROM json_each(?1, '$.functions') AS entry "
	"ORDER BY length(card), card";

enum column {
	CARD,
	KIND,
	ADDRESS,
	NUMBER,
	VENDOR,
	DEVICE,
	SUBVENDOR,
	SUBDEVICE,
	CLASS,
	SERIAL,
	PATH,
	NUMA,
	GROUP,
	PARENT,
	BARS,
	DRIVER,
	QUARANTINED,
	DEAD,
	VFIO,
	VGPU,
	VFS_MOST
};

void scan_release(struct scan *scan)
{
	for (size_t i = 0; i < scan->card_count; i++) {
		free(scan->cards[i].name);
		free(scan->cards[i].kind);
		free(scan->cards[i].serial);
		free(scan->cards[i].path);
	}
	free(scan->cards);
	free(scan->functions);
	*scan = (struct scan){ 0 };
}

const char *scan_why_quarantined(const struct scan_card *card)
{
	return card->is_dead ? "it does not answer, it fell off the PCI bus"
			     : "a change of its drivers there is unfinished";
}

const struct scan_function *scan_find_function(const struct scan *scan, int64_t address)
{
	for (size_t i = 0; i < scan->function_count; i++)
		if (scan->functions[i].address == address)
			return &scan->functions[i];
	return NULL;
}

static int refuse(struct db *db, const char *what)
{
	return db_document_refuse(db, &KIND_OF_SCAN, what);
}

/* Does not repeat the host's bytes: a terminal might interpret them. */
static int check_word(struct db *db, const char *what, const char *word)
{
	const char *why = NULL;
	char text[128];

	if (word && strlen(word) > DB_NAME_LENGTH)
		why = "longer than " DB_LIMIT_TEXT(DB_NAME_LENGTH) " bytes";
	else if (word && !text_is_device_word(word))
		why = "not made of letters, digits and -._:/+";
	if (!why)
		return 0;
	snprintf(text, sizeof(text), "has a %s that is %s", what, *word ? why : "empty");
	return refuse(db, text);
}

static int check_types(struct db *db, const char *document)
{
	int64_t one;
	int r = db_fetch_integer(db, &one, NO_OBJECT, "t", document);

	if (r == 0)
		r = db_fetch_integer(db, &one, NO_VALUE, "t", document);
	if (r == 0)
		r = db_fetch_integer(db, &one, NO_BAR, "t", document);
	if (r == 1)
		return refuse(db, "has a malformed function");
	return r;
}

static bool is_hex4(const char *text)
{
	return text && strlen(text) == 4 && strspn(text, "0123456789abcdef") == 4;
}

/* -1 if unknown: null, or negative as the kernel reports an unknown NUMA node. */
static int read_number(struct db *db, const struct query *query, int column, int64_t most,
		       int64_t *ret_number)
{
	int64_t value;

	if (!query_optional(query, column, &value) || value < 0)
		value = -1;
	if (value > most) {
		char what[64];

		snprintf(what, sizeof(what), "has a number above %" PRId64, most);
		return refuse(db, what);
	}
	*ret_number = value;
	return 0;
}

/* Replaces a text by that of the column; NULL leaves it. */
static int take_text(struct db *db, const struct query *query, int column, char **text)
{
	const char *found = query_text(query, column);

	free(*text);
	*text = found ? strdup(found) : NULL;
	return found && !*text ? db_fail_memory(db) : 0;
}

/* Just vendor:device if the subsystem is unknown. */
static void take_ids(const struct query *query, struct scan_card *card)
{
	const char *subvendor = query_text(query, SUBVENDOR);
	const char *subdevice = query_text(query, SUBDEVICE);

	snprintf(card->ids, sizeof(card->ids), "%.4s:%.4s", query_text(query, VENDOR),
		 query_text(query, DEVICE));
	if (subvendor && subdevice)
		snprintf(card->ids + 9, sizeof(card->ids) - 9, ":%.4s:%.4s", subvendor,
			 subdevice);
}

/*
 * Whether it is bound to VFIO; a gpupci that is too old to say so knows its driver's name.
 */
static bool read_vfio(const struct query *query)
{
	int64_t vfio;

	return query_optional(query, VFIO, &vfio)
		       ? vfio != 0
		       : driver_is_vfio(query_text(query, DRIVER));
}

/* An unknown word does not mean that a VM can have it. */
static const char *read_vgpu(const struct query *query)
{
	const char *word = query_text(query, VGPU);

	return !word ? NULL : strcmp(word, "ready") == 0 ? "ready" : "none";
}

/* Takes the facts of the card from its function with the lowest number. */
static int take_card_facts(struct db *db, const struct query *query,
			   const struct scan_function *function, struct scan_card *card)
{
	const char *parent = query_text(query, PARENT);
	int r = take_text(db, query, KIND, &card->kind);

	if (r == 0)
		r = take_text(db, query, SERIAL, &card->serial);
	if (r == 0)
		r = take_text(db, query, PATH, &card->path);
	if (r == 0)
		r = read_number(db, query, NUMA, DB_NUMA_MOST, &card->numa);
	if (r == 0)
		r = read_number(db, query, GROUP, DB_IOMMU_GROUP_MOST, &card->group);
	if (r == 0)
		r = read_number(db, query, VFS_MOST, DB_VFS_MOST, &card->vfs_most);
	if (r < 0)
		return r;
	take_ids(query, card);
	card->vgpu = read_vgpu(query);
	card->number = function->number;
	card->address = function->address;
	card->parent = -1;
	if (parent && db_parse_address(db, parent, &card->parent) < 0)
		return refuse(db, "has a parent that is not a PCI address");
	if (strcmp(card->kind, "pci") != 0 && strcmp(card->kind, "vf") != 0)
		return refuse(db, "has a card of a kind this program does not know");
	r = check_word(db, "serial number", card->serial);
	return r < 0 ? r : check_word(db, "PCIe path", card->path);
}

/*
 * The card of a function: the last card, or a new one, because rows come card by card.
 */
static int take_card(struct db *db, const struct query *query, struct scan *scan,
		     struct scan_card **ret_card)
{
	const char *name = query_text(query, CARD);
	struct scan_card *card = &scan->cards[scan->card_count];

	if (!name)
		return refuse(db, "has a function without a card");
	if (scan->card_count && strcmp(card[-1].name, name) == 0) {
		*ret_card = card - 1;
		return 0;
	}
	if (db_check_gpu_name(db, name) < 0)
		return refuse(db, "has a card whose name is not gpupci and a number");
	if (scan->card_count == DB_SCAN_CARDS_MOST)
		return refuse(
			db, "has more than " DB_LIMIT_TEXT(DB_SCAN_CARDS_MOST) " cards");
	scan->card_count++;
	card->functions = scan->functions + scan->function_count;
	*ret_card = card;
	return take_text(db, query, CARD, &card->name);
}

static bool has_number(const struct scan_card *card, int64_t number)
{
	for (size_t i = 0; i < card->function_count; i++)
		if (card->functions[i].number == number)
			return true;
	return false;
}

static int check_function(struct db *db, const struct query *query)
{
	for (int column = VENDOR; column <= DEVICE; column++)
		if (!is_hex4(query_text(query, column)))
			return refuse(db, "has a function without vendor and device");
	for (int column = SUBVENDOR; column <= SUBDEVICE; column++)
		if (query_text(query, column) && !is_hex4(query_text(query, column)))
			return refuse(db,
				      "has a function whose subsystem is not a number");
	if (!query_text(query, KIND) || !query_text(query, ADDRESS))
		return refuse(db, "has a function without kind or address");
	if (query_text(query, DRIVER) && !driver_is_name(query_text(query, DRIVER)))
		return refuse(db,
			      "has a driver whose name is not that of a kernel module");
	return 0;
}

static int read_class(const char *text, int64_t *ret_class)
{
	*ret_class = -1;
	if (!text)
		return 0;
	if (strlen(text) != 6 || strspn(text, "0123456789abcdef") != 6)
		return -EINVAL;
	*ret_class = strtoll(text, NULL, 16);
	return 0;
}

static int add_function(struct db *db, const struct query *query, struct scan *scan)
{
	struct scan_function *function = &scan->functions[scan->function_count];
	const char *driver = query_text(query, DRIVER);
	struct scan_card *card = NULL;
	int r = check_function(db, query);

	if (r < 0)
		return r;
	/* A fabric switch is not a card that a VM can have. */
	if (strcmp(query_text(query, KIND), "fabric") == 0)
		return 0;
	r = take_card(db, query, scan, &card);
	if (r == 0)
		r = read_number(db, query, NUMBER, DB_FUNCTION_MOST, &function->number);
	if (r < 0)
		return r;
	if (function->number < 0 ||
	    read_class(query_text(query, CLASS), &function->class) < 0 ||
	    db_parse_address(db, query_text(query, ADDRESS), &function->address) < 0)
		return refuse(db, "has a function without number, class or PCI address");
	if (has_number(card, function->number))
		return refuse(db, "has one function of a card twice");
	function->card = (size_t)(card - scan->cards);
	snprintf(function->ids, sizeof(function->ids), "%.4s:%.4s",
		 query_text(query, VENDOR), query_text(query, DEVICE));
	snprintf(function->driver, sizeof(function->driver), "%s", driver ? driver : "");
	function->vfio = read_vfio(query);
	r = read_number(db, query, BARS, DB_BAR_BYTES_MOST, &function->bars);
	if (r < 0)
		return r;
	if (query_integer(query, DEAD))
		card->is_dead = true;
	if (card->is_dead || query_integer(query, QUARANTINED))
		card->quarantined = true;
	if (!card->kind || function->number < card->number)
		r = take_card_facts(db, query, function, card);
	if (r < 0)
		return r;
	card->function_count++;
	scan->function_count++;
	return 0;
}

static int compare_functions(const void *left, const void *right)
{
	const struct scan_function *a = *(const struct scan_function *const *)left;
	const struct scan_function *b = *(const struct scan_function *const *)right;

	return (a->address > b->address) - (a->address < b->address);
}

static bool is_whole(const struct scan *scan, const struct scan_function *function)
{
	return strcmp(scan->cards[function->card].kind, "pci") == 0;
}

/* Checks that each address is used once, and each slot by one card besides its VFs. */
static int check_places(struct db *db, const struct scan *scan,
			const struct scan_function *const *places)
{
	const struct scan_function *whole = NULL;

	for (size_t i = 0; i < scan->function_count; i++) {
		const struct scan_function *place = places[i];

		if (i && place->address == places[i - 1]->address)
			return refuse(db, "has one address twice");
		if (!is_whole(scan, place))
			continue;
		if (whole && whole->card != place->card &&
		    whole->address >> 3 == place->address >> 3)
			return refuse(db, "has two cards in one slot");
		whole = place;
	}
	return 0;
}

/*
 * A card may only be part of a whole card; a parent that is not in the scan is ignored.
 */
static int check_parents(struct db *db, const struct scan *scan,
			 const struct scan_function *const *places)
{
	for (size_t i = 0; i < scan->card_count; i++) {
		const struct scan_function key = { .address = scan->cards[i].parent },
					   *wanted = &key, *const * found;

		if (key.address < 0)
			continue;
		found = bsearch(&wanted, places, scan->function_count, sizeof(*places),
				compare_functions);
		if (found && scan->cards[(*found)->card].parent >= 0)
			return refuse(
				db, "has a card that is a part of itself, or of a part");
	}
	return 0;
}

static int check_whole(struct db *db, const struct scan *scan)
{
	_cleanup_free_ const struct scan_function **places =
		calloc(scan->function_count + 1, sizeof(*places));
	int r;

	if (!places)
		return db_fail_memory(db);
	for (size_t i = 0; i < scan->function_count; i++)
		places[i] = &scan->functions[i];
	qsort(places, scan->function_count, sizeof(*places), compare_functions);
	r = check_places(db, scan, places);
	return r < 0 ? r : check_parents(db, scan, places);
}

int db_scan_parse(struct db *db, const char *document, const char *host,
		  struct scan *ret_scan)
{
	_cleanup_query_ struct query query = { 0 };
	_cleanup_scan_ struct scan scan = { 0 };
	size_t count = 0;
	int r = db_document_check(db, &KIND_OF_SCAN, document, host, &count);

	if (r == 0)
		r = check_types(db, document);
	if (r < 0)
		return r;
	scan.cards = calloc(count + 1, sizeof(*scan.cards));
	scan.functions = calloc(count + 1, sizeof(*scan.functions));
	if (!scan.cards || !scan.functions)
		return db_fail_memory(db);
	r = query_start(db, &query, FUNCTIONS, "t", document);
	while (r == 0 && (r = query_step(&query)) == 1)
		r = add_function(db, &query, &scan);
	if (r == 0)
		r = check_whole(db, &scan);
	if (r < 0)
		return r;
	*ret_scan = scan;
	scan = (struct scan){ 0 };
	return 0;
}
