/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user says about a VM. */
#ifndef SRC_INVENTORY_VM_H
#define SRC_INVENTORY_VM_H

#include "db/vm.h"
#include "src/cli/command.h"

/*
 * name= mem= cpus= slice= mac= num-macs= disk= disksize= ip= subnet= vlan= virt-type=
 * uuid= definition= flavor= dryrun= domain= owner= project= sync-config=
 */
extern const struct argument vm_parameters[];

#define VM_DEFINITION                                                        \
	ARGUMENT_WORD("definition",                                          \
		      "rocks makes its definition; or it is libvirt's, and " \
		      "rocks changes only the cards in it",                  \
		      0, "rocks libvirt")

#define VM_DOMAIN \
	ARGUMENT_TEXT("domain", "what libvirt calls it; its name by default", 0, NOTHING)

#define VM_OWNER                                                                       \
	ARGUMENT_TEXT("owner", "its owner, a login name; none for no owner", 0, USER), \
		ARGUMENT_TEXT("project", "its project; none for no project", 0, PROJECT)

/* What the parameters say; strings and numbers belong to the invocation. */
struct vm_wish take_vm_wish(const struct invocation *invocation);

/* The same for `set host vm`, without physnode=. */
struct vm_change take_vm_change(const struct invocation *invocation);
/* Whether no parameter is given. */
bool vm_change_is_nothing(const struct vm_change *change);

#endif
