#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: every argument of every command with invalid values, and the errors.
use strict;
use warnings;

use File::Copy qw(cp);
use Rocks;
use Starter;
use Test::More;

my $file = $ENV{ROCKS_DB};
my $good = "$FOLDER/good.db";

# No command finds ssh or another program to call.
mkdir "$FOLDER/bin" or die "$FOLDER/bin: $!";

# What hangs ends by the signal of an alarm.
sub run_apart {
    my (@words) = @_;
    local $ENV{PATH} = "$FOLDER/bin";
    my ($status) =
        Starter::run({ err => "$FOLDER/said", seconds => 60 }, "$BUILD/rocks", @words);
    return { status => $status >> 8, signal => $status & 127, err => slurp("$FOLDER/said") };
}

# The inventory to the byte; what it is when nothing changed it.
sub bytes { return join '', map { -e "$file$_" ? slurp("$file$_") : '' } '', '-wal' }
my $bytes;

sub restore {
    return if bytes() eq $bytes;
    unlink glob "$file*";
    cp($good, $file) or die "$file: $!";
    return;
}

# The whole inventory as text: every row of every table, and the schema.
sub everything { return sql('.dump') }

# The same of many calls, each a list of words, as the lines of one batch, which is taken back
# where one of them fails: the lines after a table say what was done to it.
sub offences_in_batch {
    my (@calls) = @_;
    my $line  = 1;
    my (%call_of, $batch);
    for my $call (@calls) {
        my $words = join ' ', map { "'" . s/'/'\\''/gr . "'" } @{$call};
        $call_of{$line} = $call;
        $line += 1 + ($words =~ tr/\n//);
        $batch .= "$words\n";
    }
    spurt("$FOLDER/batch", $batch);
    my $got = run_apart('--batch', "$FOLDER/batch");
    my @offences = map { $_ ? "a batch: $_" : () } offence({ %{$got}, err => 'checked below' });
    for my $said (split /\n/, $got->{err}) {
        my $wrong = what_is_wrong_with($said);
        my ($at) = $said =~ /^rocks: [^:]*:(\d+): /;
        push @offences, join(' ', @{ $at && $call_of{$at} || [$said] }) . ": $wrong" if $wrong;
    }
    return @offences;
}

# What each command and each of its arguments is called, from `rocks list help`.
sub read_usages {
    my $text = rocks(qw(list help))->{out};
    my @usages;
    $text =~ s/\n    / /g;
    for my $line (split /\n/, $text) {
        my ($words, $rest) = $line =~ /^usage: rocks ([a-z ]+?)((?: [{\[].*)?)$/
            or die "«$line» is not a usage";
        push @usages,
            {
            words     => [ split / /, $words ],
            arguments => [
                map { { name => $_->[0], required => $_->[1] } } (
                    map { [ $_, /^\{/ || !/^\[/ ] } split /(?<=[}\]=.]) /, $rest =~ s/^ //r
                )
            ],
            };
    }
    for my $usage (@usages) {
        my @others;
        for my $argument (@{ $usage->{arguments} }) {
            # {value}|file= is two ways to give one.
            my ($other) = $argument->{name} =~ s/\|(\w+)=$// ? $1 : ();
            $argument->{required} = $argument->{name} !~ /^\[/;
            $argument->{positional} = $argument->{name} !~ /=\]?$/;
            $argument->{name} =~ s/[\[\]{}=.]//g;
            push @others, { name => $other, instead => $argument } if $other;
        }
        push @{ $usage->{arguments} }, @others;
    }
    return @usages;
}

# Something that an argument of that name may well be.
my %plausible = (
    host       => 'vm-container-0-15',
    physhost   => 'vm-container-0-15',
    container  => 'vm-container-0-15',
    appliance  => 'compute',
    membership => 'compute',
    attr       => 'site',
    value      => 'pci_0000_02_00_0',
    gpu        => 'gpupci1',
    iface      => 'eth0',
    network    => 'private',
    cdrom      => '/export/debian.iso',
    file       => '/dev/null',
    word       => 'host',
    command    => 'true',
);

# Every argument gets these, and those below: all in a batch, some in calls of their own.
my @injections = (
    q{'; drop table host;--},
    q{"; drop table host;--},
    q{x') union select name from host --},
    q{%' or 1=1 --},
    "\e[2J\e]0;title\a",
    '',
);

my @strange = (
    q{x' or 'x'='x}, ' ', '-', '--', '=', '%%', '_', '*', '..', '/', '//', '../../etc/passwd',
    '-1', '0x10', '1e9', '1.5', '99999999999999999999999999', '-9223372036854775809',
    'NULL', 'nan', '%s%n%s%n', '$(false)', '`false`', '\\', '"', q{'}, '[', '{', '<a>&b;',
    "\x9b31m", "\xc2\x9b31m", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80",
    "\xf4\x90\x80\x80", "a\nb", "\r", "\t", "\x7f", "\x{01}",
    "\xe2\x80\xae", 'x' x 256, 'x' x 5000, "\xc3\xa9" x 200, '9' x 400, ',' x 1000,
    'a,b,c', 'file:/x,vda,virtio' x 50, 'select', 'select ', 'select name from host',
    q{select '; drop table host;--'}, q{select name from nodes; drop table host}, 'help',
);

# What a call may never do, whatever it was given; '' when it did none of it.
sub offence {
    my ($got) = @_;
    return "ended by signal $got->{signal}" if $got->{signal};
    return "ended with $got->{status}" if $got->{status} > 3;
    return 'failed in silence' if $got->{status} && $got->{err} eq '';
    return what_is_wrong_with($got->{err});
}

# The same for errors.
sub what_is_wrong_with {
    my $got = { err => $_[0] };
    return "raw control bytes: $got->{err}"
        if $got->{err} =~ /[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/;
    return "no UTF-8: $got->{err}" if !utf8::decode(my $copy = $got->{err});
    return "what SQLite says: $got->{err}"
        if $got->{err} =~ /SQL logic error|near "|syntax error|no such (?:table|column)
            |unrecognized\ token|UNIQUE|constraint|datatype|gave an answer|rule of the/x;
    return '';
}

my @usages = read_usages();
cmp_ok(scalar @usages, '>=', 44, 'the commands are read from rocks list help');
is(scalar(grep { !@{ $_->{words} } } @usages), 0, 'all have words');
is(scalar(grep { grep { $_->{instead} } @{ $_->{arguments} } } @usages), 8, 'eight take file=');

# Some write files of these names.
mkdir "$FOLDER/work" or die;
chdir "$FOLDER/work" or die;
walkthrough_inventory();
for my $line (
    'add host vm-container-0-16',
    'add host vm vm-container-0-15 hosted-vm name=rocks-34',
    'add host gpu vm-container-0-16 gpupci1 0000:04:00.0',
    'add host gpu rocks-33 gpupci gpupci1',
    'set attr site here',
    'add network private',
    'add host interface vm-container-0-15 eth0 subnet=private',
) {
    my $got = rocks(split / /, $line);
    die $got->{err} if $got->{status};
}
sql('PRAGMA wal_checkpoint(TRUNCATE)');
unlink "$file-wal", "$file-shm";
cp($file, $good) or die "$good: $!";
$bytes = bytes();
my $schema = sql('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name');
my $rows   = everything();

# The forms in which an argument is given a value.
sub forms_of {
    my ($target, $value) = @_;
    return ("$target->{name}=$value", $target->{positional} ? $value : ());
}

# What an argument is given in calls of their own, in turns, by name and by place: the first
# of its name, and one that no batch has, more than the others.
my (%met, $turn);

sub in_turn {
    my ($every, @values) = @_;
    return @values[ grep { ($_ + $turn) % $every == 0 } 0 .. $#values ];
}

sub own_calls {
    my ($target, $alone) = @_;
    my $is_new = !$met{ $target->{name} }++;
    $turn++;
    my @values = $is_new || $alone
        ? (@injections, in_turn(6, @strange))
        : (in_turn(3, @injections), in_turn(12, @strange));
    return thinned(2, 18,
        map { my @forms = forms_of($target, $_); $is_new ? @forms : $forms[ $turn % @forms ] } @values);
}

# Something about the file after the calls of an argument, '' when all is as it should be.
sub damage {
    my ($changes, $removes) = @_;
    return '' if bytes() eq $bytes;
    return 'rows changed' if !$changes && everything() ne $rows;
    return 'the schema is not what it was'
        if sql('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name') ne $schema;
    return 'the file is damaged' if sql('PRAGMA integrity_check; PRAGMA foreign_key_check') ne 'ok';
    return 'the hosts are gone' if !$removes && sql('SELECT count(*) FROM host') < 4;
    return '';
}

# Each argument in turn, the others as they should be.
for my $usage (@usages) {
    my @words   = @{ $usage->{words} };
    my $name    = "rocks @words";
    my $changes = $words[0] =~ /^(?:add|set|remove|sync|run|start|stop|pause|resume|move)$/;
    my $alone   = "@words" =~ /^(?:run|start|stop|pause|resume|move|sync|check) /;
    my @offences;
    my @batch;
    for my $target (@{ $usage->{arguments} }) {
        my @others = map { "$_->{name}=" . ($plausible{ $_->{name} } // '1') }
            grep { $_ != $target && $_ != ($target->{instead} // 0) && $_->{required} }
            @{ $usage->{arguments} };
        restore();
        for my $given (own_calls($target, $alone)) {
            my $offence = offence(run_apart(@words, @others, $given));
            push @offences, "«$given»: $offence" if $offence;
        }
        my $damage = damage($changes, $words[0] eq 'remove');
        push @offences, "$target->{name}: $damage" if $damage;
        push @batch, map { [ @words, @others, $_ ] } map { forms_of($target, $_) } @injections, @strange;
    }

    # All of them at once, and unknown words.
    restore();
    my @all = grep { $_->{name} !~ /^(?:json|dryrun)$/ } @{ $usage->{arguments} };
    for my $i (0 .. $#injections) {
        my $value = $injections[$i];
        my @calls = ([ map {"$_->{name}=$value"} @all ], [ ($value) x @all ], [$value],
            ["unknown=$value"]);
        push @batch, map { [ @words, @{$_} ] } @calls;
        my $call    = $calls[ ($i + $turn) % @calls ];
        my $offence = offence(run_apart(@words, @{$call}));
        push @offences, "@{$call}: $offence" if $offence;
    }
    push @offences, offences_in_batch(@batch) if !$alone;
    my $damage = damage($changes, $words[0] eq 'remove');
    push @offences, "all at once: $damage" if $damage;
    is(join("\n", @offences), '', $name);
}

# The same where words, files and options are due.
restore();
for my $value (@injections, @strange) {
    is(offence(run_apart($value)), '', 'an unknown command');
    is(offence(run_apart('list', $value)), '', 'half a command');
    is(offence(run_apart("--db=$FOLDER/none/$value", qw(list host))), '', 'a missing file');
    is(offence(run_apart("--$value")), '', 'an unknown option');
    is(offence(run_apart('list', 'host', 'gpu', "$value=1")), '', 'an unknown key');
}
is(everything(), $rows, 'nothing changed by that');

# The errors. The inventory does not change.
restore();
fails(qr/^rocks: there is no host «nosuch»; see `rocks list host`$/, @$_, 'nosuch')
    for [qw(list host)], [qw(list host gpu)], [qw(dump host)], [qw(report host gpu)],
    [qw(remove host)], [qw(list host gpu vm-container-0-15)];
fails(qr/there is no host «nosuch»/, qw(add host gpu nosuch gpupci1 02:00.0));
fails(qr/there is no host «nosuch»/, qw(add host vm nosuch hosted-vm));
fails(qr/«vm-container-%» names 2 hosts; name one/,
    qw(add host gpu vm-container-% gpupci7 07:00.0));
fails(qr/«rack7» names 0 hosts; name one/, qw(add host gpu rack7 gpupci7 07:00.0));

usage(qr/there is no parameter «seriel»; did you mean serial=\?/,
    qw(add host gpu vm-container-0-15 gpupci3 07:00.0 seriel=1));
usage(qr/there is no parameter «colour»/, qw(list host colour=red));
usage(qr/\{host\} is missing/, qw(add host gpu vm-container-0-15 gpupci3));
usage(qr/\{host\} is missing/, qw(add host gpu));
usage(qr/file=, adopt=: name one host/, qw(sync host gpu file=x));
usage(qr/gpu is given twice: «gpupci3» and «gpupci4»/,
    qw(add host gpu vm-container-0-15 gpu=gpupci3 gpu=gpupci4 07:00.0));
usage(qr/one word too many/, qw(add host gpu vm-container-0-15 gpupci3 07:00.0 gpu=gpupci4));
usage(qr/one word too many/, qw(add attr a b c));

fails(qr/^rocks: «\Q$_\E» is not a name of a card: gpupci1, gpupci2, … up to gpupci2147483647$/,
    qw(add host gpu vm-container-0-15), $_, '07:00.0')
    for qw(gpu1 pcigpu1 gpupci-1 gpupci+1 gpupci1.5 gpupci1a GPUPCI1 gpupcix gpupci1/2),
    'gpupci 1', ' gpupci1', 'gpupci1 ', 'gpupci99999999999999999999', "gpupci\xd9\xa1";
fails(qr/is not a name of a card/, qw(add host gpu rocks-34 card1 pci_0000_03_00_0));
fails(qr/«gpupci1\\x0a» is not a name/, qw(add host gpu vm-container-0-15), "gpupci1\n", '07:00.0');
fails(qr/«» is not a name of a card/, qw(add host gpu vm-container-0-15), '', '07:00.0');

fails(
    qr/^rocks: «\Q$_\E» is not a PCI address; write it as pci_0000_02_00_0, 0000:02:00.0 or 02:00.0$/,
    qw(add host gpu vm-container-0-15 gpupci3), $_)
    for qw(07:00 07:00. 07.00.0 7:00.0 07:0.0 07:00.8 07:20.0 07:00.00 007:00.0 07:00.g gg:00.0
    000:07:00.0 000000000:07:00.0 0000:07:00:0 0000.07.00.0 pci_07_00_0 pci_0000_07_00
    pci_0000_07_00_0_1 pci_0000:07:00.0 pci0000_07_00_0 PCI_0000_07_00_0 pci_0000_07_00_8
    pci_0000_07_20_0 pci_000000000_07_00_0 1792 0x700 -07:00.0 gpupc),
    '', ' 07:00.0', '07:00.0 ', '07:00.0,08:00.0', "07:00.\xd9\xa0";
prints('', qw(add host gpu vm-container-0-15 gpupci3), '0000:07:00.0');

fails(
    qr/that slot of vm-container-0-15 is taken by its gpupci1$/,
    qw(add host gpu vm-container-0-15 gpupci4), $_
) for qw(pci_0000_02_00_0 0000:02:00.0 02:00.0 00000000:02:00.0 pci_0000_02_00_1 02:00.7);
fails(qr/that slot .* is taken by its gpupci2$/,
    qw(set host gpu vm-container-0-15 gpupci1 03:00.0));
fails(
    qr/vm-container-0-15 already has a gpupci1; `rocks set host gpu` changes it/,
    qw(add host gpu vm-container-0-15 gpupci1 08:00.0));
fails(
    qr/^rocks: \Q$_\E is held by rocks-33 \(running or not\); see `rocks list host gpu rocks-33`$/,
    qw(add host gpu rocks-34 gpupci), $_
) for qw(gpupci1 02:00.0 pci_0000_02_00_0);
fails(
    qr/vm-container-0-15, which houses rocks-34, has no card 04:00.0; see `rocks list host gpu vm-container-0-15`/,
    qw(add host gpu rocks-34 gpupci 04:00.0));
fails(qr/has no card gpupci9; see/, qw(add host gpu rocks-34 gpupci gpupci9));
fails(qr/rocks-33 already has a gpupci; .* a further card is gpupci2/,
    qw(add host gpu rocks-33 gpupci 03:00.0));
fails(qr/gpupci1 of vm-container-0-15 is held by rocks-33; take it from there first/,
    qw(remove host gpu vm-container-0-15 gpupci1));
fails(qr/vm-container-0-15 houses VMs: rocks-33, rocks-34; remove or move them first/,
    qw(remove host vm-container-0-15));
fails(qr/rocks-33 is a VM itself: it houses none/, qw(add host vm rocks-33 hosted-vm));

fails(qr/the host name is empty/, qw(add host), '');
fails(qr/the host name «a\\x1b\[2Jb» has control characters or is not UTF-8/, qw(add host),
    "a\e[2Jb");
fails(qr/the host name «a\\xffb» has control characters or is not UTF-8/, qw(add host), "a\xffb");
fails(qr/the host name «\\xc2(?:\\x9b)?» has control/, qw(add host), "\xc2\x9b");
fails(qr/the host name is longer than 255 bytes/, qw(add host), 'x' x 256);
fails(qr/is not a valid host name: letters, digits, - and _ only/, qw(add host), $_)
    for 'a.b', 'a b', 'a;b', "a'b", '-a', "\xc3\xa9";
fails(qr/it means all hosts of that rack/, qw(add host rack0));
fails(qr/it means all hosts of that appliance/, qw(add host compute));
fails(qr/it means this machine/, qw(add host localhost));
fails(qr/give membership=, rack= and rank=/, qw(add host), $_)
    for qw(anything compute-0 compute-0-x compute-0-99999999999 nosuch-0-0);

usage(qr/rack= must be a number from 0 to 2147483647, not «\Q$_\E»/,
    qw(add host x membership=compute rank=0), "rack=$_")
    for qw(-1 2147483648 99999999999999999999 1.5 0x1 one), '', ' 1';
usage(qr/cpus= must be a number from 1 to \d+, not «0»/, qw(add host compute-0-0 cpus=0));
usage(qr/mem= must be a number from 1 to/, qw(add host vm vm-container-0-15 hosted-vm), "mem=$_")
    for qw(0 -1 99999999999999999999999 2G);
fails(qr/«zz» is not a MAC address/, qw(add host vm vm-container-0-15 hosted-vm mac=zz));
fails(qr/«999.2.3.4» is not an IP address/, qw(add host vm vm-container-0-15 hosted-vm ip=999.2.3.4));

my $left = sql('SELECT count(*) FROM host') . ' ' . sql('SELECT count(*) FROM card');
is($left, '4 4', 'the hosts are as before, with the one card that was added in between');

# With json=yes an error is the same: nothing on stdout that could pass for an answer.
fails(qr/there is no host «nosuch»/, qw(list host gpu nosuch json=yes));

chdir q{/} or die;
done_testing;
