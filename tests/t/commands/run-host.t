#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks run host: through a stand-in for ssh, on hosts that are well and hosts that are not.
use strict;
use warnings;

use Fcntl qw(:flock);
use Fleet;
use Inventory;
use POSIX ();
use Rocks;
use Test::More;
use Time::HiRes qw(sleep time);

my @three = map { "vm-container-0-$_" } 0 .. 2;
fresh_inventory((map { "add host $_" } @three, 'network-0-9'),
    'add host frontend-0-0', 'add host compute-0-0');
fleet();

sub sorted { return join '', sort { $a cmp $b } $_[0] =~ /^.*\n/mg }

sub answers {
    my ($status, $out, $err, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(run host), @words);
    is($got->{status}, $status, "run host @words: status");
    is(sorted($got->{out}), $out, "run host @words: output");
    return is(sorted($got->{err}), $err, "run host @words: errors");
}

# One host: no name, whatever collate= says; the command's own status.
answers(0, "a\n", '', 'vm-container-0-1', 'echo a');
answers(0, "a\n", '', 'vm-container-0-1', 'echo a', 'collate=yes');
answers(
    1, "vm-container-0-1\n",
    "rocks: 0 ok, 1 failed, 0 down\nrocks: vm-container-0-1: exit status 7\n",
    'vm-container-0-1', 'echo $HOST; exit 7');
answers(1, '', "rocks: 0 ok, 1 failed, 0 down\nrocks: vm-container-0-1: exit status 255\n",
    'vm-container-0-1', 'exit 255');

# Several, with and without names.
answers(0, "a\na\na\n", "rocks: 3 ok, 0 failed, 0 down\n", 'vm-container', 'echo a');
answers(0, join('', map { "$_: $_\n" } @three), "rocks: 3 ok, 0 failed, 0 down\n",
    'vm-container', 'echo $HOST', 'collate=yes');
answers(1, "vm-container-0-0: a\nvm-container-0-1: a\nvm-container-0-2: a\n",
    "rocks: 2 ok, 1 failed, 0 down\nrocks: vm-container-0-1: exit status 1\nvm-container-0-1: b\n",
    'vm-container', 'collate=yes',
    'echo a; if [ $HOST = vm-container-0-1 ]; then echo b >&2; exit 1; fi');

# Without hosts all whose attribute managed is true: by their appliances no frontend, VM or switch.
sub who {
    my $got = rocks(qw(run host), @_, 'echo ${HOST:-this-machine}');
    return join ' ', sort grep { /-/ } split /\n/, $got->{out};
}
is(rocks(qw(add host vm vm-container-0-0 hosted-vm name=rocks-33))->{status}, 0, 'a VM');
is(who(), "compute-0-0 @three", 'not on the frontend, in a VM or on a switch');
is(who('managed=no'), "compute-0-0 network-0-9 rocks-33 this-machine @three", 'managed=no: all');
is(rocks(qw(set host attr compute-0-0 managed false))->{status}, 0, 'managed false');
is(rocks(qw(set host attr), $_, qw(managed true))->{status}, 0, 'managed true')
    for qw(network-0-9 frontend-0-0 rocks-33);
is(who(), "network-0-9 rocks-33 this-machine @three", 'as the attribute says');
rocks(qw(set host attr % managed false));
fails(qr/^rocks: no host has the attribute managed set to true; name the hosts, or `/, qw(run host),
    'echo a');
rocks(qw(remove host rocks-33));
is(who('compute-0-0'), 'compute-0-0', 'but who is named is named');
is(rocks(qw(run host x-%), 'echo a')->{status}, 0, 'a pattern that names nobody');
fails(qr/there is no host «compute-0-1»/, qw(run host compute-0-1), 'echo a');

# This machine: no ssh, the same rules.
answers(0, "-\n", '', 'localhost', 'echo ${HOST:--}');
answers(1, '', "rocks: 0 ok, 1 failed, 0 down\nrocks: frontend-0-0: exit status 3\n", 'localhost',
    'exit 3');
answers(
    1, "a\n",
    "rocks: 0 ok, 1 failed, 0 down\n"
        . "rocks: frontend-0-0: ended after 1 s; timeout= gives it longer\n",
    'localhost', 'echo a; sleep 30', 'timeout=1');
# One that has to be killed; and what looks like it, when all the hosts took longer together.
answers(
    1, '',
    "rocks: 0 ok, 2 failed, 0 down\n"
        . join('',
        map {"rocks: $_: ended after 1 s; timeout= gives it longer\n"} 'frontend-0-0', $three[0]),
    'localhost', $three[0], 'trap "" TERM; sleep 20; sleep 20', 'timeout=1');
for my $status (124, 137) {
    answers(
        1, '',
        "rocks: 0 ok, 3 failed, 0 down\n"
            . join('', map {"rocks: $_: exit status $status\n"} @three),
        @three, "sleep 0.4; exit $status", 'timeout=1', 'num-threads=1');
}
answers(1, '', "rocks: 0 ok, 1 failed, 0 down\nrocks: $three[0]: exit status 137\n", $three[0],
    'kill -9 $PPID; sleep 1');

# What is printed comes back as it was: ends, empty lines, no newline, no input.
for my $text ("a\n", "a", "\n", "\n\n", "a\n\nb\n\n", "\n\na", '') {
    (my $shown = $text) =~ s/\n/\\n/g;
    my $got = rocks(qw(run host vm-container-0-0), "printf '$shown'; cat");
    is($got->{out}, $text eq '' || $text =~ /\n\z/ ? $text : "$text\n", "printf '$shown'");
}
for my $host ($three[0], 'localhost') {
    my $got = rocks(qw(run host), $host, 'head -c 1500000 /dev/zero | tr "\0" x; echo; echo end');
    is($got->{out}, 'x' x (1 << 20) . "\nend\n", "$host: a line of more than a mebibyte is cut");
    is( $got->{err},
        'rocks: ' . ($host eq 'localhost' ? 'frontend-0-0' : $host)
            . ": a line longer than 1 MiB was cut\n",
        'and that is said');
}
is(rocks(qw(run host vm-container-0-0), 'seq 100000')->{out}, join('', map {"$_\n"} 1 .. 100000),
    'many lines');
# NUL bytes are passed on unchanged.
for my $host (qw(localhost vm-container-0-0)) {
    my $name = $host eq 'localhost' ? 'frontend-0-0' : $host;
    for my $text ('a\0b', '\0', 'a\0\n\0\n\nb\0') {
        my $got = rocks(qw(run host), $host, "printf '$text'; exit 4");
        (my $shown = $text) =~ s/\\n/\n/g;
        is($got->{out}, $shown =~ s/\\0/\0/gr . "\n", "$host: printf '$text'");
        is($got->{err}, "rocks: $name: exit status 4\nrocks: 0 ok, 1 failed, 0 down\n",
            'and the status');
    }
}
answers(0, "\nx $three[0]: \n", '', 'vm-container-0-0', q(printf 'x vm-container-0-0: \n\n'));
# A mark that is not of this run is output.
answers(0, "\0360123456789abcdef-0\nvm-container-0-1: x\n", '', 'vm-container-0-0',
    q(printf '\0360123456789abcdef-0\nvm-container-0-1: x\n'));

# Nothing that a host prints changes the report on another.
{
    my @words = ('echo $HOST out; sleep 0.4; echo $HOST err >&2; sleep 0.4; printf "end\n\n"; '
            . 'case $HOST in *1) exit 7;; esac', 'collate=yes');
    my @neighbours = @three[ 1, 2 ];
    my $said = sub {
        my ($got, $stream) = @_;
        return [ grep { !/^(?:rocks: )?(?:\Q$three[0]\E: |\d+ ok)/ } sort split /\n/, $got->{$stream} ];
    };
    my $honest = rocks(qw(run host), @neighbours, @words);
    is_deeply($said->($honest, 'err'),
        [ "rocks: $three[1]: exit status 7", map {"$_: $_ err"} @neighbours ], 'honest hosts');
    lies_about($three[0], @neighbours);
    my $got = rocks(qw(run host), @three, @words);
    is($got->{status}, 1, 'beside a liar: status');
    like($got->{err}, qr/^rocks: 2 ok, 1 failed, 0 down$/m, 'the count');
    is_deeply($said->($got, $_), $said->($honest, $_), "std$_ of its neighbours") for qw(out err);
    like($got->{out}, qr/^\Q$three[0]: $three[1]: lie\E$/m, 'and its own words are its own');
    for my $ailment (qw(dies refused)) {
        ails($ailment => $three[1]);
        $got = rocks(qw(run host), @three[ 0, 1 ], 'echo a; sleep 0.5; echo b');
        is($got->{status}, 1, "a neighbour $ailment: status");
        like(
            $got->{$ailment eq 'dies' ? 'err' : 'out'},
            $ailment eq 'dies'
            ? qr/^rocks: $three[1]: the connection broke before the command ended$/m
            : qr/^$three[1]: down$/m,
            'and that is said'
        );
    }
    heals(@three);
}

# Nothing is read by a shell on the way: quotes, blanks, $, %, newlines, a leading dash.
for my $word (q(a'b), 'a"b', 'a  b', '$(id)', '`id`', '100%', '%h %n %u %%', "a\nb", ';', '\\',
    '*', '!x', "\x{e9}", '-n', '~', '&')
{
    my $got = rocks(qw(run host vm-container-0-0),
        'printf "%s\n" ' . q(') . $word =~ s/'/'\\''/gr . q('));
    is($got->{out}, "$word\n", 'a command with ' . $word =~ s/\n/\\n/r);
    is($got->{err}, '', 'without a complaint');
}
like(ssh_words('vm-container-0-0'),
    qr/\A-F\n\/dev\/null\n-oBatchMode=yes\n.*^-x\n--\nvm-container-0-0\n'sh' '-c' /ms,
    'how ssh is called');
rocks(qw(run host vm-container-0-0 true x11=yes));
like(ssh_words('vm-container-0-0'), qr/^-X$/m, 'x11=yes');
{
    local $ENV{ROCKS_SSH};
    rocks('set', 'attr', 'ssh_command', "$FOLDER/ssh -p 2222");
    is(rocks(qw(run host vm-container-0-0), 'echo a')->{out}, "a\n", 'the attribute ssh_command');
    like(ssh_words('vm-container-0-0'), qr/\A-p\n2222\n-o/, 'with its words');
}

# Hosts that are not well do not hold up the others.
ails(refused => 'vm-container-0-0');
ails(dies => 'vm-container-0-1');
answers(
    1, "vm-container-0-0: down\nvm-container-0-1: a\nvm-container-0-2: a\nvm-container-0-2: b\n",
    join(
        '', sort "rocks: 1 ok, 1 failed, 1 down\n",
        "rocks: vm-container-0-1: the connection broke before the command ended\n",
        "vm-container-0-0: ssh: connect to host vm-container-0-0 port 22: Connection refused\n",
    ),
    'vm-container',
    'collate=yes',
    'echo a; sleep 0.5; echo b');
ails(key => 'vm-container-0-0');
{
    my $got = rocks(qw(run host vm-container-0-0 true));
    is($got->{out}, "vm-container-0-0: down\n", 'another key: down');
    like($got->{err}, qr/^Host key verification failed\.$/m, 'and ssh says why');
    like($got->{err},
        qr/^rocks: vm-container-0-0: its host key is not the one that ssh knows; compare them /m,
        'and we what to do');
    unlike(ssh_words('vm-container-0-0'), qr/StrictHostKeyChecking|UserKnownHostsFile/,
        'no key is accepted by default');
}
heals(@three);
ails(hangs => 'vm-container-0-0');
{
    my $start = time;
    my $child = fork // die;
    if (!$child) {
        $SIG{INT} = 'DEFAULT'; # whoever runs the tests may have it ignored
        open STDOUT, '>', "$FOLDER/hang.out";
        open STDERR, '>', "$FOLDER/hang.err";
        exec "$BUILD/rocks", qw(run host), @three[ 0, 1 ], 'echo a; sleep 600';
    }
    sleep 1.5;
    is(slurp("$FOLDER/hang.out"), "a\n", 'output comes at once');
    kill INT => $child;
    waitpid $child, 0;
    is($?, 2, 'Ctrl-C: ended by the signal');
    cmp_ok(time - $start, '<', 6, 'soon');
    is(sorted(slurp("$FOLDER/hang.err") =~ s/^Terminated\n//mr),
        "rocks: 0 ok, 0 failed, 0 down, 2 stopped\nrocks: vm-container-0-0: stopped\n"
            . "rocks: vm-container-0-1: stopped\n",
        'and who was stopped');
}
heals(@three);

# What was stopped does not run on.
for my $words (['vm-container-0-0'], ['localhost'], [ 'vm-container-0-0', 'timeout=1' ]) {
    my $mark  = "$FOLDER/ran-on";
    my $child = fork // die;
    if (!$child) {
        open STDERR, '>', '/dev/null';
        exec "$BUILD/rocks", qw(run host), @$words, "sleep 2; echo x > $mark";
    }
    sleep 0.7;
    kill TERM => $child if @$words == 1;
    waitpid $child, 0;
    sleep 2;
    ok(!-e $mark, "run host @$words: the command was ended");
}

# However rocks ends, what it started ends with it, here and there; a shell ends its loop.
sub ends {
    my ($signal, @words) = @_;
    my $running = "$FOLDER/running-$signal";
    # kill -9 is for one, so that the shell would go on.
    my $rounds = $signal eq 'KILL' ? '1' : '1 2';
    # FIFOs stay after kill -9, and beside the core that SIGQUIT asks for.
    local $ENV{TMPDIR} = "$FOLDER/tmp-$signal";
    mkdir $ENV{TMPDIR} or die;
    my $child = fork // die;
    if (!$child) {
        setpgrp;
        @SIG{qw(INT QUIT)} = ('DEFAULT') x 2;
        open STDOUT, '>', "$FOLDER/rounds";
        open STDERR, '>', '/dev/null';
        exec 'sh', '-c', "ulimit -c 0; for i in $rounds; do" . ' echo $i; "$@"; done; echo end', 'sh',
            "$BUILD/rocks", qw(run host), @words, "echo \$\$ > $running-\$HOST; exec sleep 1000";
    }
    my %file = map { ("$running-$_" => 1) } map { $_ eq 'localhost' ? '' : $_ } grep { !/=/ } @words;
    my $is_left = sub { grep { kill 0, slurp($_) } keys %file };
    for (1 .. 200) { last if keys %file == grep({ -s } keys %file); sleep 0.1 }
    is(scalar $is_left->(), scalar keys %file, "SIG$signal: it runs on @words");
    my ($rocks) = split / /, slurp("/proc/$child/task/$child/children");
    # As a terminal does it, everybody in the foreground gets the signal.
    kill $signal => $signal eq 'KILL' ? ($rocks) : -$child;
    for (1 .. 100) { last if !$is_left->(); sleep 0.1 }
    is(scalar $is_left->(), 0, "SIG$signal: nothing is left on @words");
    kill KILL => -$child if $signal eq 'KILL';
    waitpid $child, 0;
    is(slurp("$FOLDER/rounds"), "1\n", "SIG$signal: a loop of the shell ends")
        if $signal ne 'KILL';
    is_deeply([ glob "$ENV{TMPDIR}/*" ], [], "SIG$signal: no FIFO is left")
        if $signal eq 'INT' || $signal eq 'TERM';
    return;
}
ends($_, @three[ 0, 1 ], 'localhost', 'timeout=0') for qw(INT TERM QUIT KILL);

# What hosts print does not reach a terminal as it is, unless that is wanted, but a program.
{
    my $print = q(printf 'a\tb \033]0;x\a\302\233 \342\200\256 \303\251\n'; printf '\033[1m\n' >&2);
    my $terminal = sub {
        my $got = run_program('', 'script', '-qec',
            "$BUILD/rocks run host vm-container-0-0 \"$print\" @_", "$FOLDER/typescript");
        return $got->{out} =~ s/\r\e\[K(?:\d+ of \d+ hosts)?//gr =~ s/\r\n/\n/gr;
    };
    my $raw = "a\tb \e]0;x\a\xc2\x9b \xe2\x80\xae \xc3\xa9\n";
    is(sorted($terminal->()),
        sorted("a\tb \\x1b]0;x\\x07\\xc2\\x9b \\xe2\\x80\\xae \xc3\xa9\n\\x1b[1m\n"),
        'on a terminal it is made visible');
    is(sorted($terminal->('raw=yes')), sorted("$raw\e[1m\n"), 'raw=yes: as it is');
    my $got = rocks(qw(run host vm-container-0-0), $print);
    is($got->{out}, $raw, 'a program gets what was printed');
    is($got->{err}, "\e[1m\n", 'on standard error, too');
}

# On a terminal it shows how far it is, and takes that away.
{
    my $got = run_program('', 'script', '-qec', "$BUILD/rocks run host vm-container 'echo a'",
        "$FOLDER/typescript");
    like($got->{out}, qr/\r\e\[K0 of 3 hosts.*\r\e\[Krocks: 3 ok, 0 failed, 0 down/s,
        'progress on a terminal');
}

# Many at once.
{
    my $start = time;
    rocks(qw(run host), @three, 'sleep 1');
    cmp_ok(time - $start, '<', 2.5, 'all at once');
    $start = time;
    rocks(qw(run host), @three, 'sleep 1', 'num-threads=1');
    cmp_ok(time - $start, '>', 2.9, 'num-threads=1: one after the other');
    # Each waits for all: 0 is no limit, as in Rocks.
    my $all = "until [ -e $FOLDER/at-0 ] && [ -e $FOLDER/at-1 ] && [ -e $FOLDER/at-2 ]; do sleep 0.05; done";
    my $got = rocks(qw(run host), @three, "touch $FOLDER/at-\${HOST##*-}; $all", qw(num-threads=0 timeout=20));
    is($got->{status}, 0, 'num-threads=0: all at once') || diag($got->{err});
}

# Refusals.
usage(qr/\{command\} is missing/, qw(run host));
# A forgotten command is not one: nobody wants to run the name of a host on all of them.
usage(qr/«\Q$_\E» names hosts: what are they to run\?/, qw(run host), $_)
    for qw(vm-container-0-0 vm-container rack0 localhost %), 'select name from nodes';
# A command that looks like a parameter: the suggested command works as printed.
{
    my @words = ('FOO=1 env | grep ^FOO; echo "$HOST a  b"');
    my $got = rocks(qw(run host vm-container-0-0), @words);
    is($got->{status}, 2, "run host @words: refused");
    my ($advice) = $got->{err} =~ /given by name, such as (command=.*)$/m;
    is(run_program('', 'sh', '-c', "$BUILD/rocks run host vm-container-0-0 $advice")->{out},
        "FOO=1\nvm-container-0-0 a  b\n", $advice);
}
usage(qr/timeout= must be a number from 0 to 86400, not «x»/,
    qw(run host vm-container-0-0 true timeout=x));
usage(qr/collate= must be yes or no/, qw(run host vm-container-0-0 true collate=maybe));
{
    local $ENV{TMPDIR} = "$FOLDER/none";
    is(rocks(qw(run host), @three, 'echo a')->{out}, "a\na\na\n", 'without TMPDIR');
}
{
    my $got = run_program('', 'sh', '-c', 'ulimit -n 12; exec "$@"', 'sh', "$BUILD/rocks",
        qw(run host), @three, 'true');
    is($got->{status}, 1, 'more hosts than open files: status');
    is($got->{err}, 'rocks: 3 hosts at once take two open files each, more than are allowed; '
        . "raise that (`ulimit -Hn`), or name fewer hosts\n", 'and what to do');
}
fails(qr/longer than 60 KiB/, qw(run host vm-container-0-0), 'true ' x 20000);
{
    local $ENV{PATH} = "$FOLDER/hosts";
    fails(qr/pdsh is not there; install the package pdsh/, qw(run host vm-container-0-0 true));
}
{
    my $got = rocks_in("run host vm-container-0-0 true\n", '--batch', '-');
    is($got->{status}, 1, 'not in a batch');
    like($got->{err}, qr/`rocks run host` cannot be taken back/, 'and why');
}

is_deeply([ glob "$ENV{TMPDIR}/*" ], [], 'no FIFO is left');

# After kill -9 nothing waits for who would have read.
{
    my $child = fork // die;
    if (!$child) {
        open STDOUT, '>', '/dev/null';
        open STDERR, '>', '/dev/null';
        exec "$BUILD/rocks", qw(run host), @three, 'num-threads=1', 'timeout=0',
            "echo x > $FOLDER/ran-\$HOST; sleep 0.3; echo a";
    }
    for (1 .. 100) { last if -e "$FOLDER/ran-$three[0]"; sleep 0.1 }
    kill KILL => $child;
    waitpid $child, 0;
    my $left = sub {
        return grep { (eval { slurp($_) } // '') =~ /\Q$FOLDER\E\/ssh/ }
            glob '/proc/[0-9]*/cmdline';
    };
    for (1 .. 30) { last if !$left->(); sleep 0.3 }
    is_deeply([ $left->() ], [], 'kill -9: no ssh and no pdsh is left');
}

# The next one removes the FIFOs that it left, and nothing that is in use or not a FIFO.
{
    my ($left) = glob "$ENV{TMPDIR}/rocks-hosts-*";
    ok(-p "$left/out/$three[0]", 'kill -9: FIFOs are left');
    my ($used, $other) = map {"$ENV{TMPDIR}/rocks-hosts-$_"} qw(used other);
    for my $folder ($used, $other) { mkdir $_ or die for $folder, "$folder/out", "$folder/err" }
    spurt("$other/out/file", '');
    POSIX::mkfifo("$used/out/$three[0]", 0600) or die;
    open my $lock, '<', $used or die;
    flock $lock, LOCK_EX or die;
    my $get = sub {
        utime $_[0], $_[0], $left, $used, $other;
        rocks(qw(run host), $three[0], 'true');
        return [ sort glob "$ENV{TMPDIR}/*" ];
    };
    is_deeply($get->(time), [ sort $left, $used, $other ], 'not at once');
    is_deeply($get->(1), [ $other, $used ], 'what was left is gone');
    ok(-p "$used/out/$three[0]", 'what is in use is not');
    ok(-e "$other/out/file", 'nor what is not a FIFO');
}

done_testing;
