/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether both containers have the same file: on storage that they share. */
/*
 * An equal path, inode and size prove nothing: file systems that were made alike number
 * alike. Two containers share a file if both have mounted the same file system of the same
 * server, or if the one sees a file that the other made beside it just now.
 */
#include <errno.h>
#include <string.h>

#include "lib/text.h"
#include "lib/token.h"
#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/move/look.h"

#define SECONDS 120

/*
 * File systems whose source names a server, so that it means the same everywhere. Those
 * with a device or a name of the host as their source (gfs2, ocfs2, fuse.ceph, gpfs) are
 * not among them.
 */
static const char SERVERS[] = "nfs nfs4 cifs smb3 ceph fuse.glusterfs lustre";

/* "localhost:/vm" and its like are another server on each container. */
static bool is_this_host(const char *source)
{
	static const char *const names[] = { "localhost", "127.", "[::1]", "ip6-" };

	source += strspn(source, "/");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strncmp(source, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

bool look_is_one_server(const struct item *item)
{
	const char *mount = item->found[SOURCE].mount;
	size_t type = strcspn(mount, " ");

	return type && mount[type] && text_lists_word(SERVERS, mount, type) &&
	       !is_this_host(mount + type + 1) &&
	       strcmp(mount, item->found[TARGET].mount) == 0;
}

/* What is only read will do if it is there; devices are compared in full. */
static bool needs_proof(const struct item *item)
{
	char kind = item->found[SOURCE].kind;

	if (kind != item->found[TARGET].kind)
		return false;
	if (item->file.role == ROCKS_FILE_FOLDER)
		return kind == 'd' && !item->file.is_readonly;
	return kind == 'f' && (item->file.role == ROCKS_FILE_DISK ||
			       item->file.role == ROCKS_FILE_BACKING);
}

/*
 * The file that the source makes beside each, and the target removes: $f. Its name is the
 * caller's, so that what a killed command leaves is removed an hour later by the next that
 * looks there. -C: a file or link that is there already is not written to.
 */
#define NONCE ".rocks-nonce-"
static const char FIND[] = "f() { d=$(dirname -- \"$(readlink -f -- \"$1\")\"); "
			   "[ ! -d \"$1\" ] || d=$1; f=$d/" NONCE "$2; }; ";
static const char MAKE[] =
	"n() { f \"$1\" \"$2\"; find \"$d\" -maxdepth 1 -type f -name '" NONCE "*' "
	"-mmin +60 -exec rm -f -- {} + 2> /dev/null; "
	"( set -C; umask 022; printf '%s\\n' \"$3\" > \"$f\" ) 2> /dev/null && echo yes "
	"|| echo no; }; ";
static const char SEE[] =
	"n() { f \"$1\" \"$2\"; [ -f \"$f\" ] && [ ! -L \"$f\" ] && "
	"[ \"$(head -c 64 -- \"$f\")\" = \"$3\" ] && rm -f -- \"$f\" && echo yes "
	"|| echo no; }; ";
/* Opens it: NFS asks its server anew about a file that is opened. */
static const char MISS[] =
	"n() { f \"$1\" \"$2\"; cat -- \"$f\" > /dev/null 2>&1 && echo no || echo yes; "
	"rm -f -- \"$f\"; }; ";

struct proving {
	struct look *look;
	char name[TOKEN_SIZE], contents[TOKEN_SIZE];
};

/* Runs a function for each item without a proof; answers "no" where it says so. */
static int run(const struct proving *proving, const char *host, const char *function,
	       bool *answers)
{
	const struct look *look = proving->look;
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;
	_cleanup_answers_ struct answers got = { 0 };
	struct mover_script script = { .hosts = { host },
				       .what = "looking whether storage is shared",
				       .seconds = SECONDS };
	char *lines;
	int r;

	strbuf_add_string(&text, FIND);
	strbuf_add_string(&text, function);
	for (size_t i = 0; i < look->count; i++) {
		if (look->items[i].proof != PROOF_UNKNOWN)
			continue;
		strbuf_add_string(&text, "n ");
		remote_quote(&text, look->items[i].file.path);
		strbuf_add_format(&text, " %s-%zu %s; ", proving->name, i,
				  proving->contents);
	}
	script.text = strbuf_text(&text);
	r = text.error ? memory_error() : mover_run(look->mover, &script, &got);
	if (r != ROCKS_DONE)
		return r;
	lines = got.list[0].text;
	for (size_t i = 0; i < look->count; i++)
		if (look->items[i].proof == PROOF_UNKNOWN)
			answers[i] = strcmp(look_next_line(&lines), "yes") == 0;
	return ROCKS_DONE;
}

/* Also if the target does not answer, the source removes what it made. */
static int prove_by_nonce(struct look *look)
{
	struct proving proving = { .look = look };
	_cleanup_free_ bool *made = calloc(3 * look->count, sizeof(*made));
	bool *seen, *missed;
	const char *source = look->mover->move.source;
	int r, end;

	if (!made)
		return memory_error();
	seen = made + look->count;
	missed = seen + look->count;
	if (token_make(proving.name) < 0 || token_make(proving.contents) < 0)
		return error("%s: cannot get random bytes; try again",
			     look->mover->vm->name);
	r = run(&proving, source, MAKE, made);
	if (r == ROCKS_DONE)
		r = run(&proving, look->target, SEE, seen);
	end = run(&proving, source, MISS, missed);
	for (size_t i = 0; i < look->count; i++)
		if (look->items[i].proof == PROOF_UNKNOWN && made[i])
			look->items[i].proof =
				seen[i] && missed[i] ? PROOF_SHARED : PROOF_SEPARATE;
	return r == ROCKS_DONE ? end : r;
}

int look_prove(struct look *look)
{
	bool is_open = false;

	for (size_t i = 0; i < look->count; i++) {
		struct item *item = &look->items[i];
		const struct found *source = &item->found[SOURCE],
				   *target = &item->found[TARGET];

		if (!needs_proof(item))
			continue;
		/* A file may be mounted over one of the folder. */
		if (source->kind == 'f' && source->inode != target->inode)
			item->proof = PROOF_SEPARATE;
		else if (look_is_one_server(item) &&
			 strcmp(source->real, target->real) == 0)
			item->proof = PROOF_SHARED;
		else
			item->proof = PROOF_UNKNOWN;
		is_open |= item->proof == PROOF_UNKNOWN;
	}
	return is_open ? prove_by_nonce(look) : ROCKS_DONE;
}
