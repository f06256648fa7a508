/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole interface between rocks and a plugin: all that a plugin's author needs. */
#ifndef ROCKS_PLUGIN_H
#define ROCKS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * A plugin is a shared object named anything.so in the folder of plugins,
 * /usr/lib/rocks/plugins with prefix=/usr, or the one that ROCKS_PLUGINS names; rocks-plugin(7)
 * says who must own it. It exports one symbol, `rocks_plugin`:
 *
 *	#include <rocks-plugin.h>
 *
 *	static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
 *			 struct rocks_failure *failure) { ... }
 *
 *	ROCKS_PLUGIN(.name = "site", .amend = amend);
 *
 *	cc -shared -fPIC -fvisibility=hidden -o site.so site.c
 *
 * A file named libvirt.so or hypervisor-*.so is loaded only by the commands that talk to
 * a hypervisor, report-*.so by `rocks report gpu page`, others by those that make XML.
 *
 * Rules. A plugin edits the document's tree, never its text; it keeps no pointer that it
 * was given past the call; it prints nothing, never exits, and never opens the database.
 * All calls come from one thread. What rocks passes belongs to rocks and does not change
 * until the call returns. If one plugin fails, no document is made.
 *
 * Promise. Every structure here grows only at its end and begins with its own size, so
 * plugins built against an older copy of this file keep working. A plugin checks each
 * member marked «Since» with ROCKS_HAS() before it uses it.
 */
#define ROCKS_PLUGIN_ABI 1

/* Whether a structure passed by rocks is new enough to have this member. */
#define ROCKS_HAS(type, pointer, member) \
	((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/* The XML document, libxml2's xmlDoc: only plugins look into it. */
struct _xmlDoc;

/* Where a plugin says why it failed. */
struct rocks_failure {
	uint32_t size;
	/*
	 * One sentence in UTF-8, without the VM's name or a full stop: what is wrong;
	 * then, after a semicolon, what to do. The sentence is copied; the last call
	 * applies.
	 */
	void (*explain)(struct rocks_failure *failure, const char *sentence);
};

/* One function of a card, as the VM's host sees it. */
struct rocks_function {
	uint32_t size;
	uint32_t domain;     /* above 0xffff only behind VMD-like bridges */
	uint8_t bus;	     /* 0 to 0xff */
	uint8_t slot;	     /* 0 to 0x1f */
	uint8_t function;    /* 0 to 7 */
	uint8_t reserved;    /* 0 */
	uint32_t class_code; /* 24 bits, 0x030000 for VGA; 0 when not known */
	uint16_t vendor;     /* 0 when not known */
	uint16_t device;     /* 0 when not known */
	/* Of its 64-bit prefetchable memory windows together; 0 when not known. */
	uint64_t bar_bytes;
};

/* A card that a VM has. */
struct rocks_card {
	uint32_t size;
	const char *kind;      /* "pci" */
	const char *name;      /* on the VM: gpupci, gpupci2 */
	const char *host_name; /* on the host: gpupci1 */
	const char *uuid;      /* or NULL */
	int32_t numa;	       /* the host's NUMA node, -1 when none or not known */
	uint32_t function_count;
	/* index from 0 to function_count - 1 */
	const struct rocks_function *(*function)(const struct rocks_card *card,
						 uint32_t index);
	/*
	 * 1: a virtual function whose vendor's driver gives it to VMs with VFIO of its own:
	 * rebinding it destroys its vGPU. Since 0.2.0: check it with ROCKS_HAS().
	 */
	uint32_t is_vendors;
	uint32_t reserved; /* 0 */
};

struct rocks_disk {
	uint32_t size;
	const char *type;   /* file, qcow2, qed, phy */
	const char *path;   /* on the container */
	const char *device; /* in the guest: vda */
	const char *bus;    /* virtio, scsi, sata, ide */
	uint32_t size_gb;   /* in units of 10^9 bytes; 0 when not known */
};

/* How the container carries an interface. */
enum {
	ROCKS_INTERFACE_BRIDGE,
	ROCKS_INTERFACE_DIRECT, /* macvtap on the device */
	ROCKS_INTERFACE_OPENVSWITCH,
};

struct rocks_interface {
	uint32_t size;
	const char *device;  /* eth0, or NULL */
	const char *mac;     /* 52:54:00:00:00:01 */
	const char *bridge;  /* on the container: what carries this network and VLAN */
	int32_t vlan;	     /* -1 when none; only an Open vSwitch needs it */
	const char *network; /* private, or NULL */
	uint32_t kind;	   /* ROCKS_INTERFACE_…: the kind of the device named bridge */
	uint32_t reserved; /* 0 */
};

/* What a plugin may know of a VM. Indexes count from 0 to the count less one. */
struct rocks_vm {
	uint32_t size;
	uint32_t slice;	  /* its number on its container */
	const char *name; /* rocks-33 */
	const char *uuid;
	const char *container; /* vm-container-0-15 */
	const char *virt_type; /* hvm */
	const char *cdrom; /* the path of an image or device on the container, or NULL */
	uint32_t memory_mib;
	uint32_t cpus;
	uint32_t disk_count;
	uint32_t interface_count;
	uint32_t card_count;
	uint32_t reserved; /* 0 */

	/*
	 * The effective value for this VM, from whatever level; NULL when it is not set.
	 */
	const char *(*attribute)(const struct rocks_vm *vm, const char *name);
	const struct rocks_disk *(*disk)(const struct rocks_vm *vm, uint32_t index);
	const struct rocks_interface *(*interface)(const struct rocks_vm *vm,
						   uint32_t index);
	const struct rocks_card *(*card)(const struct rocks_vm *vm, uint32_t index);
	/*
	 * The recorded card of the container that has a function at this PCI address, or
	 * had it there when the definition below was kept: a name for messages, NULL when
	 * there is none.
	 */
	const char *(*card_at)(const struct rocks_vm *vm, uint32_t domain, uint8_t bus,
			       uint8_t slot, uint8_t function);
	/*
	 * The names for which attribute() has a value, each once, in strcmp() order.
	 * Since 0.2.0: check attribute_name with ROCKS_HAS().
	 */
	uint32_t attribute_count;
	uint32_t reserved2; /* 0 */
	const char *(*attribute_name)(const struct rocks_vm *vm, uint32_t index);
	/*
	 * libvirt's own definition of the VM, as it was last seen, without secrets: its
	 * document is made of that, see open_own() and amend_own(). NULL if rocks makes
	 * the definition. Since 0.2.0.
	 */
	const char *definition;
	/* What the hypervisor calls the VM: usually its name. Since 0.2.0. */
	const char *domain;
};

/* A device of the container that an attribute of the VM passes to the VM. */
struct rocks_host_device {
	uint32_t size;
	uint32_t is_placed;    /* 1: kvm_device_N_at names the device of each container */
	const char *attribute; /* kvm_device_0 */
	const char *kind;      /* pci, usb, mdev, … as libvirt calls it */
	/*
	 * Address of a PCI function, 0000:5e:00.0; NULL for other kinds, or when there is
	 * none.
	 */
	const char *address;
};

/* What a file is to a VM. */
enum {
	ROCKS_FILE_DISK,      /* the VM writes to it */
	ROCKS_FILE_MEDIUM,    /* a CD-ROM, a floppy, a disk that the VM only reads */
	ROCKS_FILE_BACKING,   /* the file that a disk's image is an overlay of */
	ROCKS_FILE_ROM,	      /* of a device */
	ROCKS_FILE_BOOT,      /* kernel, initrd, firmware, a table: only read */
	ROCKS_FILE_FOLDER,    /* a folder of the container that the VM sees */
	ROCKS_FILE_ELSEWHERE, /* on a network or in a pool: path is no path */
};

/* A file, device or folder that a VM's XML names. Since 0.2.0. */
struct rocks_file {
	uint32_t size;
	uint32_t role;	      /* ROCKS_FILE_… */
	uint32_t is_block;    /* 1: a block device of the container */
	uint32_t is_readonly; /* 1: the VM never writes to it */
	uint32_t is_shared;   /* 1: other VMs may write to it at the same time */
	uint32_t reserved;    /* 0 */
	const char *path;     /* on the container; rbd:pool/image for one elsewhere */
	const char *format;   /* raw, qcow2, …; NULL when the XML does not say */
	const char *name;     /* vda, kernel, …: which one it is, for messages */
};

/*
 * The operations that make the document. Exactly one plugin has them: domain. All are
 * required except host_devices, files and open_own. Unless noted, those that return an int return
 * 0, or -errno after explain().
 */
struct rocks_document {
	uint32_t size;
	/* Makes the VM's document, which the other plugins amend; rocks calls close(). */
	int (*open)(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
		    struct rocks_failure *failure);
	/*
	 * The whole document as UTF-8, for which rocks calls free_text(); the length
	 * excludes the NUL.
	 */
	int (*write)(struct _xmlDoc *document, char **ret_text, size_t *ret_length,
		     struct rocks_failure *failure);
	void (*free_text)(char *text);
	void (*close)(struct _xmlDoc *document);
	/*
	 * Calls each() for every device that attributes of the VM pass to it, PCI devices
	 * with their address on the container. Stops when each() returns nonzero, and
	 * returns that; else 0, or -errno after explain().
	 */
	int (*host_devices)(const struct rocks_vm *vm,
			    int (*each)(void *data,
					const struct rocks_host_device *device),
			    void *data, struct rocks_failure *failure);
	/*
	 * Calls each() for every file, block device and folder that a VM's XML names and
	 * the VM needs to start, except the variables of its firmware. Stops when each()
	 * returns nonzero, and returns that; else 0, or -EINVAL if the XML cannot be
	 * parsed. Since 0.2.0.
	 */
	int (*files)(const char *xml,
		     int (*each)(void *data, const struct rocks_file *file), void *data);
	/*
	 * As open(), for a VM with a definition of libvirt's own: the document is that.
	 * Since 0.2.0.
	 */
	int (*open_own)(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
			struct rocks_failure *failure);
};

/* The state of a domain, in the words of `rocks list host vm status=yes`. */
enum {
	ROCKS_DOMAIN_NOSTATE,
	ROCKS_DOMAIN_ACTIVE,
	ROCKS_DOMAIN_PAUSED,
	ROCKS_DOMAIN_SHUTDOWN, /* it is shutting down */
	ROCKS_DOMAIN_SHUTOFF,
	ROCKS_DOMAIN_CRASHED,
};

/* A domain that a hypervisor knows, whoever defined it. */
struct rocks_domain {
	uint32_t size;
	uint32_t state; /* ROCKS_DOMAIN_… */
	const char *name;
	const char *uuid;
	/*
	 * The length of functions: the addresses ("0000:02:00.0") of the PCI functions it
	 * has.
	 */
	uint32_t function_count;
	uint32_t persistent; /* 1: it stays defined when it is off */
	const char *const *functions;
	/* For a running persistent domain: the functions it gets at its next start. */
	uint32_t next_count;
	const char *const *next; /* NULL: not reported */
};

/* A disk that a domain's definition has, in libvirt's words. Since 0.2.0. */
struct rocks_described_disk {
	uint32_t size;
	uint32_t is_readonly; /* 1: the VM never writes to it */
	const char *kind;     /* disk, cdrom, floppy, lun */
	const char *type;     /* file, block, network, volume, … */
	const char *format;   /* raw, qcow2, …; NULL: the definition does not say */
	const char *path;     /* on the container; NULL: there is none, or no medium */
	const char *device;   /* in the guest: vda; or NULL */
	const char *bus;      /* virtio, scsi, sata, …; or NULL */
};

/* How a definition's interface is carried, besides ROCKS_INTERFACE_…. */
enum {
	ROCKS_INTERFACE_HOSTDEV = 16, /* it is a function of the container */
	ROCKS_INTERFACE_OTHER,	      /* a network of libvirt's own, … */
};

/* An interface that a domain's definition has. Since 0.2.0. */
struct rocks_described_interface {
	uint32_t size;
	uint32_t kind;	    /* ROCKS_INTERFACE_… */
	const char *mac;    /* or NULL */
	const char *source; /* the bridge or device that carries it, or NULL */
	int32_t vlan;	    /* -1: none, or several */
	uint32_t reserved;  /* 0 */
};

/*
 * What the definition of a domain says, or what runs of one that is not defined. Since
 * 0.2.0.
 */
struct rocks_description {
	uint32_t size;
	uint32_t state;	     /* ROCKS_DOMAIN_… */
	uint32_t persistent; /* 1: it stays defined when it is off */
	uint32_t cpus;	     /* 0 when not known, like memory_mib */
	uint64_t memory_mib; /* rounded up */
	const char *name;
	const char *uuid;
	/* The lengths of the lists that follow. */
	uint32_t disk_count, interface_count;
	uint32_t function_count, next_count;
	const struct rocks_described_disk *const *disks;
	const struct rocks_described_interface *const *interfaces;
	/* Addresses ("0000:02:00.0") of the functions that it has while it runs. */
	const char *const *functions;
	const char *const *next; /* those that its definition gives it */
	const char *xml; /* its definition, without secrets; NULL if it only runs */
};

/* The definition of a VM at its hypervisor. */
struct rocks_definition {
	uint32_t size;
	uint32_t state;	     /* ROCKS_DOMAIN_… */
	uint32_t persistent; /* 1: it stays defined when it is off */
	uint32_t autostart;  /* 1: it starts with its container */
	const char *xml;     /* complete, as define() takes it, with secrets */
	const char *nvram;   /* path of the firmware's variables file, or NULL */
	/*
	 * State that neither the XML nor the files it names hold (a saved state,
	 * snapshots, …), as a sentence for explain(): such a VM cannot be moved. NULL
	 * when there is none.
	 */
	const char *obstacle;
	/*
	 * Path of the file with the state of an emulated TPM, or NULL. Since 0.2.0: check
	 * it with ROCKS_HAS().
	 */
	const char *tpm;
};

/* Definitions to compare, as define() takes them and differs() gives them. */
struct rocks_comparison {
	uint32_t size;
	uint32_t flags; /* ROCKS_COMPARE_… */
	const char *present;
	/* What rocks last defined, as defined() gave it; NULL: nothing is known. */
	const char *known;
	const char *next; /* what is to replace it */
};

enum {
	/*
	 * Counts only what the next definition lacks, not a value that it changes. Without
	 * known that includes what rocks put there.
	 */
	ROCKS_COMPARE_LACKING = 1 << 0,
};

/* A definition that the container has, and that redefine() may not replace. */
struct rocks_found_definition {
	uint32_t size;
	uint32_t is_ours; /* it has the mark that redefine() puts into definitions */
	const char *xml;  /* without secrets */
	/* What would be lost, the most important first, in the words of losses(). */
	uint32_t count; /* of losses */
	/*
	 * 1: it equals known. Then losses has only secrets, or, with ROCKS_REDEFINE_KEEP,
	 * anything that would be lost.
	 */
	uint32_t is_known;
	const char *const *losses;
};

/* How redefine() defines a VM. */
struct rocks_redefinition {
	uint32_t size;
	uint32_t flags;	   /* ROCKS_REDEFINE_… */
	int32_t autostart; /* as define() takes it */
	const char *xml;
	/* What rocks last defined there, as defined() gave it; NULL: nothing is known. */
	const char *known;
	/*
	 * The definition that may be replaced whatever is lost, as differs() gave it;
	 * NULL: none.
	 */
	const char *agreed;
	void *data; /* for the functions below */
	/*
	 * Called for a definition that may not be replaced; nothing is changed. Returns 0
	 * or -errno.
	 */
	int (*differs)(void *data, const struct rocks_found_definition *found);
	/*
	 * Called once the VM is defined; xml is the definition that the hypervisor now
	 * reports, without secrets. Returns 0 or -errno.
	 */
	int (*defined)(void *data, const char *xml);
};

enum {
	ROCKS_REDEFINE_START = 1 << 0, /* starts it, too */
	/* Replaces even the known definition only if nothing of it is lost. */
	ROCKS_REDEFINE_KEEP = 1 << 1,
	/*
	 * The definition is libvirt's own: it gets no mark, and keeps the secrets that the
	 * container has. Since 0.2.0, like the others.
	 */
	ROCKS_REDEFINE_OWN = 1 << 2,
};

/*
 * Operations on a VM at the hypervisor of its container; each is optional. They may use
 * only name, domain, uuid, container and attribute() of the VM. They return 0 when done, 1 when
 * there was nothing to do, or -errno after explain(). They may block: rocks calls them in
 * a child process and kills it after a deadline.
 */
struct rocks_hypervisor {
	uint32_t size;
	/*
	 * action: poweroff, shutdown, reset or reboot. shutdown and reboot ask the guest
	 * and do not wait for it.
	 */
	int (*stop)(const struct rocks_vm *vm, const char *action,
		    struct rocks_failure *failure);
	/*
	 * Defines exactly this XML and starts the VM; 1, without defining, if it is
	 * running.
	 */
	int (*start)(const struct rocks_vm *vm, const char *xml,
		     struct rocks_failure *failure);
	int (*pause)(const struct rocks_vm *vm, struct rocks_failure *failure);
	int (*resume)(const struct rocks_vm *vm, struct rocks_failure *failure);
	/*
	 * Calls each() for every domain of the VM's container; 0 when there are none.
	 * Stops when each() returns nonzero, and returns that.
	 */
	int (*domains)(const struct rocks_vm *vm,
		       int (*each)(void *data, const struct rocks_domain *domain),
		       void *data, struct rocks_failure *failure);
	/*
	 * Calls each() with the VM's definition; returns 1 without a call if it has none.
	 */
	int (*definition)(const struct rocks_vm *vm,
			  int (*each)(void *data,
				      const struct rocks_definition *definition),
			  void *data, struct rocks_failure *failure);
	/*
	 * Defines exactly this XML without starting it; 1, without defining, if the VM is
	 * running. autostart: 1 on, 0 off, -1 by the attribute kvm_autostart.
	 */
	int (*define)(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		      struct rocks_failure *failure);
	/*
	 * Undefines the VM, so that nothing can start it there, and keeps all its files,
	 * nvram and tpm among them; 1 if it was not defined. Fails, and changes nothing,
	 * if the VM is running.
	 */
	int (*undefine)(const struct rocks_vm *vm, struct rocks_failure *failure);
	/*
	 * Calls each() with the address (0000:02:00.0) of every PCI function that a VM's
	 * XML passes to it. Stops when each() returns nonzero, and returns that; else 0,
	 * or -EINVAL if the XML cannot be parsed.
	 */
	int (*functions)(const char *xml, int (*each)(void *data, const char *address),
			 void *data);
	/*
	 * Calls each() with what a VM that is defined with this XML keeps in files besides
	 * its disks: nvram, tpm and obstacle; the other members are 0, except xml. Asks no
	 * hypervisor. 0, what each() returns, or -errno after explain().
	 */
	int (*kept)(const struct rocks_vm *vm, const char *xml,
		    int (*each)(void *data, const struct rocks_definition *definition),
		    void *data, struct rocks_failure *failure);
	/*
	 * Defines the VM, and starts it if the flags say so, unless it has a definition
	 * that is neither known nor agreed: then calls differs(). Calls defined() once it
	 * is defined, before it starts. 1, without defining, if it is running; 1 also
	 * after differs(). rocks prefers this to start() and define().
	 * Since 0.2.0, like losses().
	 */
	int (*redefine)(const struct rocks_vm *vm,
			const struct rocks_redefinition *redefinition,
			struct rocks_failure *failure);
	/*
	 * Calls each() with a line for each thing of the present definition that the next
	 * one lacks, the most important first: «disk sda/driver cache="none"». Leaves out
	 * what the hypervisor adds to each definition, and what the known definition has,
	 * too. Stops when each() returns nonzero, and returns that; else 0, -ENOMEM,
	 * or -EINVAL if a definition cannot be parsed.
	 */
	int (*losses)(const struct rocks_comparison *comparison,
		      int (*each)(void *data, const char *line), void *data);
	/*
	 * Calls each() with what every domain of the VM's container is made of, whoever
	 * defined it; 0 when there are none. Changes nothing there. Stops when each()
	 * returns nonzero, and returns that. Since 0.2.0.
	 */
	int (*descriptions)(const struct rocks_vm *vm,
			    int (*each)(void *data,
					const struct rocks_description *description),
			    void *data, struct rocks_failure *failure);
	/*
	 * Calls each() with the format, such as raw or qcow2, that the hypervisor of the
	 * VM's container would take the file in <nvram> of a VM with this XML for; 1, without
	 * a call, if it does not say. Changes nothing there. Since 0.2.0.
	 */
	int (*nvram_format)(const struct rocks_vm *vm, const char *xml,
			    int (*each)(void *data, const char *format), void *data,
			    struct rocks_failure *failure);
};

/* A VM has a card that is used; it can be given none that is out. Since 0.2.0, like what follows. */
enum { ROCKS_CARD_FREE, ROCKS_CARD_USED, ROCKS_CARD_OUT };

/* A card of a host, for a report. Strings are UTF-8 without control characters. */
struct rocks_cluster_card {
	uint32_t size, state;		 /* ROCKS_CARD_… */
	const char *host, *name, *model; /* vm-container-0-15, gpupci1, T4 or 10de:1eb8 */
	const char *obstacle;		 /* why it is out, in a few words; else NULL */
	const char *vm, *user; /* that have it; NULL if none, or if names_users is 0 */
};

/* The cards of a model: count is the sum of the others. */
struct rocks_cluster_model {
	uint32_t size, reserved; /* reserved: 0 */
	const char *name;
	uint32_t count, free, used, out;
};

/* All hosts with their cards, at one moment. */
struct rocks_cluster {
	uint32_t size, names_users; /* names_users: 1: cards have vm and user */
	int64_t at;		    /* seconds since 1970, UTC */
	uint32_t card_count, free_count;
	/*
	 * Call each() for one row at a time, models by name and cards host by host. Stop when
	 * each() returns nonzero, and return that; else 0, or -errno, which write() returns.
	 */
	int (*models)(const struct rocks_cluster *cluster,
		      int (*each)(void *data, const struct rocks_cluster_model *model),
		      void *data);
	int (*cards)(const struct rocks_cluster *cluster,
		     int (*each)(void *data, const struct rocks_cluster_card *card),
		     void *data);
};

/* A document about the whole cluster. No two plugins have the same name here. */
struct rocks_report {
	uint32_t size, reserved; /* reserved: 0 */
	const char *name;	 /* page: what `rocks report gpu page` prints */
	/* Passes it to put(). 0, what put() or a walk returned, or -errno after explain(). */
	int (*write)(const struct rocks_cluster *cluster,
		     int (*put)(void *data, const char *bytes, size_t length), void *data,
		     struct rocks_failure *failure);
};

struct rocks_plugin {
	uint32_t abi; /* ROCKS_PLUGIN() fills in these two */
	uint32_t size;
	const char *name; /* for messages; unique among plugins */
	/*
	 * Plugins amend in this order, then by name: device is 100, global 200, firmware,
	 * memory and window follow up to 299. 0 means 1000, so a site's plugins come
	 * after ours by default.
	 */
	uint32_t order;
	uint32_t reserved;		       /* 0 */
	const struct rocks_document *document; /* or NULL */
	/* Changes the document; may be NULL. 0, or -errno after explain(). */
	int (*amend)(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure);
	const struct rocks_hypervisor *hypervisor; /* or NULL */
	/*
	 * Instead of amend(), for a VM with a definition of libvirt's own: adds its cards
	 * and what they need, removes recorded cards that it no longer has, and changes
	 * nothing else. NULL: does nothing. Since 0.2.0.
	 */
	int (*amend_own)(const struct rocks_vm *vm, struct _xmlDoc *document,
			 struct rocks_failure *failure);
	const struct rocks_report *report; /* or NULL. Since 0.2.0. */
};

#if defined(__GNUC__)
#define ROCKS_PLUGIN_VISIBLE __attribute__((visibility("default")))
#else
#define ROCKS_PLUGIN_VISIBLE
#endif

/* Used once in a plugin, with designated initialisers of struct rocks_plugin. */
#define ROCKS_PLUGIN(...)                                                               \
	extern ROCKS_PLUGIN_VISIBLE const struct rocks_plugin rocks_plugin;             \
	const struct rocks_plugin rocks_plugin = { .abi = ROCKS_PLUGIN_ABI,             \
						   .size = sizeof(struct rocks_plugin), \
						   __VA_ARGS__ }

#endif
