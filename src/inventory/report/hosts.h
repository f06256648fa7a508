/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hosts, their groups and their cards, as other programs read them. */
#ifndef SRC_INVENTORY_REPORT_HOSTS_H
#define SRC_INVENTORY_REPORT_HOSTS_H

#include "src/cli/command.h"

/* Both print on stdout. They return ROCKS_DONE, or what to exit with after printing an error. */

/* An inventory for Ansible: JSON, which its plugin for YAML files tries first. */
int report_ansible(const struct invocation *invocation, const struct host_set *hosts);

/* A genders file, which pdsh reads: pdsh -F FILE -g vm-container. */
int report_genders(const struct invocation *invocation, const struct host_set *hosts);

#endif
