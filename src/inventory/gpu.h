/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands about cards share: the parameters that describe one. */
#ifndef SRC_INVENTORY_GPU_H
#define SRC_INVENTORY_GPU_H

#include "db/gpu.h"
#include "lib/pci-address.h"
#include "src/cli/command.h"

/* functions= serial= path= id= numa= state= kind= parent= group= vgpu= seen= uuid= */
extern const struct argument gpu_parameters[];
/* The same with near= and asked=. */
extern const struct argument gpu_add_parameters[];

/* The facts that the parameters give; strings and numbers belong to the invocation. */
struct gpu_facts take_gpu_facts(const struct invocation *invocation);

/*
 * Runs `add host gpu`: if a VM asks for a model, picks the cards and prints which, and why.
 * Returns what to exit with.
 */
int add_gpu(const struct invocation *invocation);

/*
 * The card's state for other programs: the row's, but "divided" for a card that is there
 * and whose virtual functions are given instead of it, "unconfirmed" for one that may be
 * missing elsewhere, and "no-vgpu" for a virtual function of which its vendor's driver has
 * made no vGPU. Only a card that is "present", and that no VM has, is free. Static, or of
 * the row.
 */
const char *gpu_state_word(const struct gpu *row);

/* A packed address as pci_0000_02_00_0, written to text; NULL for NULL. */
const char *gpu_address_text(const int64_t *address, char text[PCI_ADDRESS_SIZE]);

/*
 * Appends what is known of a card to the line of a dump. 0, or -errno with an error in db.
 * dump_gpu_ties() appends what ties it to other cards: the one it is a part of, its IOMMU group.
 */
int dump_gpu_facts(struct db *db, const struct gpu *row, struct strbuf *line);
void dump_gpu_ties(const struct gpu *row, struct strbuf *line);

#endif
