/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole interface between rocks and a plugin: all that a plugin's author needs. */
#ifndef ROCKS_PLUGIN_H
#define ROCKS_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

/*
 * A plugin is a shared object in the folder of plugins, named anything.so, that shows
 * one symbol, `rocks_plugin`:
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
 * a hypervisor, any other one by the commands that make a VM's XML.
 *
 * Rules. A plugin edits the document's tree, never its text; it keeps no pointer that it
 * was given past the call; it prints nothing, never exits, and never opens the database.
 * All calls come from one thread. What it is told belongs to rocks and stays as it is
 * until the call returns. When one plugin fails, there is no document at all.
 *
 * Promise. Every structure here grows at its end only, and says its own size first: what
 * was built against an older copy of this file keeps working. A plugin that uses a member
 * newer than ROCKS_PLUGIN_ABI 1's first release asks ROCKS_HAS() first.
 */
#define ROCKS_PLUGIN_ABI 1

/* Whether a structure that rocks handed over is new enough to have this member. */
#define ROCKS_HAS(type, pointer, member) \
	((pointer)->size >= offsetof(type, member) + sizeof((pointer)->member))

/* The XML document, libxml2's xmlDoc: only plugins look into it. */
struct _xmlDoc;

/* Where a plugin says why it failed. */
struct rocks_failure {
	uint32_t size;
	/*
	 * One sentence in UTF-8 without the VM's name and without a full stop: what is
	 * wrong, then, after a semicolon, what to do. Copied; the last call counts.
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
};

struct rocks_disk {
	uint32_t size;
	const char *type;   /* file, qcow2, qed, phy */
	const char *path;   /* on the container */
	const char *device; /* in the guest: vda */
	const char *bus;    /* virtio, scsi, sata, ide */
	uint32_t size_gb;   /* decimal; 0 when not known */
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
	int32_t vlan;	     /* -1 when none; only an Open vSwitch needs to be told */
	const char *network; /* private, or NULL */
	uint32_t kind;	     /* ROCKS_INTERFACE_…: what the device named bridge is */
	uint32_t reserved;   /* 0 */
};

/* What a plugin may know of a VM. Indexes count from 0 to the count less one. */
struct rocks_vm {
	uint32_t size;
	uint32_t slice;
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

	/* The value that counts for this VM, whatever level set it; NULL when none did. */
	const char *(*attribute)(const struct rocks_vm *vm, const char *name);
	const struct rocks_disk *(*disk)(const struct rocks_vm *vm, uint32_t index);
	const struct rocks_interface *(*interface)(const struct rocks_vm *vm,
						   uint32_t index);
	const struct rocks_card *(*card)(const struct rocks_vm *vm, uint32_t index);
	/*
	 * Which recorded card of the container sits at that PCI address with any of its
	 * functions: its name there (gpupci1), NULL when none does.
	 */
	const char *(*card_at)(const struct rocks_vm *vm, uint32_t domain, uint8_t bus,
			       uint8_t slot, uint8_t function);
	/*
	 * The names for which attribute() has a value, each once, in the order of strcmp().
	 * From 0.2.0 on: ask ROCKS_HAS() for attribute_name.
	 */
	uint32_t attribute_count;
	uint32_t reserved2; /* 0 */
	const char *(*attribute_name)(const struct rocks_vm *vm, uint32_t index);
};

/* A device of its container that an attribute of a VM passes to it. */
struct rocks_host_device {
	uint32_t size;
	uint32_t
		is_placed; /* 1: kvm_device_N_at says which one it is on each container */
	const char *attribute; /* kvm_device_0 */
	const char *kind;      /* pci, usb, mdev, … as libvirt calls it */
	/* Of a PCI function, 0000:5e:00.0; NULL for another kind, or when it has none. */
	const char *address;
};

/*
 * The document: exactly one plugin has these, domain. All but host_devices must be there.
 * Those that return an int return 0, or -errno and have explained themselves.
 */
struct rocks_document {
	uint32_t size;
	/* Makes the VM's document; what others amend. */
	int (*open)(const struct rocks_vm *vm, struct _xmlDoc **ret_document,
		    struct rocks_failure *failure);
	/* The whole document as UTF-8; length does not count its NUL. */
	int (*write)(struct _xmlDoc *document, char **ret_text, size_t *ret_length,
		     struct rocks_failure *failure);
	void (*free_text)(char *text);
	void (*close)(struct _xmlDoc *document);
	/*
	 * Tells each device that attributes of the VM pass to it, PCI devices by the address
	 * that they have on its container, until each() returns other than 0, which is
	 * returned.
	 */
	int (*host_devices)(const struct rocks_vm *vm,
			    int (*each)(void *data,
					const struct rocks_host_device *device),
			    void *data, struct rocks_failure *failure);
};

/* What a domain does, in the words of `rocks list host vm status=yes`. */
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
	/* As many as are given: addresses "0000:02:00.0" of the PCI functions it is given. */
	uint32_t function_count;
	uint32_t persistent; /* 1: it stays defined when it is off */
	const char *const *functions;
	/* One that runs and stays defined: the same for when it is started next. */
	uint32_t next_count;
	const char *const *next; /* NULL: not told */
};

/* What a hypervisor has defined as a VM. */
struct rocks_definition {
	uint32_t size;
	uint32_t state;	     /* ROCKS_DOMAIN_… */
	uint32_t persistent; /* 1: it stays defined when it is off */
	uint32_t autostart;  /* 1: it starts with its container */
	const char *xml;     /* whole, as define() takes it, secrets included */
	const char *nvram;   /* path of the file with its firmware's variables, or NULL */
	/*
	 * What of it the XML and the files named in it do not hold (a saved state, snapshots, …),
	 * as a sentence for explain(): it cannot be moved. NULL when there is nothing.
	 */
	const char *obstacle;
};

/*
 * What a hypervisor is asked to do to a VM on its container; each may be absent. Of the VM
 * only name, uuid, container and attribute() are to be looked at. They answer 0 done, 1
 * there was nothing to do, or -errno and explained. They may take as long as they like:
 * rocks calls them in a process of their own, and ends that after a while.
 */
struct rocks_hypervisor {
	uint32_t size;
	/* action: poweroff, shutdown, reset or reboot. */
	int (*stop)(const struct rocks_vm *vm, const char *action,
		    struct rocks_failure *failure);
	/* Defines just this XML, and starts the VM; 1, and not defined, when it runs. */
	int (*start)(const struct rocks_vm *vm, const char *xml,
		     struct rocks_failure *failure);
	int (*pause)(const struct rocks_vm *vm, struct rocks_failure *failure);
	int (*resume)(const struct rocks_vm *vm, struct rocks_failure *failure);
	/*
	 * Tells all domains of the VM's container, 0 when there are none; what each() answers
	 * other than 0 ends it and is answered.
	 */
	int (*domains)(const struct rocks_vm *vm,
		       int (*each)(void *data, const struct rocks_domain *domain),
		       void *data, struct rocks_failure *failure);
	/* Tells what is defined as the VM; 1, and nothing told, when nothing is. */
	int (*definition)(const struct rocks_vm *vm,
			  int (*each)(void *data,
				      const struct rocks_definition *definition),
			  void *data, struct rocks_failure *failure);
	/*
	 * Defines just this XML and starts nothing; 1, and not defined, when the VM runs.
	 * autostart: 1 on, 0 off, -1 as the attribute kvm_autostart says.
	 */
	int (*define)(const struct rocks_vm *vm, const char *xml, int32_t autostart,
		      struct rocks_failure *failure);
	/*
	 * Forgets the VM, so that nothing can start it there, and keeps all of its files; 1 when
	 * it was not defined. Fails, and forgets nothing, when the VM runs.
	 */
	int (*undefine)(const struct rocks_vm *vm, struct rocks_failure *failure);
	/*
	 * Tells the address (0000:02:00.0) of each PCI function that a VM's XML passes to it,
	 * until each() answers other than 0. That, 0, or -EINVAL when it cannot be read.
	 */
	int (*functions)(const char *xml, int (*each)(void *data, const char *address),
			 void *data);
};

struct rocks_plugin {
	uint32_t abi; /* ROCKS_PLUGIN() fills in these two */
	uint32_t size;
	const char *name; /* as messages name it; no two plugins have the same */
	/*
	 * Plugins amend in this order, then by name: device has 100, global 200, firmware,
	 * memory and window follow up to 299. 0 stands for 1000, so a site's own come after
	 * ours unless they say otherwise.
	 */
	uint32_t order;
	uint32_t reserved;		       /* 0 */
	const struct rocks_document *document; /* or NULL */
	/* Changes the document. 0, or -errno and explained. Or NULL. */
	int (*amend)(const struct rocks_vm *vm, struct _xmlDoc *document,
		     struct rocks_failure *failure);
	const struct rocks_hypervisor *hypervisor; /* or NULL */
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
