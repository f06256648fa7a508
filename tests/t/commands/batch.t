#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks --batch: words as a shell reads them, one transaction, every fault named at once.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

sub batch { my ($text, @options) = @_; return rocks_in($text, qw(--batch -), @options) }

# The batch succeeds, and prints just this.
sub does {
    my ($text, $out, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = batch($text);
    return is($got->{err}, '', "$name: nothing on stderr")
        && is($got->{status}, 0, "$name: done")
        && is($got->{out}, $out // '', "$name: output");
}

# It fails with these lines, prints nothing on stdout, and the file is as it was.
sub faults {
    my ($text, $err, $name, @options) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got    = batch($text, @options);
    is($got->{err}, $err . "rocks: -: nothing was changed\n", "$name: what is wrong");
    is($got->{status}, 1,  "$name: failed");
    is($got->{out},    '', "$name: nothing on stdout");
    return ok(inventory() eq $before, "$name: changed nothing");
}

# Words: quotes, escapes, several lines, comments, the program in front.
fresh_inventory('add host compute-0-0');
does(<<'END', '', 'words');
# a comment
add attr a1 plain # and one behind

	rocks add attr a2 'one two'
/opt/rocks/bin/rocks add attr a3 "$x \"y\" \\ \z 'q'"
build/rocks "add attr" a4 a\ b\'\"\\
ADD attr a5 'two
lines' # not three
add attr a6 go\
es" on
here"
add attr value= attr=a7
add attr a8 ''
add attr a9 x#y*?~$HOME
add attr b1 'it'\''s'
END
is(
    sql("SELECT name || '=' || value FROM attr WHERE name LIKE 'a%' OR name LIKE 'b%' ORDER BY name"
    ),
    <<'END' =~ s/\n\z//r, 'values');
a1=plain
a2=one two
a3=$x "y" \ \z 'q'
a4=a b'"\
a5=two
lines
a6=goes on
here
a7=
a8=
a9=x#y*?~$HOME
b1=it's
END
does("add attr c1 x\r\nadd attr c2 y\r\n", '', 'lines of another system');
is(sql("SELECT value FROM attr WHERE name = 'c1'"), 'x', 'without their ends');
does($_, '', 'nothing') for '', "\n", "# only\n", '   ', "\n\n\n# x";
does('add attr d1 x', '', 'no newline at the end');

# A file, a pipe, and something else.
spurt("$FOLDER/lines", "list host\nreport version json=yes\n");
my $version = slurp('VERSION');
my $list = rocks(qw(list host))->{out};
my $got = rocks('--batch', "$FOLDER/lines");
is("$got->{status} $got->{err}$got->{out}", "0 $list" . rocks(qw(report version json=yes))->{out},
    'a file; output in order');
$got = rocks("--batch=$FOLDER/lines");
is($got->{status}, 0, '--batch=FILE');
fails(qr{^rocks: \Q$FOLDER\E/none: it cannot be opened: No such file or directory$}, '--batch',
    "$FOLDER/none");
fails(qr{^rocks: \Q$FOLDER\E: it cannot be read: Is a directory$}, '--batch', $FOLDER);
for my $words ([ '--batch' ], [ '--batch', '' ]) {
    is(rocks(@{$words})->{status}, 2, "@{$words}: wrong usage");
}
for my $option ('check', 'conflicts=keep', 'x=y', 'list') {
    $got = batch('', $option);
    is($got->{status}, 2, "$option: wrong usage");
    is($got->{err}, "rocks: --batch FILE takes check=yes and conflicts=skip, not «$option»\n",
        "$option: said so");
}

# All faults at once, each with the line where it begins; a line in several counts once.
fresh_inventory('add host compute-0-0', 'set attr x y');
faults(<<'END', <<'ERR', 'faults');
add host compute-0-1
add host compute-0-0
add attr x 'a
b'
add attr good 'c
d'
nonsense
list
set host compute-0-0
set host compute-9-9 cpus=1
add attr $'x
END
rocks: -:2: host «compute-0-0» is already there
rocks: -:3: attribute «x» is already there; `set` changes it
rocks: -:7: there is no command «nonsense»; `rocks` lists all
rocks: -:8: «list» is the beginning of several commands; `rocks list` lists them
rocks: -:9: nothing to set is given
rocks: -:10: there is no host «compute-9-9»; see `rocks list host`
rocks: -:11: the quote ' that begins here never ends
ERR
faults("add attr a b; add attr c d\nadd attr e f &\nadd attr g\0 h\nlist host > x\n",
    <<'ERR', 'what a shell would do');
rocks: -:1: ; is not quoted
rocks: -:2: & is not quoted
rocks: -:3: a word must not contain a NUL byte
rocks: -:4: > is not quoted
ERR
faults("rocks\n", "rocks: -:1: there is no command\n", 'the program alone');
faults(
    "list host\nadd host compute-0-0\nlist host\n",
    "rocks: -:2: host «compute-0-0» is already there\n",
    'output is held back');
faults("list host help\nadd attr a --help\n", <<'ERR', 'help');
rocks: -:1: it asks for help; give a value «help» by its name
rocks: -:2: it asks for help; give a value «help» by its name
ERR
spurt("$FOLDER/lines", "add host compute-0-0\n");
$got = rocks('--batch', "$FOLDER/lines");
is( $got->{err},
    "rocks: $FOLDER/lines:1: host «compute-0-0» is already there\n"
        . "rocks: $FOLDER/lines: nothing was changed\n",
    'the name of the file');
faults("\e[31m\n", "rocks: -:1: there is no command «\\x1b[31m»; `rocks` lists all\n",
    'control characters are made visible');

# A line that fails half-way leaves nothing for later lines.
fresh_inventory('add host compute-0-0', 'add host compute-0-1', 'set host attr compute-0-1 a old');
faults("add host attr compute-0-0 compute-0-1 a new\nadd host attr compute-0-0 a again\n",
    "rocks: -:1: attribute «a» is already there; `set` changes it\n", 'half a line');

# What cannot be taken back is not in a batch.
mkdir "$FOLDER/libexec" or die;
spurt("$FOLDER/libexec/rocks-frob-host", "#!/bin/sh\ntouch '$FOLDER/frobbed'\n");
chmod 0755, "$FOLDER/libexec", "$FOLDER/libexec/rocks-frob-host";
{
    local $ENV{ROCKS_LIBEXEC} = "$FOLDER/libexec";
    walkthrough_inventory();
    faults("sync host gpu vm-container-0-15\nstop host vm rocks-33\nfrob host x\n",
        <<'ERR', 'not in a batch');
rocks: -:1: `rocks sync host gpu` cannot be taken back: run it outside the batch
rocks: -:2: `rocks stop host vm` cannot be taken back: run it outside the batch
rocks: -:3: a command of this site cannot be taken back: run it outside the batch
ERR
    ok(!-e "$FOLDER/frobbed", 'the command of the site did not run');
}

# Cards in any order: before their host, before the container's card, before the VM is one.
my @any = (
    'add host gpu rocks-33 gpupci pci_0000_02_00_0',
    'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0',
    'add host gpu vm-container-0-15 gpupci20 pci_0000_02_00_4 kind=vf parent=gpupci2',
    'add host gpu vm-container-0-15 gpupci2 pci_0000_03_00_0', 'add host vm-container-0-15',
    'add host rocks-33 membership=hosted-vm rack=0 rank=15',
    'set host vm rocks-33 physnode=vm-container-0-15 uuid=01234567-89ab-4cde-8f01-23456789abcd',
);
my %dumps;
for my $turn (0 .. 29) {
    srand($turn);
    my @order = sort { $a->[0] <=> $b->[0] } map { [ rand, $_ ] } @any;
    # A VM needs its host and container; these lines are not tried again.
    my ($hosts, $vm, $cards) = map {
        my $like = $_; [ grep {/$like/} map { $_->[1] } @order ]
    } qr/^add host \w+-/, qr/^set/, qr/gpu/;
    my @lines = (@{$hosts}, @{$vm});
    splice @lines, rand(@lines + 1), 0, $_ for @{$cards};
    @lines = sort { ($a =~ /^set/) <=> ($b =~ /^set/) } @lines if $turn % 3 == 0;
    @lines = (@{$cards}, @{$hosts}, @{$vm}) if $turn == 0;
    unlink glob "$ENV{ROCKS_DB}*";
    does(join("\n", @lines), '', "order $turn");
    # The UUIDs of cards are drawn.
    $dumps{ rocks('dump')->{out} =~ s/^(\S+ add host gpu .*) uuid=\S+$/$1/mgr }++;
}
is(scalar keys %dumps, 1, 'one inventory') || diag(join "\n---\n", sort keys %dumps);
like((keys %dumps)[0], qr/add host gpu rocks-33 gpupci pci_0000_02_00_0\n\z/,
    'with the card in the VM');
walkthrough_inventory();
faults(
    "add host gpu nosuch gpupci1 02:00.0\nadd host gpu rocks-33 gpupci 09:00.0\n"
        . "add host gpu rocks-33 gpupci7 gpupci1\n",
    "rocks: -:1: there is no host «nosuch»; see `rocks list host`\n"
        . "rocks: -:2: vm-container-0-15, which houses rocks-33, has no card 09:00.0; see `rocks "
            . "list host gpu vm-container-0-15`\n",
    'lines that never succeed');
faults("add host gpu vm-container-0-15\n",
    "rocks: -:1: {host} is missing: a physical host, or a VM\n", 'a line that lacks words');

# What is set, too; but lines about one card keep their order.
my $set = 'set host gpu';
sub two_vms {
    walkthrough_inventory();
    rocks(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
    rocks(qw(add host gpu), @{$_})
        for [qw(vm-container-0-15 gpupci3 04:00.0)], [qw(rocks-33 gpupci gpupci1)],
        [qw(rocks-34 gpupci gpupci2)];
    return;
}
my $placed =
    "SELECT group_concat(name || '=' || (address >> 8)) FROM (SELECT name, address FROM card ORDER "
        . "BY name)";
my $held =
    "SELECT group_concat(host.name || ':' || card.name) FROM (SELECT * FROM assignment ORDER BY "
        . "vm, name) a JOIN host ON host.id = vm JOIN card ON card.id = card";
two_vms();
does(
    "$set vm-container-0-15 gpupci1 03:00.0\n$set vm-container-0-15 gpupci2 04:00.0\n"
        . "$set vm-container-0-15 gpupci3 05:00.0\n",
    '', 'a slot that is left later');
is(sql($placed), 'gpupci1=3,gpupci2=4,gpupci3=5', 'each went on');
two_vms();
does("$set rocks-33 gpupci gpupci2\n$set rocks-34 gpupci gpupci3\n", '',
    'a card that is given back later');
is(sql($held), 'rocks-33:gpupci2,rocks-34:gpupci3', 'each has another');
two_vms();
does(
    "add host gpu rocks-33 gpupci2 gpupci8\n$set rocks-33 gpupci2 gpupci9\n"
        . "add host gpu vm-container-0-15 gpupci8 08:00.0\n"
        . "add host gpu vm-container-0-15 gpupci9 09:00.0\n", '', 'a card that is recorded later');
is(sql($held), 'rocks-33:gpupci1,rocks-33:gpupci9,rocks-34:gpupci2', 'what was set last counts');
two_vms();
does(
    "$set vm-container-0-15 gpupci1 03:00.0\n$set vm-container-0-15 gpupci1 06:00.0\n"
        . "$set vm-container-0-15 gpupci2 07:00.0\n",
    '', 'twice the same card');
is(sql($placed), 'gpupci1=6,gpupci2=7,gpupci3=4', 'in their order');
two_vms();
faults(
    "$set vm-container-0-15 gpupci1 03:00.0\n$set vm-container-0-15 gpupci1 06:00.0\n",
    "rocks: -:1: that slot of vm-container-0-15 is taken by its gpupci2\n",
    'a slot that is not left');
faults(
    "$set rocks-33 gpupci gpupci2\nremove host gpu rocks-33 gpupci\n"
        . "add host gpu rocks-33 gpupci gpupci3\nremove host gpu rocks-34 gpupci\n",
    "rocks: -:1: gpupci2 is held by rocks-34 (running or not); see `rocks list host gpu rocks-34`\n",
    'a line is not tried again after later ones');
# As in a shell: what fails before something is removed fails.
my $has = 'vm-container-0-15 already has a gpupci1; `rocks set host gpu` changes it';
for my $remove ('remove host gpu vm-container-0-15 gpupci1',
    '/opt/rocks/bin/rocks "remove host gpu" vm-container-0-15 gpupci1', 'Remove Host vm-container-0-15')
{
    walkthrough_inventory();
    rocks(qw(remove host rocks-33));
    faults("add host gpu vm-container-0-15 gpupci1 09:00.0\n$remove\n",
        "rocks: -:1: $has\n", "$remove: no line is tried again after it");
}
two_vms();
faults("add host gpu rocks-34 gpupci2 gpupci1\nremove host vm rocks-33\n",
    "rocks: -:1: gpupci1 is held by rocks-33 (running or not); see `rocks list host gpu rocks-33`\n",
    'nor does it get the card of a VM that goes');
two_vms();
$got = batch(
    "add host gpu rocks-34 gpupci2 gpupci1\nremove host vm rocks-33\n"
        . "add host gpu rocks-34 gpupci3 gpupci8\nadd host gpu vm-container-0-15 gpupci8 08:00.0\n",
    'conflicts=skip');
is("$got->{status} $got->{err}", "0 rocks: -:1: skipped: gpupci1 is held by rocks-33 (running or not); see "
        . "`rocks list host gpu rocks-33`\n", 'what conflicts then is skipped');
is(sql($held), 'rocks-34:gpupci2,rocks-34:gpupci8', 'what comes later is tried as ever');
faults(
    "$set vm-container-0-15 gpupci1 state=x\n$set vm-container-0-15 gpupci1 x\n",
    "rocks: -:1: state= must be present, missing, quarantined or quarantined,missing, not «x»\n"
        . "rocks: -:2: «x» is not a PCI address; write it as pci_0000_02_00_0, "
        . "0000:02:00.0 or 02:00.0\n", 'each that never succeeds is named');
walkthrough_inventory();

# What is changed later in the batch is what counts; other lines run once, in their order.
does("set attr a 1\nset attr a 2\nremove attr a\nset attr a 3\n", '', 'in order');
is(sql("SELECT value FROM attr WHERE name = 'a'"), 3, 'the last counts');
faults(
    "remove host compute-7-7\nadd host compute-7-7\n",
    "rocks: -:1: there is no host «compute-7-7»; see `rocks list host`\n",
    'a line that removes is not tried again');

# check=yes only reports.
my $before = inventory();
$got = batch("add host compute-5-5\nlist host compute-5-5\n", 'check=yes');
is("$got->{status} $got->{err}$got->{out}", "0 -: 2 commands would succeed\n",
    'check=yes');
ok(inventory() eq $before, 'check=yes changed nothing');
faults("add host vm-container-0-15\n", "rocks: -:1: host «vm-container-0-15» is already there\n",
    'check=yes', 'check=yes');
{
    local $ENV{ROCKS_DB} = "$FOLDER/absent.db";
    is(batch("add host compute-5-5\n", 'check=yes')->{status}, 0,
        'check=yes where there is no inventory');
    ok(!-e $ENV{ROCKS_DB}, 'makes none');
}
is(batch("add host compute-5-5\n", 'check=no')->{status}, 0, 'check=no');
is(sql("SELECT count(*) FROM host WHERE name = 'compute-5-5'"), 1, 'does it');

# Megabytes, through a pipe and from a file; every byte.
for my $value ('x' x 3_000_000, ("a'\"\\\n" x 200_000), join('', map { chr } 1 .. 255) x 4000) {
    fresh_inventory();
    (my $quoted = $value) =~ s/'/'\\''/g;
    does("add attr big '$quoted'\nadd attr small x\n", '', length($value) . ' bytes');
    is(rocks(qw(report attr attr=big))->{out}, "$value\n", 'come back');
    my $dump = rocks('dump')->{out};
    fresh_inventory();
    does($dump, '', 'their dump');
    is(rocks(qw(report attr attr=big))->{out}, "$value\n", 'come back');
}

# Nobody waits for a pipe that is still being written.
fresh_inventory();
{
    open my $pipe, '|-', "$BUILD/rocks", '--batch', '-' or die;
    $pipe->autoflush(1);
    print {$pipe} "add attr piped 1\n";
    my $start = time;
    is(rocks(qw(add attr other 1))->{status}, 0, 'another command writes meanwhile');
    cmp_ok(time - $start, '<', 30, 'without waiting');
    print {$pipe} "add attr piped2 1\n";
    ok(close $pipe, 'the batch ends well');
    is(sql("SELECT count(*) FROM attr WHERE name LIKE 'piped%'"), 2, 'and did its work');
}

# Output that cannot be written: nothing is changed.
my $shell =
    run_program("add attr lost 1\nlist attr\n", 'sh', '-c', "'$BUILD/rocks' --batch - > /dev/full");
is($shell->{status}, 1, 'a full device');
like($shell->{err}, qr/^rocks: the output cannot be written: /, 'is reported');
is(sql("SELECT count(*) FROM attr WHERE name = 'lost'"), 0, 'and nothing was changed');

# The history notes who, as always; the transaction is one.
is(sql('SELECT count(*) FROM writer'), 0, 'no writer is left');

done_testing;
