/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --status: every function of a card, and what to know before touching it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/table.h"
#include "lib/text.h"
#include "src/gpupci/actions.h"
#include "src/gpupci/exit-code.h"
#include "src/gpupci/held.h"
#include "src/gpupci/message.h"
#include "src/gpupci/quarantine.h"

#define TERMINAL_WIDTH 80

/* A card's name; what has none is called by its kind. */
static const char *label(const struct card *card)
{
	return card->name[0] ? card->name : card_kind_name(card->kind);
}

/* "8.0 GT/s" on 16 lanes as 8x16, ?x16 where one of both is not known. */
static void add_link(struct strbuf *text, const char *speed, int width)
{
	size_t length = speed ? strcspn(speed, " ") : 0;

	if (length > 2 && strncmp(speed + length - 2, ".0", 2) == 0)
		length -= 2;
	if (length)
		strbuf_add(text, speed, length);
	else
		strbuf_add_char(text, '?');
	if (width < 0)
		strbuf_add_string(text, "x?");
	else
		strbuf_add_format(text, "x%d", width);
}

/* The link now and at most, "2.5x16/16x16"; empty for a device that has no link. */
static int add_links(struct table *table, const struct pci_details *details)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	if (details->link_speed_max || details->link_width_max >= 0 ||
	    details->link_speed || details->link_width >= 0) {
		add_link(&text, details->link_speed, details->link_width);
		strbuf_add_char(&text, '/');
		add_link(&text, details->link_speed_max, details->link_width_max);
	}
	table_add_text(table, strbuf_text(&text));
	return text.error;
}

static void add_number(struct table *table, int value)
{
	if (value < 0)
		table_add_null(table);
	else
		table_add_integer(table, value);
}

static int add_row(struct table *table, const struct card *card,
		   const struct pci_function *function, enum held_state held)
{
	static const char *const words[] = {
		[HELD_UNKNOWN] = NULL, [HELD_NO] = "no", [HELD_YES] = "yes"
	};
	char address[PCI_ADDRESS_SIZE], class[8];
	int error;

	snprintf(class, sizeof(class), "%06x", function->class & 0xffffff);
	table_add_text(table, label(card));
	table_add_text(table, pci_address_sysfs(function->address, address));
	table_add_text(table, class);
	add_number(table, function->group);
	table_add_text(table, function->details.driver);
	table_add_text(table, function->details.power);
	error = add_links(table, &function->details);
	add_number(table, function->details.numa_node);
	table_add_text(table, words[held]);
	return error;
}

/* Whether the other is a mate of any function of the card. */
static bool is_mate(const struct card *card, const struct pci_function *other)
{
	for (size_t i = 0; i < card->count; i++)
		if (card_is_mate(card, card->members[i].function, other))
			return true;
	return false;
}

/* The card of a function, or NULL. */
static const struct card *owner_of(const struct cards *cards,
				   const struct pci_function *function)
{
	for (size_t i = 0; i < cards->count; i++)
		if (card_owns(&cards->cards[i], function))
			return &cards->cards[i];
	return NULL;
}

/* "0000:02:00.0 (class 010802, nvme)", or the name of the card that it is part of. */
static int add_mate(struct strbuf *note, struct host *host, struct pci_function *mate)
{
	const struct card *owner = owner_of(&host->cards, mate);
	char address[PCI_ADDRESS_SIZE];
	int error = pci_scan_read_driver(&host->scan, mate);

	if (error < 0)
		return error;
	strbuf_add_format(note, "%s (", pci_address_sysfs(mate->address, address));
	if (owner)
		strbuf_add_string(note, label(owner));
	else
		strbuf_add_format(note, "class %06x", mate->class);
	if (mate->details.driver)
		strbuf_add_format(note, ", %s", mate->details.driver);
	strbuf_add_char(note, ')');
	return 0;
}

static int note_mates(struct strbuf *note, const struct card *card, struct host *host)
{
	const char *before = "";
	int error = 0;

	for (size_t i = 0; i < host->scan.count && error == 0; i++) {
		if (!is_mate(card, &host->scan.functions[i]))
			continue;
		if (!before[0])
			strbuf_add_format(note, "%s shares its IOMMU group with",
					  label(card));
		strbuf_add_format(note, "%s ", before);
		error = add_mate(note, host, &host->scan.functions[i]);
		before = ",";
	}
	return error;
}

/* Of a virtual function whose card is not told of itself; and how many a card has. */
static void note_virtual(struct strbuf *note, const struct card *card,
			 const struct host *host, const bool *selected)
{
	const struct pci_function *first = card->members[0].function;
	int count = 0;

	for (size_t i = 0; i < card->count; i++)
		count += card->members[i].function->virtual_count;
	if (count)
		strbuf_add_format(note, "%s has %d virtual function%s", label(card),
				  count, count == 1 ? "" : "s");
	if (card->kind == CARD_VF) {
		const struct pci_function *parent =
			pci_scan_find(&host->scan, first->parent);
		const struct card *owner = parent ? owner_of(&host->cards, parent) : NULL;
		char address[PCI_ADDRESS_SIZE];

		if (!owner || !selected[owner - host->cards.cards])
			strbuf_add_format(note, "%s is a virtual function of %s",
					  label(card),
					  pci_address_sysfs(first->parent, address));
	}
}

/* Takes the note into the text, broken to the terminal's width, and empties it. */
static void end_note(struct strbuf *text, struct strbuf *note)
{
	if (note->length)
		text_wrap(text, strbuf_text(note), 0, TERMINAL_WIDTH);
	if (note->error)
		text->error = note->error;
	strbuf_reset(note);
}

/* Who has the card: a process, or the host itself. */
static void note_holder(struct strbuf *note, const struct card *card,
			const struct holder *holder)
{
	char address[PCI_ADDRESS_SIZE];

	if (!holder->process) {
		strbuf_add_format(note, "%s is in use: %s of %s", label(card),
				  holder->what,
				  pci_address_sysfs(holder->function, address));
		return;
	}
	strbuf_add_format(note, "%s is held by process %d", label(card),
			  (int)holder->process);
	if (holder->unit)
		strbuf_add_format(note, " of %s", holder->unit);
	strbuf_add_format(note, ", which has %s open", holder->what);
	if (holder->command)
		strbuf_add_format(note, ": %s", holder->command);
}

static int write_notes(FILE *file, struct host *host, size_t index, const bool *selected,
		       const struct holders *holders)
{
	const struct card *card = &host->cards.cards[index];
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf note = STRBUF_EMPTY;
	int error;

	if (card->is_new && host->names_content.length && card->kind != CARD_FABRIC)
		strbuf_add_format(&note, "%s is new: gpupci --scan keeps its name",
				  label(card));
	end_note(&text, &note);
	if (card->protection)
		strbuf_add_format(&note, "%s is protected: %s", label(card),
				  card->protection);
	end_note(&text, &note);
	if (card->quarantine == QUARANTINE_YES)
		strbuf_add_format(&note,
				  "%s is quarantined: a change of its drivers is not at "
				  "an end; run gpupci --attach or --detach when whoever "
				  "uses it has ended",
				  label(card));
	end_note(&text, &note);
	for (size_t i = 0; i < holders->count; i++) {
		if (holders->holders[i].owner == index)
			note_holder(&note, card, &holders->holders[i]);
		end_note(&text, &note);
	}
	note_virtual(&note, card, host, selected);
	end_note(&text, &note);
	error = note_mates(&note, card, host);
	if (error < 0)
		return error;
	end_note(&text, &note);
	if (text.error == 0)
		fputs(strbuf_text(&text), file);
	return text.error;
}

static int write_table(FILE *file, const struct cards *cards, const bool *selected,
		       const struct held *held)
{
	static const char *const columns[] = { "GPU",	"ADDRESS", "CLASS",
					       "GROUP", "DRIVER",  "POWER",
					       "LINK",	"NUMA",	   "HELD" };
	static const struct table_style style = { .owner_always = true };
	_cleanup_table_ struct table *table = NULL;
	size_t number = 0;
	int error;

	error = table_new(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < cards->count; i++)
		for (size_t j = 0; j < cards->cards[i].count; j++, number++)
			if (selected[i] && error == 0)
				error = add_row(table, &cards->cards[i],
						cards->cards[i].members[j].function,
						held_state(held, number));
	return error < 0 ? error : table_write(table, &style, file);
}

/* What kept us from knowing who holds the cards. */
static int write_doubts(FILE *file, const struct holders *holders)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf note = STRBUF_EMPTY;
	const char *line = strbuf_text(&holders->unknown);

	while (*line) {
		size_t length = strcspn(line, "\n");

		strbuf_add_format(&note, "who holds the cards is not known: %.*s",
				  (int)length, line);
		end_note(&text, &note);
		line += length;
		line += *line == '\n';
	}
	if (text.error == 0)
		fputs(strbuf_text(&text), file);
	return text.error;
}

/*
 * A table of the functions of the cards that selected[] picks, which were read, and a
 * line on each thing to know of a card. As pci_scan_read().
 */
static int write_status(FILE *file, struct host *host, const bool *selected,
			const struct held *held)
{
	const struct cards *cards = &host->cards;
	int error = write_table(file, cards, selected, held);

	for (size_t i = 0; i < cards->count && error == 0; i++)
		if (selected[i])
			error = write_notes(file, host, i, selected, &held->holders);
	if (error == 0)
		error = write_doubts(file, &held->holders);
	if (error == 0 && cards->count && !host->scan.has_groups)
		fputs("the IOMMU is off: no card can be given to a VM\n", file);
	return error;
}

int action_status(struct host *host, const struct options *options)
{
	_cleanup_strbuf_ struct strbuf doubt = STRBUF_EMPTY, text = STRBUF_EMPTY;
	_cleanup_held_ struct held held = HELD_EMPTY;
	_cleanup_free_ bool *selected = NULL;
	bool any;
	int error;

	error = host_select(host, options->target, &selected, &any);
	if (error < 0)
		return message_failed(error, NULL);
	if (!any)
		return message_unknown_card(&host->cards, options->target);
	for (size_t i = 0; i < host->cards.count && error == 0; i++)
		if (selected[i])
			error = card_read(&host->cards.cards[i], &host->scan, false);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	quarantine_read(host, &doubt);
	error = held_read(&held, host, selected, HELD_BY_CARD);
	if (error == 0)
		error = write_status(stdout, host, selected, &held);
	end_note(&text, &doubt);
	if (error == 0)
		error = text.error;
	if (error == 0)
		fputs(strbuf_text(&text), stdout);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}
