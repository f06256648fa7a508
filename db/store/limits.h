/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every limit of length and size in the inventory, in one place. */
#ifndef DB_STORE_LIMITS_H
#define DB_STORE_LIMITS_H

#include <stdint.h>

/* Bytes: names, memberships, serial numbers, options; and paths, as in the kernel. */
#define DB_NAME_LENGTH 255
#define DB_PATH_LENGTH 4095

/*
 * Letters of new host names, and of appliances, whose name is the first part of theirs.
 * RFC 1123 does not allow _, but resolvers, ssh and libvirt do, and dumps of old
 * frontends have it.
 */
#define DB_HOST_NAME_LETTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

/* Login names and Unix groups: LOGIN_NAME_MAX of Linux, less its NUL. */
#define DB_USER_LENGTH 255

/* Hosts: the numbers of racks, and of places in a rack. */
#define DB_RACK_MOST 2147483647
#define DB_RANK_MOST 2147483647
#define DB_CPUS_MOST 65535 /* the limit of <vcpu> in libvirt 9 */

/* VMs: MiB of memory, decimal GB of a disk. */
#define DB_MEMORY_MOST 2147483647
#define DB_SLICE_MOST 2147483647
#define DB_DISK_SIZE_MOST 2147483647
#define DB_VM_INTERFACES_MOST 64

/* Networks; 68: RFC 791. The VLANs 0 and 4095 mean something else to a switch. */
#define DB_MTU_LEAST 68
#define DB_MTU_MOST 65535
#define DB_VLAN_MOST 4095
#define DB_NEXTIP_STEP_MOST 65536

/* Cards. 2^52 bytes are sixteen windows of 2^48, the most in a scan. */
#define DB_GPU_NUMBER_MOST 2147483647
#define DB_FUNCTION_MOST 63 /* number of a function in its card */
#define DB_BAR_BYTES_MOST 4503599627370496
#define DB_NUMA_MOST 65535
#define DB_IOMMU_GROUP_MOST 2147483647
#define DB_VFS_MOST 65535

/* The scan of one host. */
#define DB_SCAN_MIB_MOST 2
#define DB_SCAN_CARDS_MOST 1024
#define DB_SCAN_FUNCTIONS_MOST 4096
#define DB_MISSING_CARDS_MOST 1024 /* per host, not counting cards of VMs */

/* What a hypervisor says of the VMs of one host. */
#define DB_SEEN_MIB_MOST 48
#define DB_SEEN_VMS_MOST 4096
#define DB_SEEN_XML_MIB_MOST 1 /* of a definition */

/* Copies of the inventory that stay in a folder. */
#define DB_COPIES_MOST 10000

/* A limit as the text of a sentence. */
#define DB_LIMIT_TEXT(limit) DB_LIMIT_TEXT_(limit)
#define DB_LIMIT_TEXT_(limit) #limit

#endif
