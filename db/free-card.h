/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SQL, for db/ only: which cards a VM can get. */
#ifndef DB_FREE_CARD_H
#define DB_FREE_CARD_H

/* Conditions on a row named card. This one: some VM could ever get it. */
#define CARD_IS_COUNTED                                                        \
	"card.host IS NOT NULL AND card.kind <> 'fabric' "                     \
	"AND NOT EXISTS (SELECT 1 FROM card part WHERE part.parent = card.id " \
	"AND part.address IS NOT NULL) "

#define CARD_IS_SOUND                                                \
	"card.state = 'present' AND card.address >> 32 = 0 "         \
	"AND card.vgpu IS NOT 'none' AND NOT EXISTS (SELECT 1 FROM " \
	"card_unconfirmed WHERE card_unconfirmed.card = card.id) "

#define CARD_IS_HELD "EXISTS (SELECT 1 FROM assignment WHERE assignment.card = card.id) "

/*
 * Nothing keeps it from the VM whose host id is that expression: neither a card that it is a
 * part of, or a part of it, nor its IOMMU group, nor a claim. 0 stands for any VM.
 */
#define CARD_IS_CLEAR_FOR(vm)                                                        \
	"NOT EXISTS (SELECT 1 FROM assignment a JOIN card held ON held.id = a.card " \
	"WHERE held.parent = card.id OR held.id = card.parent) "                     \
	"AND NOT EXISTS (SELECT 1 FROM card held JOIN assignment a "                 \
	"ON a.card = held.id WHERE held.host = card.host "                           \
	"AND held.iommu_group = card.iommu_group AND held.address IS NOT NULL "      \
	"AND a.vm <> " vm ") AND NOT EXISTS (SELECT 1 FROM card_claim "              \
	"WHERE card_claim.card = card.id AND card_claim.vm <> " vm ") "

#endif
