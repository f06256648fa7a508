/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupci --status: functions of cards and others, with notes on what to know first. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/table.h"
#include "lib/text.h"
#include "src/gpupci/actions/actions.h"
#include "src/gpupci/actions/document.h"
#include "src/gpupci/cards/board.h"
#include "src/gpupci/cli/exit-code.h"
#include "src/gpupci/cli/message.h"
#include "src/gpupci/hold/held.h"
#include "src/gpupci/keep/quarantine.h"
#include "src/gpupci/scan/details.h"

#define TERMINAL_WIDTH 80

/* Returns the name of a card, or its kind if it has none. */
static const char *label(const struct card *card)
{
	return card->name[0] ? card->name : card_kind_name(card->kind);
}

/* Formats "8.0 GT/s" on 16 lanes as 8x16, ?x16 if one of the two is unknown. */
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

/* Formats the link now and at most, "2.5x16/16x16"; "" without a link. */
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

/*
 * Formats whether it is held; for a function without a card, also its role for the host.
 */
static enum held_state state_of(const struct pick *pick, const struct held *held,
				size_t number)
{
	const char *roles[HELD_MOST_ROLES];

	if (!pick->card && held_roles(pick->function, roles))
		return HELD_YES;
	return held_state(held, number);
}

static int add_row(struct table *table, const struct pick *pick, enum held_state held)
{
	static const char *const words[] = {
		[HELD_UNKNOWN] = NULL, [HELD_NO] = "no", [HELD_YES] = "yes"
	};
	const struct pci_function *function = pick->function;
	char address[PCI_ADDRESS_SIZE], class[8];
	int error;

	snprintf(class, sizeof(class), "%06x", function->class & 0xffffff);
	table_add_text(table, pick->card ? label(pick->card) : NULL);
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

/* A card goes by its label, another function by its address. */
static const char *name_of(const struct pick *pick, char address[PCI_ADDRESS_SIZE])
{
	return pick->card ? label(pick->card) : pci_address_sysfs(pick->address, address);
}

/* Whether the other is a mate of the pick, or of any function of its card. */
static bool is_mate(const struct pick *pick, const struct pci_function *other)
{
	const struct card *card = pick->card;

	if (!card)
		return !pick->function->is_bridge &&
		       card_is_mate(NULL, pick->function, other);
	for (size_t i = 0; i < card->count; i++)
		if (card_is_mate(card, card->members[i].function, other))
			return true;
	return false;
}

/* Returns the card of a function, or NULL. */
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

static int note_mates(struct strbuf *note, const struct pick *pick, struct host *host)
{
	char address[PCI_ADDRESS_SIZE];
	const char *before = "";
	int error = 0;

	for (size_t i = 0; i < host->scan.count && error == 0; i++) {
		if (!is_mate(pick, &host->scan.functions[i]))
			continue;
		if (!before[0])
			strbuf_add_format(note, "%s shares its IOMMU group with",
					  name_of(pick, address));
		strbuf_add_format(note, "%s ", before);
		error = add_mate(note, host, &host->scan.functions[i]);
		before = ",";
	}
	return error;
}

/* Notes the sound of a board with two slots. */
static int note_board(struct strbuf *note, struct host *host, const struct card *card)
{
	const struct pci_function *sound;
	char line[BOARD_JOIN_SIZE], address[PCI_ADDRESS_SIZE];
	int error = board_find_sound(host, card, &sound);

	if (error == 0 && sound)
		strbuf_add_format(
			note,
			"the sound of %s, %s, is in a slot of its own; to give a "
			"VM both, in /etc/gpupci.conf: %s",
			label(card), pci_address_sysfs(sound->address, address),
			board_format_join(card, sound, line));
	return error;
}

static void note_count(struct strbuf *note, const struct card *card)
{
	int count = 0;

	for (size_t i = 0; i < card->count; i++)
		count += card->members[i].function->virtual_count;
	if (count)
		strbuf_add_format(note, "%s has %d virtual function%s", label(card),
				  count, count == 1 ? "" : "s");
}

/* Notes a virtual function whose physical function is not among the picks. */
static void note_parent(struct strbuf *note, const struct pick *pick,
			const struct picks *picks)
{
	struct pci_address parent = pick->function->parent;
	char name[PCI_ADDRESS_SIZE], address[PCI_ADDRESS_SIZE];

	if (!pick->function->is_virtual)
		return;
	for (size_t i = 0; i < picks->count; i++)
		if (pci_address_compare(picks->picks[i].address, parent) == 0)
			return;
	strbuf_add_format(note, "%s is a virtual function of %s", name_of(pick, name),
			  pci_address_sysfs(parent, address));
}

/* Appends the note to the text, wrapped to the width of the terminal, and clears it. */
static void end_note(struct strbuf *text, struct strbuf *note)
{
	if (note->length)
		text_wrap(text, strbuf_text(note), 0, TERMINAL_WIDTH);
	if (note->error)
		text->error = note->error;
	strbuf_reset(note);
}

/* Notes who has the pick: a process, or the host itself. */
static void note_holder(struct strbuf *note, const struct pick *pick,
			const struct holder *holder)
{
	char name[PCI_ADDRESS_SIZE], address[PCI_ADDRESS_SIZE];

	if (!holder->process) {
		strbuf_add_format(note, "%s is in use: %s", name_of(pick, name),
				  holder->what);
		if (pick->card)
			strbuf_add_format(note, " of %s",
					  pci_address_sysfs(holder->function, address));
		return;
	}
	strbuf_add_format(note, "%s is held by process %d", name_of(pick, name),
			  (int)holder->process);
	if (holder->unit)
		strbuf_add_format(note, " of %s", holder->unit);
	strbuf_add_format(note, ", which has %s open", holder->what);
	if (holder->command)
		strbuf_add_format(note, ": %s", holder->command);
}

/* Notes on a card as such. */
static void add_card_notes(struct strbuf *text, struct strbuf *note,
			   const struct host *host, const struct card *card)
{
	const struct pci_function *dead = card_find_dead(card);
	char address[PCI_ADDRESS_SIZE];

	if (dead)
		strbuf_add_format(note, "%s cannot be used: %s " CARD_DEAD, label(card),
				  pci_address_sysfs(dead->address, address));
	end_note(text, note);
	if (card->is_new && host->names_content.length && card->kind != CARD_FABRIC)
		strbuf_add_format(note, "%s is new: gpupci --scan keeps its name",
				  label(card));
	end_note(text, note);
	if (card->protection)
		strbuf_add_format(note, "%s is protected: %s", label(card),
				  card->protection);
	end_note(text, note);
	if (card_is_vendors(card))
		strbuf_add_format(note, "%s stays with %s, which gives it to VMs%s",
				  label(card), card->members[0].function->details.driver,
				  pci_function_has_no_vgpu(card->members[0].function)
					  ? " once it has made a vGPU of it"
					  : "");
	end_note(text, note);
	if (card->quarantine == QUARANTINE_YES)
		strbuf_add_format(note,
				  "%s is quarantined: a change of its drivers is "
				  "unfinished; run gpupci --attach or --detach once its "
				  "user has ended",
				  label(card));
	end_note(text, note);
}

/* Notes what the host needs a function without a card for. */
static void add_role_notes(struct strbuf *text, struct strbuf *note,
			   const struct pick *pick)
{
	const char *roles[HELD_MOST_ROLES];
	size_t count = held_roles(pick->function, roles);
	char address[PCI_ADDRESS_SIZE];

	for (size_t i = 0; i < count; i++) {
		strbuf_add_format(note, "%s is in use: %s", name_of(pick, address),
				  roles[i]);
		end_note(text, note);
	}
}

/* The notes on a function, or on the whole card of which it is the first one. */
static int write_notes(FILE *file, struct host *host, const struct pick *pick,
		       const struct picks *picks, const struct holders *holders)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf note = STRBUF_EMPTY;
	int error;

	if (pick->card)
		add_card_notes(&text, &note, host, pick->card);
	else
		add_role_notes(&text, &note, pick);
	for (size_t i = 0; i < holders->count; i++) {
		if (holders->holders[i].owner == pick->owner)
			note_holder(&note, pick, &holders->holders[i]);
		end_note(&text, &note);
	}
	if (pick->card)
		note_count(&note, pick->card);
	end_note(&text, &note);
	if (pick->card && (error = note_board(&note, host, pick->card)) < 0)
		return error;
	end_note(&text, &note);
	note_parent(&note, pick, picks);
	end_note(&text, &note);
	error = note_mates(&note, pick, host);
	if (error < 0)
		return error;
	end_note(&text, &note);
	if (text.error == 0)
		fputs(strbuf_text(&text), file);
	return text.error;
}

static int write_table(FILE *file, const struct picks *picks, const struct held *held)
{
	static const char *const columns[] = { "GPU",	"ADDRESS", "CLASS",
					       "GROUP", "DRIVER",  "POWER",
					       "LINK",	"NUMA",	   "HELD" };
	static const struct table_style style = { .owner_always = true };
	_cleanup_table_ struct table *table = NULL;
	int error;

	error = table_new(&table, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < picks->count && error == 0; i++)
		error = add_row(table, &picks->picks[i],
				state_of(&picks->picks[i], held, i));
	return error < 0 ? error : table_write(table, &style, file);
}

/* Counts the picks that are functions of cards. */
static size_t count_of_cards(const struct picks *picks)
{
	size_t count = 0;

	for (size_t i = 0; i < picks->count; i++)
		count += picks->picks[i].card != NULL;
	return count;
}

/* Notes why holders are unknown. */
static int write_doubts(FILE *file, const struct holders *holders, const char *what)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_strbuf_ struct strbuf note = STRBUF_EMPTY;
	const char *line = strbuf_text(&holders->unknown);

	while (*line) {
		size_t length = strcspn(line, "\n");

		strbuf_add_format(&note, "who holds the %s is not known: %.*s", what,
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
 * Prints a table of the picks, which were read, and a line for each note on them. Returns
 * as pci_scan_read().
 */
static int write_status(FILE *file, struct host *host, const struct picks *picks,
			const struct held *held)
{
	const bool are_cards = count_of_cards(picks) == picks->count;
	int error = write_table(file, picks, held);

	for (size_t i = 0; i < picks->count && error == 0; i++)
		if (!i || picks->picks[i].owner != picks->picks[i - 1].owner)
			error = write_notes(file, host, &picks->picks[i], picks,
					    &held->holders);
	if (error == 0)
		error = write_doubts(file, &held->holders,
				     are_cards ? "cards" : "devices");
	if (error == 0 && picks->count && !host->scan.has_groups)
		fprintf(file, "the IOMMU is off: no %s can be given to a VM\n",
			are_cards ? "card" : "device");
	return error;
}

/* Reads everything the table shows of the picks. Returns as pci_scan_read(). */
static int read_picks(struct host *host, const struct picks *picks)
{
	int error = 0;

	for (size_t i = 0; i < picks->count && error == 0; i++) {
		const struct pick *pick = &picks->picks[i];

		if (!pick->card)
			error = pci_scan_read_details(&host->scan, pick->function);
		else if (pick->function == pick->card->members[0].function)
			error = card_read(pick->card, &host->scan, false);
	}
	return error;
}

static int print_status(struct host *host, const struct picks *picks)
{
	_cleanup_strbuf_ struct strbuf doubt = STRBUF_EMPTY, text = STRBUF_EMPTY;
	_cleanup_held_ struct held held = HELD_EMPTY;
	int error;

	for (size_t i = 0; i < picks->count; i++)
		if (!picks->picks[i].function)
			return message_no_function(picks->picks[i].address);
	error = read_picks(host, picks);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	if (count_of_cards(picks))
		quarantine_read(host, &doubt);
	error = held_read(&held, &host->scan.root, picks, HELD_BY_CARD, true);
	if (error == 0)
		error = write_status(stdout, host, picks, &held);
	end_note(&text, &doubt);
	if (error == 0)
		error = text.error;
	if (error == 0)
		fputs(strbuf_text(&text), stdout);
	return error < 0 ? message_failed(error, &host->scan.fault) : EXIT_DONE;
}

static int print_document(struct host *host, const struct picks *picks)
{
	_cleanup_held_ struct held held = HELD_EMPTY;
	_cleanup_free_ char *name = NULL;
	int error = 0;

	for (size_t i = 0; i < picks->count && error == 0; i++) {
		struct pci_function *function = picks->picks[i].function;

		if (!function)
			continue;
		error = pci_scan_read_driver(&host->scan, function);
		if (error == 0)
			error = pci_scan_read_display(&host->scan, function);
	}
	if (error == 0)
		error = host_read_name(host, &name);
	if (error == 0)
		error = held_read(&held, &host->scan.root, picks, HELD_BY_FUNCTION, true);
	if (error < 0)
		return message_failed(error, &host->scan.fault);
	document_write_status(stdout, picks, &held, name && name[0] ? name : NULL);
	return EXIT_DONE;
}

int action_status(struct host *host, const struct options *options)
{
	_cleanup_picks_ struct picks picks = PICKS_EMPTY;
	const char *unknown;
	int error = picks_find(&picks, host, options->target, options->operands,
			       options->operand_count, &unknown);

	if (error < 0)
		return message_failed(error, NULL);
	if (unknown)
		return message_unknown_card(&host->cards, unknown);
	return options->json ? print_document(host, &picks) : print_status(host, &picks);
}
