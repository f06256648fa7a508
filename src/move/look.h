/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a look share: the files of a VM that moves, as both containers see them. */
#ifndef SRC_MOVE_LOOK_H
#define SRC_MOVE_LOOK_H

#include "src/move/disk-image.h"
#include "src/move/mover.h"

enum { SOURCE, TARGET };

/* What a container reports on a file. */
struct found {
	char kind;	/* b a block device, f a file, d a folder, x another, n nothing */
	int64_t size;	/* bytes */
	int64_t blocks; /* in use, of 512 bytes */
	int64_t inode;
	char *head;	 /* the beginning of an image, in hexadecimal digits */
	char *mount;	 /* type, source, root and place of its file system; or "" */
	char *real;	 /* its path without symbolic links */
	char system[64]; /* the id of the file system that it is or would be on */
	int64_t room;	 /* bytes there */
};

/* Whether both containers have the same file, device or folder. */
enum proof {
	PROOF_NONE,	/* not looked for: not needed */
	PROOF_SHARED,	/* both have the same */
	PROOF_SEPARATE, /* each has its own */
	PROOF_UNKNOWN,	/* the source cannot make a file beside it, to see who sees it */
};

/* What becomes of it. */
enum fate {
	FATE_KEEP,    /* the target has one that will do */
	FATE_SHARE,   /* the target has the same; compared once more before the start */
	FATE_COMPARE, /* the target's must have the same contents */
	FATE_COPY,
	FATE_ABSENT, /* the source has none, so nothing is copied */
	FATE_LEAVE,  /* it is on no container */
};

struct item {
	struct vm_file file;
	bool is_kept;  /* variables of its firmware, or the state of its TPM */
	bool is_new;   /* the source's definition has none: there may be no file yet */
	char *overlay; /* ROCKS_FILE_BACKING: the image that needs it; or NULL */
	struct found found[2];
	enum proof proof;
	enum fate fate;
};

struct look {
	struct mover *mover;
	const char *target;
	struct item *items;
	size_t count;
	bool ready[2]; /* source and target have what copies */
	struct strbuf *plan;
};

/*
 * All below return ROCKS_DONE, or an exit status after printing an error, unless they say
 * more.
 *
 * src/move/items.c: lists the files of the VM, and its firmware variables and TPM state;
 * source: the latter according to the source's definition.
 */
int look_list(struct look *look, const struct mover_kept *source);
/* Adds an item with copies of the words of file; ret_item may be NULL. */
int look_add(struct look *look, const struct vm_file *file, struct item **ret_item);
/* Adds the files that images from index first on need, by their heads of the source. */
int look_list_needed(struct look *look, size_t first);
void look_release(struct look *look);
/* Whether the item is the file of firmware variables; this many bytes of it are read. */
#define LOOK_VARIABLES_HEAD 4
bool look_is_variables(const struct look *look, const struct item *item);
/* Prints an error about one of its files. */
int look_refuse(const struct look *look, const struct item *item, const char *why);

/* src/move/ask.c: asks both containers about the items from index first on. */
int look_ask(struct look *look, size_t first);
/* The next line of an answer, "" after its end. Cuts the text. */
char *look_next_line(char **text);

/* src/move/storage.c: finds out which files are the same on both. */
int look_prove(struct look *look);
/* Whether both see one file system of a server at this place. */
bool look_is_one_server(const struct item *item);

/* src/move/judge.c: decides what becomes of each file, and refuses what cannot move. */
int look_judge(struct look *look);

#endif
