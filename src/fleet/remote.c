/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The argument vector that runs a command on another host: the one place that quotes for it. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/strbuf.h"
#include "src/fleet/remote.h"

#define TEXT(number) TEXT_(number)
#define TEXT_(number) #number
#define KILL_AFTER TEXT(REMOTE_KILL)

/* No newline, and no character that a csh treats differently when quoted. */
static const char WRAPPER[] =
	"printf '\\036%s+\\n' \"$1\"; exec 3<&0; "
	"read -r began rest 2>/dev/null </proc/uptime; "
	/* Root's PATH may lack the folder of gpupci. */
	"PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH; "
	"timeout -k " KILL_AFTER
	" \"$2\" \"${4:-${SHELL:-sh}}\" -c \"$3\" </dev/null 3<&- & command=$!; "
	/* A closed connection ends the command. */
	"(while read -r line; do :; done <&3; kill \"$command\") >/dev/null 2>&1 & "
	/* Hides the shell's own message about a killed command. */
	"watch=$!; wait \"$command\" 2>/dev/null; status=$?; "
	"kill \"$watch\" 2>/dev/null; "
	/* Commands exit with these too; how long it took tells them apart. */
	"case $2:$status in 0:*) ;; *:124|*:137) "
	"read -r ended rest 2>/dev/null </proc/uptime; "
	"[ \"${ended%.*}${ended#*.}\" -ge \"$((${began%.*} + $2))${began#*.}\" ] "
	"2>/dev/null && status=" REMOTE_LATE " ;; esac; "
	"printf '\\n\\036%s-%s\\n' \"$1\" \"$status\" >&2; "
	"printf '\\n\\036%s-%s\\n' \"$1\" \"$status\"";

/* Opening a FIFO only for writing waits for a reader, and ours may have been killed. */
static const char TO_STREAMS[] = "exec 3<>\"$0/out/%h\" 4<>\"$0/err/%h\" "
				 ">\"$0/out/%h\" 2>\"$0/err/%h\"; "
				 "exec \"$@\" 3<&- 4<&-";

/* pdsh replaces %h, %u and %n in every word; %% is a literal %. */
static void add_escaped(struct call *call, const char *word)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	for (; *word; word++) {
		if (*word == '%')
			strbuf_add_char(&text, '%');
		strbuf_add_char(&text, *word);
	}
	if (text.error)
		call->error = text.error;
	else
		call_add(call, strbuf_text(&text));
}

/* Appends a shell that runs the command and prints its status. */
static void add_wrapper(struct call *words, const struct remote *remote)
{
	call_add(words, "sh");
	call_add(words, "-c");
	call_add(words, WRAPPER);
	call_add(words, "rocks");
	call_add(words, remote->tag);
	call_add_format(words, "%" PRId64, remote->timeout);
	call_add(words, remote->command);
	if (remote->own)
		call_add(words, "sh");
}

/*
 * Every shell takes single-quoted text literally, except a csh, which expands its
 * history.
 */
void remote_quote(struct strbuf *text, const char *word)
{
	strbuf_add_char(text, '\'');
	for (; *word; word++) {
		if (*word == '\'' || *word == '!')
			strbuf_add_format(text, "'\\%c'", *word);
		else
			strbuf_add_char(text, *word);
	}
	strbuf_add_char(text, '\'');
}

bool remote_key_advice(struct strbuf *text, const char *host, const char *said)
{
	if (!strstr(said, "Host key verification failed"))
		return false;
	strbuf_add_format(text,
			  "its host key is not the one that ssh knows; compare them at "
			  "its console, then `ssh-keygen -R %s` and, once, `ssh %s`",
			  host, host);
	return true;
}

/* ssh joins its words with blanks and hands them to a shell: each is quoted for that. */
static void add_quoted(struct call *call, const struct call *words)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_EMPTY;

	for (size_t i = 0; i < words->count; i++) {
		if (i)
			strbuf_add_char(&text, ' ');
		remote_quote(&text, words->words[i]);
	}
	if (words->error || text.error)
		call->error = -ENOMEM;
	else
		add_escaped(call, strbuf_text(&text));
}

static void add_ssh(struct call *call, const struct remote *remote)
{
	static const char *const options[] = {
		"BatchMode=yes", /* no prompts: nobody could answer */
		("ConnectTimeout=" TEXT(
			REMOTE_CONNECT)), /* clang sees no missing comma */
		"ServerAliveInterval=5",  /* notices a dead host within 15 s */
		"ServerAliveCountMax=3",
		"LogLevel=ERROR",
	};
	_cleanup_call_ struct call ssh = { 0 };

	call_add_words(&ssh, remote->ssh);
	for (size_t i = 0; i < ssh.count; i++)
		add_escaped(call, ssh.words[i]);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		call_add_format(call, "-o%s", options[i]);
	call_add(call, remote->x11 ? "-X" : "-x");
	call_add(call, "--");
	call_add(call, "%h");
}

void remote_add(struct call *call, const struct remote *remote)
{
	_cleanup_call_ struct call words = { 0 };

	if (!remote->ssh) {
		add_wrapper(call, remote);
		return;
	}
	if (remote->folder) {
		call_add(call, "sh");
		call_add(call, "-c");
		call_add(call, TO_STREAMS);
		add_escaped(call, remote->folder);
	}
	add_wrapper(&words, remote);
	add_ssh(call, remote);
	add_quoted(call, &words);
}
