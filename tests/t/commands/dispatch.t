#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# From words to a command and its arguments: matching, help, options, exit codes.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

fresh_inventory('add host compute-0-0', 'add host compute-0-1', 'set attr a b',
    'add host gpu compute-0-0 gpupci1 02:00.0');
my $one   = "MEMBERSHIP CPUS RACK RANK RUNACTION INSTALLACTION\n"
    . "Compute    1    0    0    os        install      \n";
my $cards = "HOST         GPU     PCI_BUS         \ncompute-0-0: gpupci1 pci_0000_02_00_0\n";

# The longest leading run of words, in any case, several in one argument.
prints($one, @{$_}, 'compute-0-0')
    for [qw(list host)], [qw(LIST Host)], ['list host'], ['List HOST'];
prints($cards, @{$_}, 'compute-0-0')
    for [qw(list host gpu)], [qw(LIST HOST GPU)], ['list host gpu'],
    [ 'list', 'host gpu' ];
prints('', qw(add host host=gpu rack=0 rank=9 membership=compute));
prints("Compute    1    0    9    os        install      \n",
    qw(list host host=gpu output-header=no));
prints('', qw(remove host host=gpu));

# Unknown commands: 2, only on stderr.
sub unknown {
    my ($err, @words) = @_;
    my $got = rocks(@words);
    is($got->{status}, 2,    "rocks @words: wrong usage");
    is($got->{out},    '',   "rocks @words: nothing on stdout");
    is($got->{err},    $err, "rocks @words: what is wrong");
    return;
}
# The lines of `rocks` that begin so.
sub below {
    my ($words) = @_;
    my @lines = grep { /^\Q$words\E / } split /^/, rocks()->{out};
    cmp_ok(scalar @lines, '>', 2, "there are commands below $words");
    return "rocks: «$words» is the beginning of several commands:\n" . join '', @lines;
}
unknown(below('list'), $_) for qw(list LIST);
unknown(below('report host'), @{$_}) for [qw(report host)], ['report host'];
for my $row (
    [ 'lst host gpu',         'list host gpu' ],
    [ 'list hots',            'list host' ],
    [ 'lisst host',           'list host' ],
    [ 'add hsot gpu',         'add host gpu' ],
    [ 'report host vm confg', 'report host vm config' ],
    [ 'remove host-gpu',      'remove host gpu' ],
) {
    my ($words, $meant) = @{$row};
    unknown("rocks: there is no command «$words»; did you mean `rocks $meant`?\n", split / /,
        $words);
}
unknown(
    "rocks: there is no command «lst host gpu compute-0-0»; did you mean `rocks list host gpu`?\n",
    qw(Lst HOST gpu Compute-0-0 json=yes));
unknown("rocks: there is no command «$_»; `rocks` lists all\n", split / /, $_)
    for 'frobnicate', 'frobnicate the widgets', 'a=b';
unknown("rocks: there is no command «»; `rocks` lists all\n", '');
unknown("rocks: there is no command «list host compute-0-0»; did you mean `rocks list host`?\n",
    'list host compute-0-0');

# What takes something away is offered for a slip of the finger, never for another verb of Rocks,
# nor for a word that merely looks like it.
for my $verb (qw(close compare config create disable dup enable iterate open rename reserve resolve
    restore revive save store swap update validate)) {
    for my $object ('host vm', 'host gpu', 'host', 'appliance attr', 'network') {
        unlike(rocks($verb, split / /, $object)->{err}, qr/rocks (?:remove|stop)/,
            "$verb $object: nothing that removes is offered");
    }
}
for my $row (
    [ 'rmove host gpu',   'remove host gpu' ],
    [ 'remvoe host vm',   'remove host vm' ],
    [ 'removee host',     'remove host' ],
    [ 'sotp host vm',     'stop host vm' ],
) {
    my ($words, $meant) = @{$row};
    unknown("rocks: there is no command «$words»; did you mean `rocks $meant`?\n", split / /,
        $words);
}

# Named or by place: the same; what is named leaves the others to the right.
my $set = 'SELECT value FROM attr WHERE host';
for my $form (forms(host => 'compute-0-0', attr => 'a', value => 'x y')) {
    rocks(qw(remove host attr compute-0-0 a));
    prints('', qw(add host attr), @{$form});
    is(sql($set), 'x y', 'set');
}
prints('', qw(set host attr compute-0-0 compute-0-1 a z));
is(sql($set), "z\nz", 'the words that are left over are the hosts');
misused(qr/^rocks: \{host\} is missing: hosts; % for all$/m, qw(set host attr a z));
misused(qr/^rocks: \{host\} is missing: /,                   qw(set host attr a value=z));
misused(qr/^rocks: \{attr\} is missing: name of the attribute$/m, qw(add attr value=x));
misused(qr/^rocks: \{value\} is missing: its value: any text$/m,  qw(add attr attr=x));
misused(qr/^rocks: value is given twice: «x» and «y»$/m, qw(set attr a value=x value=y));
misused(qr/^rocks: host is given twice: «compute-0-0» and «compute-0-1»$/m,
    qw(list host host=compute-0-0 compute-0-1));
misused(qr/^rocks: one word too many: «x»$/m, qw(set attr x a z));
misused(qr/^rocks: one word too many: «x»$/m, qw(set attr x value=z attr=a));

# A value that looks like a parameter is given by name; select … does not.
misused(
    qr/^rocks: there is no parameter «x»; a value that looks like one is given by name, such as value=x=y$/m,
    qw(set attr a x=y));
for my $value ('x=y', '=', 'value=x', 'a b=c', '<a=b>', '-x=y', 'select x=y') {
    prints('', qw(set attr a), "value=$value");
    is(sql("SELECT value FROM attr WHERE name = 'a' AND host IS NULL"), $value, "value=$value");
}
prints('', qw(set attr a), $_) for 'a b=c', '<a=b>', '=x', 'select x=y', 'SELECT x=y', 'a.b=c', '';
misused(qr/^rocks: there is no parameter «\Q$_\E»; /, qw(set attr a), "$_=c")
    for qw(a-b a+b A_b 0 -x --db);
prints($one, qw(list host), "select name from nodes where name='compute-0-0'");
for my $row ([ 'jsn', 'json' ], [ 'output-hedder', 'output-header' ], [ 'hots', 'host' ]) {
    my ($wrong, $right) = @{$row};
    misused(qr/^rocks: there is no parameter «$wrong»; did you mean $right=\?$/m, qw(list host),
        "$wrong=1");
}

# rocks alone, and all forms of help.
my $list = rocks();
is($list->{status}, 0, 'rocks: done');
is($list->{err}, '', 'rocks: nothing on stderr');
like($list->{out}, qr/^list host gpu +list the cards of hosts and the cards VMs have$/m,
    'rocks: the list');
prints($list->{out}, $_) for qw(help --help -h);
my $help = rocks(qw(help list host))->{out};
like($help, qr/^usage: rocks list host \[host\]\.\.\. /, 'help list host');
prints($help, @{$_})
    for [qw(list host help)], [qw(list host --help)], [qw(--help list host)], [qw(-h list host)],
    [ 'list host', 'help' ], [ 'help', 'list host' ], [qw(HELP List HOST)], [qw(list host help me)],
    [qw(list host compute-0-0 --help)], [qw(list host no=such --help)];
isnt(rocks(qw(list host gpu help))->{out}, $help, 'the help of the longest match');
prints(rocks(qw(help help))->{out}, qw(help), 'help');
unknown("rocks: there is no command «nothing»; `rocks` lists all\n", qw(--help nothing));
fails(qr/^rocks: there is no host «help»/, qw(list host compute-0-0 help));

# Options in front of the words.
chomp(my $version = slurp('VERSION'));
prints("rocks $version\n", @{$_})
    for ['--version'], [qw(--version list host)], [qw(--db x --version)];
unknown("rocks: unknown option $_->[0]; the options are --batch FILE, --db FILE, --help and --version\n",
    @{$_})
    for [qw(--quiet list host)], ['-'], ['--db'], ['--db='], [ '--db', '' ], ['-v'], ['--'];

# Which file: --db before ROCKS_DB.
my $other = "$FOLDER/other.db";
my @place = qw(list host output-header=no output-col=host);
prints('', '--db', $other, qw(add host login-0-0));
ok(-e $other, '--db FILE: made');
prints("login-0-0:\n", @{$_}, @place)
    for [ '--db', $other ], ["--db=$other"], [ '--db', '/nonexistent', '--db', $other ];
prints("compute-0-0:\ncompute-0-1:\n", @place);
{
    local $ENV{ROCKS_DB} = $other;
    prints("login-0-0:\n", @place);
}
{
    local $ENV{ROCKS_DB} = '/nonexistent/rocks.db';
    prints("login-0-0:\n", "--db=$other", @place);
}

# Exit codes: 0 done, 1 failed, 2 wrong usage, 3 could not look.
spurt("$FOLDER/text", "this is not an inventory\n" x 100);
for my $file ('/nonexistent/rocks.db', "$FOLDER/absent.db", "$FOLDER/text", $FOLDER) {
    my $got = rocks("--db=$file", qw(list host));
    is($got->{status}, 3, "reading $file: could not look");
    is($got->{out}, '', 'nothing on stdout');
    like($got->{err}, qr/\Arocks: \Q$file\E[^\n]*\n\z/, 'a line that names it');
}
ok(!-e "$FOLDER/absent.db", 'reading makes no file');
fails(qr/^rocks: \Q$_\E/, "--db=$_", qw(add host compute-0-2))
    for '/nonexistent/rocks.db', "$FOLDER/text", $FOLDER;

# Nothing that people or files say moves the cursor of a terminal.
fails(qr/^rocks: there is no host «\\x1b\[31m\\xff\\x0a»/, qw(list host), "\e[31m\xff\n");

# A full disk, and no output at all.
sub rocks_to {
    my ($where, @words) = @_;
    return run_program('', 'sh', '-c', "exec \"\$0\" \"\$@\" $where", "$BUILD/rocks", @words);
}
rocks(qw(set attr vm_mac_base_addr 52:54:00:00:00:00));
rocks(qw(set attr long), 'x' x 100_000);
for my $words ([qw(list host)], [qw(list attr)], [qw(list attr json=yes)], [qw(report attr)],
    [qw(dump attr)], ['help'], ['--version'], [], [qw(list help)], [qw(report version json=yes)]) {
    for my $where ('>/dev/full', '>&-') {
        my $got = rocks_to($where, @{$words});
        is($got->{status}, 1, "rocks @{$words} $where: failed");
        like($got->{err}, qr/\Arocks: the output cannot be written: [^\n]+\n\z/,
            'and said so once');
    }
}
my $before = inventory();
for my $words ([qw(add host vm compute-0-0 hosted-vm)], [qw(remove host compute-0-0)]) {
    for my $where ('>/dev/full', '>&-') {
        my $got = rocks_to($where, @{$words});
        is($got->{status}, 1, "rocks @{$words} $where: failed");
        like($got->{err}, qr/\Arocks: the output cannot be written: [^\n]+\n\z/,
            'and said so once');
        ok(inventory() eq $before, 'and changed nothing');
    }
}
is(rocks_to('>/dev/full', qw(set attr a c))->{status}, 0, 'what prints nothing is not in the way');

# A known verb is not a mistyped other one: move never means remove.
my $start = rocks(qw(move host vm rocks-33));
is($start->{status}, 2, 'move host vm is not there yet');
unlike($start->{err}, qr/did you mean/, 'and nothing is offered instead');

# Words quoted as one end the command: a host may be called like the word after it.
fresh_inventory();
for my $name (qw(gpu vm attr interface)) {
    prints('', 'add host', $name, qw(membership=compute rack=0 rank=0));
}
is(sql('SELECT group_concat(name) FROM (SELECT name FROM host ORDER BY name)'), 'attr,gpu,interface,vm',
    'hosts of these names');
is(rocks_in(qq{rocks "add host" gpupci1 membership=compute rack=0 rank=0\n}, qw(--batch -))->{err}, '',
    'in a batch, too');

done_testing;
