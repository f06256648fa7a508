/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of a host, as libpci and sysfs tell of them. */
#ifndef SRC_GPUPCI_SCAN_SCAN_H
#define SRC_GPUPCI_SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/root.h"

/* What is known of a function after pci_scan_read_details(). */
struct pci_details {
	int subvendor, subdevice, revision; /* -1 where the kernel tells nothing */
	int numa_node;			    /* -1 for none */
	char *driver;			    /* NULL when unbound */
	char *power;			    /* as power/runtime_status has it, or NULL */
	char *link_speed, *link_speed_max;  /* "8.0 GT/s", or NULL */
	int link_width, link_width_max;	    /* lanes, or -1 */
	bool boot_display;
	struct pci_bar {
		int index;
		uint64_t size; /* bytes */
		bool prefetchable;
		int bits; /* 32 or 64 */
	} bars[6];	  /* those for memory */
	int bar_count;
};

enum serial_kind {
	SERIAL_NONE,
	SERIAL_DSN,	  /* the Device Serial Number of the configuration space */
	SERIAL_UNIQUE_ID, /* what amdgpu tells while it has the card */
	SERIAL_VPD,	  /* the Vital Product Data's */
};

struct pci_function {
	struct pci_address address;
	uint16_t vendor;
	uint32_t class; /* all 24 bits: 0x030200 */
	bool has_class; /* it was read, see pci_scan_read_class() */
	int group; /* IOMMU group, -1 when there is none; see pci_scan_read_groups() */
	bool has_parent;	   /* it was looked for: */
	bool is_virtual;	   /* an SR-IOV virtual function */
	struct pci_address parent; /* its physical function, when it is virtual */
	bool is_known;		   /* what follows was read, see pci_scan_read_kind() */
	uint16_t device;
	bool is_bridge;	  /* leads to other devices: never part of a card */
	bool on_root_bus; /* no bridge above it */
	bool has_bridge;  /* one is told above it: */
	struct pci_address bridge;
	int virtual_count; /* how many virtual functions it has now */
	char *path;	   /* as path_from_link() makes it, or NULL */
	struct pci_details details;
	enum serial_kind serial_kind; /* where it is from; see serial_read() */
	char *serial;		      /* NULL when there is none that is known */
	struct pci_dev *library;
};

struct pci_scan {
	struct root root;
	struct strbuf fault; /* one sentence on what went wrong, after an error */
	struct pci_access *library;
	struct pci_function *functions; /* by address */
	size_t count;
	bool is_grouped; /* after pci_scan_read_groups() */
	bool is_whole;	 /* after pci_scan_read_all() */
	bool has_groups; /* any function has an IOMMU group: an IOMMU is at work */
};

#define PCI_SCAN_EMPTY(root_folder)                                    \
	{                                                              \
		.root = ROOT_EMPTY(root_folder), .fault = STRBUF_EMPTY \
	}

/*
 * Finds all PCI functions and their vendors; an empty folder of devices is no error, but
 * what cannot be read is. 0 or -errno with a sentence in scan->fault (which stays empty
 * for -ENOMEM). Released with pci_scan_release(), also after an error. Not for two threads
 * at a time.
 */
int pci_scan_read(struct pci_scan *scan);

/* Fills the class of a function that has not been asked. As pci_scan_read(). */
int pci_scan_read_class(struct pci_scan *scan, struct pci_function *function);

/*
 * Fills what tells cards apart, of a function that has not been asked: class, device,
 * is_virtual to virtual_count (that of a physical function counts those that were asked
 * before) and path. As pci_scan_read().
 */
int pci_scan_read_kind(struct pci_scan *scan, struct pci_function *function);

/*
 * The IOMMU groups of all functions, and which are virtual ones: who may be whose mate. As
 * pci_scan_read().
 */
int pci_scan_read_groups(struct pci_scan *scan);

/* pci_scan_read_groups(), and pci_scan_read_kind() of all functions. */
int pci_scan_read_all(struct pci_scan *scan);

void pci_scan_release(struct pci_scan *scan);

/*
 * An attribute that a device may lack or have no answer for: *ret_text is then NULL. As
 * pci_scan_read(); freed by the caller.
 */
int pci_scan_read_attribute(struct pci_scan *scan, const struct pci_function *function,
			    const char *attribute, char **ret_text);

/*
 * Says in scan->fault that what scan->root read last cannot be read, of a device. Returns
 * the error.
 */
int pci_scan_fail(struct pci_scan *scan, int error);

/* The function of that address, or NULL. */
struct pci_function *pci_scan_find(const struct pci_scan *scan,
				   struct pci_address address);

#endif
