/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a VM that moves: copies, compares, places and cleans up. */
/*
 * The target fetches the files with rsync over ssh from the source, into the move's own
 * folder next to each file's place, on the same file system. After the comparison they
 * are linked to their places, which fails if the place is taken. The move's own names
 * stay to the end: a file is the move's if both names are one file.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "db/attr.h"
#include "lib/progress.h"
#include "src/fleet/collect.h"
#include "src/fleet/remote.h"
#include "src/move/mover.h"

#define SECONDS 120
#define SLOWEST INT64_C(1000000) /* bytes per second: a slower copy counts as failed */
#define MIB ((int64_t)1 << 20)

/* How the target connects to the source. */
struct way {
	char *ssh;     /* the words of a command */
	char *address; /* of the source */
};

static void way_release(struct way *way)
{
	free(way->ssh);
	free(way->address);
}

/* A host name or IPv4 address, optionally after USER@. */
static bool is_address(const char *text)
{
	bool begins = true;

	for (; *text; text++) {
		if (begins ? !isalnum((unsigned char)*text)
			   : !isalnum((unsigned char)*text) && !strchr(".-_@", *text))
			return false;
		begins = *text == '@';
	}
	return !begins;
}

static int find_way(const struct mover *mover, struct way *way)
{
	struct db *db = mover->context->db;
	const struct move *move = &mover->move;
	int r = db_attr_get(db, move->target_id, "move_ssh", &way->ssh);

	if (r >= 0)
		r = db_attr_get(db, move->source_id, "move_address", &way->address);
	if (r < 0)
		return context_database_error(mover->context);
	if (!way->ssh)
		way->ssh = strdup("ssh");
	if (!way->address)
		way->address = strdup(move->source);
	if (!way->ssh || !way->address)
		return memory_error();
	if (is_address(way->address))
		return ROCKS_DONE;
	return error(
		"%s: the attribute move_address of %s is «%s», which is not a name or "
		"address of a host",
		mover->vm->name, move->source, way->address);
}

/* The file's name in its folder. Older versions also recorded paths without a slash. */
static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The move's own name for a file; NULL if out of memory. The caller frees it. */
static char *own_path(const struct mover *mover, const char *path, bool folder_only)
{
	const char *name = name_of(path);
	char *own;

	if (asprintf(&own, "%.*s.rocks-move-%s%s%s", (int)(name - path), path,
		     mover->move.token, folder_only ? "" : "/",
		     folder_only ? "" : name) < 0)
		return NULL;
	return own;
}

int mover_add_names(const struct mover *mover, struct strbuf *script, const char *path)
{
	_cleanup_free_ char *own = own_path(mover, path, false);
	_cleanup_free_ char *folder = own_path(mover, path, true);

	if (!own || !folder)
		return memory_error();
	strbuf_add_string(script, "f=");
	remote_quote(script, path);
	strbuf_add_string(script, "; t=");
	remote_quote(script, own);
	strbuf_add_string(script, "; o=");
	remote_quote(script, folder);
	strbuf_add_string(script, "; ");
	return script->error ? memory_error() : ROCKS_DONE;
}

/*
 * rsync as a function `fetch` of a script, which takes more options and the file's place.
 * The names go through a list with -s, so that neither a shell nor rsync interprets them.
 * With -I rsync compares what an earlier try left; without it a damaged copy with the
 * same size and time would count as complete. Prints rsync's last message before its
 * final summary.
 */
static void add_fetch(struct strbuf *script, const struct way *way)
{
	strbuf_add_string(script, "h=");
	remote_quote(script, way->address);
	strbuf_add_string(script, "; s=");
	remote_quote(script, way->ssh);
	strbuf_add_string(
		script,
		"; fetch() { p=$1; shift; e=$(printf '.%s\\0' \"$p\" | rsync -s -L -p -t "
		"-I --no-D --sparse --inplace --no-relative --from0 --files-from=- "
		"--timeout=60 -e "
		"\"$s -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=5 "
		"-oServerAliveCountMax=3 -oLogLevel=ERROR\" \"$@\" 2>&1) && return; "
		"c=$?; "
		"printf '%s\\n' \"$e\" | grep -v -e '^rsync error:' -e '^ *$' -e "
		"'connection "
		"unexpectedly closed' -e 'roken pipe' | tail -n 1 >&2; return $c; }; ");
}

static bool has_copies(const struct mover *mover)
{
	for (size_t i = 0; i < mover->move.file_count; i++)
		if (mover->move.files[i].copied)
			return true;
	return false;
}

int mover_try_copy(const struct mover *mover)
{
	_cleanup_(way_release) struct way way = { 0 };
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	const struct mover_script asked = { .hosts = { mover->move.target },
					    .what = "reaching the container it leaves",
					    .seconds = SECONDS };
	struct mover_script call = asked;
	int r = find_way(mover, &way);

	if (r != ROCKS_DONE || !has_copies(mover))
		return r;
	add_fetch(&script, &way);
	for (size_t i = 0; i < mover->move.file_count; i++) {
		if (!mover->move.files[i].copied)
			continue;
		strbuf_add_string(&script, "fetch ");
		remote_quote(&script, mover->move.files[i].path);
		strbuf_add_string(&script, " -n \"$h:/\" / || exit; ");
	}
	call.text = strbuf_text(&script);
	return script.error ? memory_error() : mover_run(mover, &call, NULL);
}

struct copying {
	struct progress progress;
	char what[128];
};

/* "at N": so many bytes are there, including holes. */
static void show_progress(void *data, const char *line)
{
	struct copying *copying = data;
	int64_t bytes;

	if (sscanf(line, "at %" SCNd64, &bytes) == 1)
		progress_set(&copying->progress, (size_t)(bytes / MIB));
}

/*
 * k: rsync's options for owner and mode; own: what to do after the copy; make: makes its
 * folder. The copy is never executable, and only its owner and group can open it, whatever
 * the source says. A disk keeps its owner and group, by name if the target knows it:
 * without libvirt's dynamic_ownership QEMU needs them. Variables get the owner of their
 * folder, which libvirt gives to QEMU's user. The state of a TPM is root's until libvirt
 * gives it, with its folder, to swtpm's user at each start (qemuTPMEmulatorCreateStorage);
 * that user must be able to enter the folder above.
 */
static const char AS_DISK[] = "k='-o -g --chmod=Fug-s,F-t,Fu=rw,Fg-x,Fo='; "
			      "own() { true; }; make() { mkdir -p -- \"$1\"; }; ";
static const char AS_VARIABLES[] =
	"k=--chmod=F0600; own() { [ \"$(id -u)\" != 0 ] || "
	"chown --reference=\"$(dirname -- \"$f\")\" -- \"$t\"; }; "
	"make() { mkdir -p -- \"$1\"; }; ";
static const char AS_TPM[] = "k=--chmod=F0600; own() { true; }; "
			     "make() { mkdir -p -m 711 -- \"${1%/*/*}\" \"${1%/*}\" && "
			     "mkdir -p -m 700 -- \"$1\"; }; ";

/*
 * Locks the folder, so that nobody else writes to the file: an earlier copy may still run
 * there while its connection lasts, since pdsh may outlive a killed rocks. A line per
 * second reports the progress; the first come sooner, so that a small file does not take
 * a second.
 */
static const char COPY[] =
	"umask 022; make \"$(dirname -- \"$f\")\" && mkdir -p -m 700 -- \"$o\" || "
	"exit 1; exec 9< \"$o\"; "
	"flock -w 30 9 || { echo 'an earlier copy still runs there' >&2; exit 1; }; "
	"[ \"$f\" -ef \"$t\" ] && exit 0; "
	"fetch \"$f\" $k \"$h:/\" \"$o/\" & c=$!; n=.1; "
	"while kill -0 $c 2> /dev/null; do echo at $(stat -c %s -- \"$t\" 2> /dev/null); "
	"sleep $n; case $n in .1) n=.3 ;; *) n=1 ;; esac; done; "
	"wait $c && own && sync -- \"$t\"";

static int copy_file(const struct mover *mover, const struct way *way,
		     const struct move_file *file)
{
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	struct copying copying;
	struct mover_script call = { .hosts = { mover->move.target },
				     .what = "copying",
				     .seconds = 600 + file->bytes / SLOWEST,
				     .line = show_progress,
				     .data = &copying };
	int r = mover_add_names(mover, &script, file->path);

	if (r != ROCKS_DONE)
		return r;
	add_fetch(&script, way);
	strbuf_add_string(&script, mover_is_disk(mover, file->path)  ? AS_DISK
				   : mover_is_tpm(mover, file->path) ? AS_TPM
								     : AS_VARIABLES);
	strbuf_add_string(&script, COPY);
	if (script.error)
		return memory_error();
	call.text = strbuf_text(&script);
	snprintf(copying.what, sizeof(copying.what), "MiB of %.100s are copied",
		 name_of(file->path));
	progress_open_bar(&copying.progress, copying.what, (size_t)(file->bytes / MIB));
	r = mover_run(mover, &call, NULL);
	progress_hide(&copying.progress);
	return r;
}

int mover_copy(const struct mover *mover)
{
	_cleanup_(way_release) struct way way = { 0 };
	int r = find_way(mover, &way);

	for (size_t i = 0; i < mover->move.file_count && r == ROCKS_DONE; i++)
		if (mover->move.files[i].copied)
			r = copy_file(mover, &way, &mover->move.files[i]);
	return r;
}

/*
 * Both hosts run the same script: only the target has the move's own name. On the way back
 * the file itself counts: swtpm writes a new one in its place. What is not copied is a
 * device, whose contents must be equal, or a file that both share: its checksum proves
 * nothing and takes long, so compare the inode and the time of the last write. NFS asks
 * its server anew about a file that is opened.
 */
static const char COMPARE[] = "[ -e \"$t\" ] || t=$f; ";
static const char COMPARE_BACK[] = "[ ! -e \"$f\" ] || t=$f; ";
static const char PRINT_SUM[] = "stat -L -c %s -- \"$t\" && "
				"sha256sum < \"$t\" || exit 1; ";
static const char COMPARE_KEPT[] =
	"if [ -b \"$f\" ]; then stat -L -c %s -- \"$f\" && sha256sum < \"$f\"; else "
	"exec 8< \"$f\" && stat -L -c '%s %i %.9Y' -- \"$f\" && "
	"head -c 1048576 <&8 | sha256sum; fi || exit 1; ";

/* What an image needs, on neither container: nbd://… */
static bool is_elsewhere(const struct move_file *file)
{
	return !file->copied && *file->path != '/';
}

static int write_compare(const struct mover *mover, struct strbuf *script,
			 int64_t *ret_seconds)
{
	int64_t bytes = 0;
	int r = ROCKS_DONE;

	for (size_t i = 0; i < mover->move.file_count && r == ROCKS_DONE; i++) {
		const struct move_file *file = &mover->move.files[i];

		bytes += file->bytes;
		if (is_elsewhere(file)) {
			strbuf_add_string(script, "echo -; echo -; ");
			continue;
		}
		r = mover_add_names(mover, script, file->path);
		if (!file->copied) {
			strbuf_add_string(script, COMPARE_KEPT);
			continue;
		}
		strbuf_add_string(script, mover->move.back ? COMPARE_BACK : COMPARE);
		strbuf_add_string(script, PRINT_SUM);
	}
	*ret_seconds = 4 * (600 + bytes / SLOWEST);
	return r;
}

int mover_compare(const struct mover *mover, const char **ret_different)
{
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	_cleanup_answers_ struct answers answers = { 0 };
	struct mover_script call = { .hosts = { mover->move.source, mover->move.target },
				     .what = "reading the disks" };
	const char *one, *other;
	int r = write_compare(mover, &script, &call.seconds);

	*ret_different = NULL;
	if (r != ROCKS_DONE || !mover->move.file_count)
		return r;
	call.text = strbuf_text(&script);
	r = script.error ? memory_error() : mover_run(mover, &call, &answers);
	if (r != ROCKS_DONE)
		return r;
	one = answers.list[0].text;
	other = answers.list[1].text;
	/* Two lines per file: its size and its checksum. */
	for (size_t i = 0; i < 2 * mover->move.file_count; i++) {
		size_t length = strcspn(one, "\n") + 1;

		if (length < 2 || strncmp(one, other, length) != 0) {
			*ret_different = mover->move.files[i / 2].path;
			return ROCKS_DONE;
		}
		one += length;
		other += length;
	}
	return ROCKS_DONE;
}

/* Runs a script on the target for every file that was copied; for TPMs with tpm. */
static int for_copies(const struct mover *mover, const char *text, const char *tpm,
		      const char *what)
{
	_cleanup_strbuf_ struct strbuf script = STRBUF_EMPTY;
	struct mover_script call = { .hosts = { mover->move.target },
				     .what = what,
				     .seconds = SECONDS };
	int r = ROCKS_DONE;

	if (!has_copies(mover))
		return r;
	for (size_t i = 0; i < mover->move.file_count && r == ROCKS_DONE; i++) {
		const char *path = mover->move.files[i].path;

		if (!mover->move.files[i].copied)
			continue;
		r = mover_add_names(mover, &script, path);
		strbuf_add_string(&script, text);
		if (mover_is_tpm(mover, path))
			strbuf_add_string(&script, tpm);
	}
	if (r == ROCKS_DONE && script.error)
		r = memory_error();
	call.text = strbuf_text(&script);
	return r == ROCKS_DONE ? mover_run(mover, &call, NULL) : r;
}

int mover_place(const struct mover *mover)
{
	return for_copies(mover,
			  "[ \"$f\" -ef \"$t\" ] || ln -T -- \"$t\" \"$f\" || exit 1; "
			  "sync -- \"$(dirname -- \"$f\")\" || exit 1; ",
			  "", "putting the disks in place");
}

static const char TIDY[] = "rm -f -- \"$t\" && { [ ! -d \"$o\" ] || rmdir -- \"$o\" "
			   "2> /dev/null || true; } || exit 1; ";
static const char TIDY_BACK[] =
	"if [ -d \"$o\" ]; then exec 9< \"$o\"; flock -w 30 9 || exit 1; "
	"if [ \"$f\" -ef \"$t\" ]; then rm -f -- \"$f\" || exit 1; fi; "
	"rm -f -- \"$t\" && { rmdir -- \"$o\" 2> /dev/null || true; } || exit 1; fi; ";
/* swtpm's lock, and the folders of this VM's TPM unless something is in them. */
static const char TIDY_TPM[] =
	"d=${f%/*}; [ ! -d \"$d\" ] || [ -e \"$f\" ] || { rm -f -- \"$d/.lock\"; "
	"rmdir -- \"$d\" \"${d%/*}\" 2> /dev/null || true; }; ";

int mover_tidy(const struct mover *mover, bool back)
{
	return for_copies(mover, back ? TIDY_BACK : TIDY, back ? TIDY_TPM : "",
			  "removing what the move no longer needs");
}
