/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands: what rocks can do, sorted by words. */
#include <string.h>

#include "src/cli/commands.h"

extern const struct command cmd_add_aggregate_host;
extern const struct command cmd_add_appliance;
extern const struct command cmd_add_appliance_attr;
extern const struct command cmd_add_attr;
extern const struct command cmd_add_flavor;
extern const struct command cmd_add_flavor_project;
extern const struct command cmd_add_gpu_model;
extern const struct command cmd_add_host;
extern const struct command cmd_add_host_alias;
extern const struct command cmd_add_host_attr;
extern const struct command cmd_add_host_gpu;
extern const struct command cmd_add_host_interface;
extern const struct command cmd_add_host_vm;
extern const struct command cmd_add_network;
extern const struct command cmd_add_os_attr;
extern const struct command cmd_add_project;
extern const struct command cmd_add_project_user;
extern const struct command cmd_add_retired_gpu;
extern const struct command cmd_check_host_gpu;
extern const struct command cmd_create_host_vm;
extern const struct command cmd_dump;
extern const struct command cmd_dump_aggregate_host;
extern const struct command cmd_dump_appliance;
extern const struct command cmd_dump_appliance_attr;
extern const struct command cmd_dump_attr;
extern const struct command cmd_dump_database;
extern const struct command cmd_dump_flavor;
extern const struct command cmd_dump_flavor_project;
extern const struct command cmd_dump_gpu_model;
extern const struct command cmd_dump_host;
extern const struct command cmd_dump_host_alias;
extern const struct command cmd_dump_host_attr;
extern const struct command cmd_dump_host_gpu;
extern const struct command cmd_dump_host_interface;
extern const struct command cmd_dump_host_vm;
extern const struct command cmd_dump_network;
extern const struct command cmd_dump_os_attr;
extern const struct command cmd_dump_project;
extern const struct command cmd_dump_project_user;
extern const struct command cmd_dump_retired_gpu;
extern const struct command cmd_help;
extern const struct command cmd_list_aggregate;
extern const struct command cmd_list_aggregate_host;
extern const struct command cmd_list_appliance;
extern const struct command cmd_list_appliance_attr;
extern const struct command cmd_list_attr;
extern const struct command cmd_list_flavor;
extern const struct command cmd_list_flavor_project;
extern const struct command cmd_list_gpu;
extern const struct command cmd_list_gpu_card;
extern const struct command cmd_list_gpu_model;
extern const struct command cmd_list_help;
extern const struct command cmd_list_history;
extern const struct command cmd_list_host;
extern const struct command cmd_list_host_alias;
extern const struct command cmd_list_host_attr;
extern const struct command cmd_list_host_gpu;
extern const struct command cmd_list_host_interface;
extern const struct command cmd_list_host_interface_disablekvm;
extern const struct command cmd_list_host_membership;
extern const struct command cmd_list_host_vm;
extern const struct command cmd_list_membership;
extern const struct command cmd_list_move;
extern const struct command cmd_list_network;
extern const struct command cmd_list_os_attr;
extern const struct command cmd_list_project;
extern const struct command cmd_list_project_user;
extern const struct command cmd_list_retired_gpu;
extern const struct command cmd_move_host_vm;
extern const struct command cmd_open_host_console;
extern const struct command cmd_pause_host_vm;
extern const struct command cmd_remove_aggregate_host;
extern const struct command cmd_remove_appliance;
extern const struct command cmd_remove_appliance_attr;
extern const struct command cmd_remove_attr;
extern const struct command cmd_remove_flavor;
extern const struct command cmd_remove_flavor_project;
extern const struct command cmd_remove_gpu_model;
extern const struct command cmd_remove_host;
extern const struct command cmd_remove_host_alias;
extern const struct command cmd_remove_host_attr;
extern const struct command cmd_remove_host_gpu;
extern const struct command cmd_remove_host_interface;
extern const struct command cmd_remove_host_vm;
extern const struct command cmd_remove_network;
extern const struct command cmd_remove_os_attr;
extern const struct command cmd_remove_project;
extern const struct command cmd_remove_project_user;
extern const struct command cmd_remove_retired_gpu;
extern const struct command cmd_report_appliance_attr;
extern const struct command cmd_report_attr;
extern const struct command cmd_report_gpu_openstack;
extern const struct command cmd_report_gpu_page;
extern const struct command cmd_report_host_attr;
extern const struct command cmd_report_host_gpu;
extern const struct command cmd_report_host_inventory;
extern const struct command cmd_report_host_vm_config;
extern const struct command cmd_report_host_vm_replaced;
extern const struct command cmd_report_nextip;
extern const struct command cmd_report_version;
extern const struct command cmd_report_vm_nextmac;
extern const struct command cmd_restore_database;
extern const struct command cmd_resume_host_vm;
extern const struct command cmd_run_host;
extern const struct command cmd_set_appliance_attr;
extern const struct command cmd_set_attr;
extern const struct command cmd_set_flavor;
extern const struct command cmd_set_host;
extern const struct command cmd_set_host_attr;
extern const struct command cmd_set_host_cpus;
extern const struct command cmd_set_host_gpu;
extern const struct command cmd_set_host_installaction;
extern const struct command cmd_set_host_interface;
extern const struct command cmd_set_host_interface_channel;
extern const struct command cmd_set_host_interface_disablekvm;
extern const struct command cmd_set_host_interface_ip;
extern const struct command cmd_set_host_interface_mac;
extern const struct command cmd_set_host_interface_module;
extern const struct command cmd_set_host_interface_name;
extern const struct command cmd_set_host_interface_options;
extern const struct command cmd_set_host_interface_subnet;
extern const struct command cmd_set_host_interface_vlan;
extern const struct command cmd_set_host_membership;
extern const struct command cmd_set_host_name;
extern const struct command cmd_set_host_rack;
extern const struct command cmd_set_host_rank;
extern const struct command cmd_set_host_runaction;
extern const struct command cmd_set_host_vm;
extern const struct command cmd_set_host_vm_cdrom;
extern const struct command cmd_set_network_mtu;
extern const struct command cmd_set_network_netmask;
extern const struct command cmd_set_network_subnet;
extern const struct command cmd_set_os_attr;
extern const struct command cmd_start_host_vm;
extern const struct command cmd_stop_host_vm;
extern const struct command cmd_sync_config;
extern const struct command cmd_sync_host_gpu;
extern const struct command cmd_sync_host_network;
extern const struct command cmd_sync_host_vm;

const struct command *const commands[] = {
	&cmd_add_aggregate_host,
	&cmd_add_appliance,
	&cmd_add_appliance_attr,
	&cmd_add_attr,
	&cmd_add_flavor,
	&cmd_add_flavor_project,
	&cmd_add_gpu_model,
	&cmd_add_host,
	&cmd_add_host_alias,
	&cmd_add_host_attr,
	&cmd_add_host_gpu,
	&cmd_add_host_interface,
	&cmd_add_host_vm,
	&cmd_add_network,
	&cmd_add_os_attr,
	&cmd_add_project,
	&cmd_add_project_user,
	&cmd_add_retired_gpu,
	&cmd_check_host_gpu,
	&cmd_create_host_vm,
	&cmd_dump,
	&cmd_dump_aggregate_host,
	&cmd_dump_appliance,
	&cmd_dump_appliance_attr,
	&cmd_dump_attr,
	&cmd_dump_database,
	&cmd_dump_flavor,
	&cmd_dump_flavor_project,
	&cmd_dump_gpu_model,
	&cmd_dump_host,
	&cmd_dump_host_alias,
	&cmd_dump_host_attr,
	&cmd_dump_host_gpu,
	&cmd_dump_host_interface,
	&cmd_dump_host_vm,
	&cmd_dump_network,
	&cmd_dump_os_attr,
	&cmd_dump_project,
	&cmd_dump_project_user,
	&cmd_dump_retired_gpu,
	&cmd_help,
	&cmd_list_aggregate,
	&cmd_list_aggregate_host,
	&cmd_list_appliance,
	&cmd_list_appliance_attr,
	&cmd_list_attr,
	&cmd_list_flavor,
	&cmd_list_flavor_project,
	&cmd_list_gpu,
	&cmd_list_gpu_card,
	&cmd_list_gpu_model,
	&cmd_list_help,
	&cmd_list_history,
	&cmd_list_host,
	&cmd_list_host_alias,
	&cmd_list_host_attr,
	&cmd_list_host_gpu,
	&cmd_list_host_interface,
	&cmd_list_host_interface_disablekvm,
	&cmd_list_host_membership,
	&cmd_list_host_vm,
	&cmd_list_membership,
	&cmd_list_move,
	&cmd_list_network,
	&cmd_list_os_attr,
	&cmd_list_project,
	&cmd_list_project_user,
	&cmd_list_retired_gpu,
	&cmd_move_host_vm,
	&cmd_open_host_console,
	&cmd_pause_host_vm,
	&cmd_remove_aggregate_host,
	&cmd_remove_appliance,
	&cmd_remove_appliance_attr,
	&cmd_remove_attr,
	&cmd_remove_flavor,
	&cmd_remove_flavor_project,
	&cmd_remove_gpu_model,
	&cmd_remove_host,
	&cmd_remove_host_alias,
	&cmd_remove_host_attr,
	&cmd_remove_host_gpu,
	&cmd_remove_host_interface,
	&cmd_remove_host_vm,
	&cmd_remove_network,
	&cmd_remove_os_attr,
	&cmd_remove_project,
	&cmd_remove_project_user,
	&cmd_remove_retired_gpu,
	&cmd_report_appliance_attr,
	&cmd_report_attr,
	&cmd_report_gpu_openstack,
	&cmd_report_gpu_page,
	&cmd_report_host_attr,
	&cmd_report_host_gpu,
	&cmd_report_host_inventory,
	&cmd_report_host_vm_config,
	&cmd_report_host_vm_replaced,
	&cmd_report_nextip,
	&cmd_report_version,
	&cmd_report_vm_nextmac,
	&cmd_restore_database,
	&cmd_resume_host_vm,
	&cmd_run_host,
	&cmd_set_appliance_attr,
	&cmd_set_attr,
	&cmd_set_flavor,
	&cmd_set_host,
	&cmd_set_host_attr,
	&cmd_set_host_cpus,
	&cmd_set_host_gpu,
	&cmd_set_host_installaction,
	&cmd_set_host_interface,
	&cmd_set_host_interface_channel,
	&cmd_set_host_interface_disablekvm,
	&cmd_set_host_interface_ip,
	&cmd_set_host_interface_mac,
	&cmd_set_host_interface_module,
	&cmd_set_host_interface_name,
	&cmd_set_host_interface_options,
	&cmd_set_host_interface_subnet,
	&cmd_set_host_interface_vlan,
	&cmd_set_host_membership,
	&cmd_set_host_name,
	&cmd_set_host_rack,
	&cmd_set_host_rank,
	&cmd_set_host_runaction,
	&cmd_set_host_vm,
	&cmd_set_host_vm_cdrom,
	&cmd_set_network_mtu,
	&cmd_set_network_netmask,
	&cmd_set_network_subnet,
	&cmd_set_os_attr,
	&cmd_start_host_vm,
	&cmd_stop_host_vm,
	&cmd_sync_config,
	&cmd_sync_host_gpu,
	&cmd_sync_host_network,
	&cmd_sync_host_vm,
};

const size_t commands_count = ARRAY_SIZE(commands);

/* Longer words move their summary to the right. */
#define WORDS_WIDTH 26

void help_add_list(struct strbuf *text, const char *prefix)
{
	size_t length = strlen(prefix);

	for (size_t i = 0; i < commands_count; i++) {
		const struct command *command = commands[i];

		if (strncmp(command->words, prefix, length) == 0 &&
		    (!length || command->words[length] == ' ' || !command->words[length]))
			strbuf_add_format(text, "%-*s  %s\n", WORDS_WIDTH, command->words,
					  command->summary);
	}
}
