/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of a host, from libpci and sysfs. */
#ifndef SRC_GPUPCI_SCAN_SCAN_H
#define SRC_GPUPCI_SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/pci-address.h"
#include "lib/strbuf.h"
#include "src/gpupci/files/root.h"

/* Details of a function, after pci_scan_read_details(). */
struct pci_details {
	int subvendor, subdevice, revision; /* -1 if unknown */
	int numa_node;			    /* -1 for none */
	int virtual_most; /* number of virtual functions it can have, -1 if none */
	char *driver;	  /* NULL when unbound */
	bool vfio;	  /* bound to VFIO, whatever the driver's name */
	bool is_vendors;  /* its vendor's driver gives it to VMs, see details.c */
	bool makes_vgpus; /* that driver makes a vGPU of it once vgpu_type is set */
	char *vgpu_type;  /* "1465", "0" for none; NULL if it is not known */
	char *power;	  /* text of power/runtime_status, or NULL */
	char *link_speed, *link_speed_max; /* "8.0 GT/s", or NULL */
	int link_width, link_width_max;	   /* lanes, or -1 */
	bool boot_display;
	struct pci_bar {
		int index;
		uint64_t size; /* bytes */
		bool prefetchable;
		int bits; /* 32 or 64 */
	} bars[6];	  /* those for memory */
	int bar_count;
};

/* Whether the device still answers; the kernel lists it even if it does not. */
enum pci_answer {
	PCI_ANSWER_UNKNOWN, /* not asked: it sleeps, and asking would wake it */
	PCI_ANSWER_YES,
	PCI_ANSWER_NO, /* its configuration space reads as all ones: it fell off the bus */
};

enum serial_kind {
	SERIAL_NONE,
	SERIAL_DSN,	  /* the Device Serial Number of the configuration space */
	SERIAL_UNIQUE_ID, /* from amdgpu while it has the card */
	SERIAL_VPD,	  /* from the Vital Product Data */
};

struct pci_function {
	struct pci_address address;
	uint16_t vendor;
	uint32_t class;		   /* all 24 bits: 0x030200 */
	bool has_class;		   /* class is valid, see pci_scan_read_class() */
	int group;		   /* IOMMU group, or -1; see pci_scan_read_groups() */
	bool has_parent;	   /* these two are valid: */
	bool is_virtual;	   /* an SR-IOV virtual function */
	struct pci_address parent; /* its physical function, if virtual */
	bool is_known;		   /* the rest is valid, see pci_scan_read_kind() */
	uint16_t device;
	bool is_bridge;	  /* leads to other devices: never part of a card */
	bool on_root_bus; /* no bridge above it */
	bool has_bridge;  /* bridge is valid: */
	struct pci_address bridge;
	int virtual_count; /* number of virtual functions it has now */
	char *path;	   /* as path_from_link() makes it, or NULL */
	struct pci_details details;
	enum pci_answer answer;	      /* see pci_scan_read_answer() and serial_read() */
	enum serial_kind serial_kind; /* its source; see serial_read() */
	char *serial;		      /* NULL if none is known */
	struct pci_dev *library;
};

struct pci_scan {
	struct root root;
	struct strbuf fault; /* what went wrong, one sentence, after an error */
	struct pci_access *library;
	struct pci_function *functions; /* by address */
	size_t count;
	bool is_grouped; /* after pci_scan_read_groups() */
	bool is_whole;	 /* after pci_scan_read_all() */
	bool has_groups; /* a function has an IOMMU group: an IOMMU is active */
};

#define PCI_SCAN_EMPTY(root_folder)                                    \
	{                                                              \
		.root = ROOT_EMPTY(root_folder), .fault = STRBUF_EMPTY \
	}

/*
 * Finds all PCI functions and their vendors. An empty folder of devices is not an error,
 * an unreadable one is. Returns 0 or -errno with a sentence in scan->fault (empty for
 * -ENOMEM). Release with pci_scan_release(), also after an error. Not thread-safe.
 */
int pci_scan_read(struct pci_scan *scan);

/* Fills the class of a function unless it is known. Returns as pci_scan_read(). */
int pci_scan_read_class(struct pci_scan *scan, struct pci_function *function);

/*
 * Fills what distinguishes cards, unless it is known: class, device, is_virtual to
 * virtual_count (which counts only virtual functions read before) and path. Returns as
 * pci_scan_read().
 */
int pci_scan_read_kind(struct pci_scan *scan, struct pci_function *function);

/*
 * Reads the IOMMU groups of all functions, and which functions are virtual: enough to
 * find mates. Returns as pci_scan_read().
 */
int pci_scan_read_groups(struct pci_scan *scan);

/* Calls pci_scan_read_groups(), and pci_scan_read_kind() for all functions. */
int pci_scan_read_all(struct pci_scan *scan);

void pci_scan_release(struct pci_scan *scan);

/*
 * Reads an attribute that may be missing or give no answer: *ret_text is then NULL.
 * Returns as pci_scan_read(); the caller frees *ret_text.
 */
int pci_scan_read_attribute(struct pci_scan *scan, const struct pci_function *function,
			    const char *attribute, char **ret_text);

/*
 * Writes to scan->fault that the last path of scan->root, which belongs to a device,
 * cannot be read. Returns error.
 */
int pci_scan_fail(struct pci_scan *scan, int error);

/* Returns the function at that address, or NULL. The scan owns it. */
struct pci_function *pci_scan_find(const struct pci_scan *scan,
				   struct pci_address address);

#endif
