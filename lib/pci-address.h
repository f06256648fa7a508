/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address of a PCI function: domain, bus, slot, function. */
#ifndef LIB_PCI_ADDRESS_H
#define LIB_PCI_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

struct pci_address {
	uint32_t domain;  /* above 0xffff only behind VMD-like bridges */
	uint8_t bus;	  /* 0 to 0xff */
	uint8_t slot;	  /* 0 to 0x1f */
	uint8_t function; /* 0 to 7 */
};

/* Room for the longest form, "pci_xxxxxxxx_xx_xx_x" and its NUL. */
#define PCI_ADDRESS_SIZE 24

/*
 * Parses pci_0000_02_00_0, 0000:02:00.0 or 02:00.0, also with domains of 5 to 8 digits,
 * in hexadecimal digits of either case, and nothing after it. 0, or -EINVAL without
 * setting *ret_address.
 */
int pci_address_parse(const char *text, struct pci_address *ret_address);

/*
 * pci_0000_02_00_0, as libvirt names node devices: sysfs' name of the device with "_" for
 * what is neither letter nor digit (nodeDeviceGenerateName() in libvirt's
 * src/node_device/node_device_driver.c). Domains above ffff have as many digits as they
 * need (dev_set_name() in the kernel's drivers/pci/probe.c). Returns text.
 */
const char *pci_address_node(struct pci_address address, char text[PCI_ADDRESS_SIZE]);

/*
 * 0000:02:00.0, as sysfs names devices; domains above ffff get as many digits as they
 * need. Returns text.
 */
const char *pci_address_sysfs(struct pci_address address, char text[PCI_ADDRESS_SIZE]);

/* One number that sorts as addresses do: domain << 16 | bus << 8 | slot << 3 | function. */
int64_t pci_address_pack(struct pci_address address);

/* The address of a packed number. 0, or -ERANGE if it is not an address. */
int pci_address_unpack(int64_t packed, struct pci_address *ret_address);

/* As pci_address_sysfs() for a packed number; "" if it is not an address. */
const char *pci_address_sysfs_packed(int64_t packed, char text[PCI_ADDRESS_SIZE]);

/* <0, 0 or >0, in the order of domain, bus, slot, function. */
int pci_address_compare(struct pci_address a, struct pci_address b);

/* Whether both are functions of one slot. */
bool pci_address_same_slot(struct pci_address a, struct pci_address b);

#endif
