#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks sync host gpu: the name follows the card; a bad scan, or one of another host, changes nothing.
use strict;
use warnings;

use Inventory;
use IPC::Open2;
use JSON::PP;
use OldInventory;
use POSIX qw(mkfifo);
use Rocks;
use Scan;
use Sysfs;
use Test::More;

my @two = (card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-1'),
    card('gpupci2', '0000:03:00', path => '0000:00/03.0/00.0', serial => 'S-2'));

# One function with something else in it.
sub with { my (%is) = @_; return document([ { %{ (card('gpupci1', '0000:02:00'))[0] }, %is } ]) }

# New, then the same.
begin();
{
    my $got = syncs("gpupci1 pci_0000_02_00_0 new --- --\ngpupci2 pci_0000_03_00_0 new --- --",
        'two new cards', @two);
    is(sync_text(document(\@two))->{out}, <<"END", 'the table');
HOST               GPU     PCI_BUS          STATE WAS VM
$host: gpupci1 pci_0000_02_00_0 same  --- --
$host: gpupci2 pci_0000_03_00_0 same  --- --
END
    is(sql(q{SELECT name || ' ' || ids || ' ' || serial || ' ' || path || ' ' || numa FROM card}),
        "gpupci1 10de:1db6:10de:1214 S-1 0000:00/02.0/00.0 0\n"
        . 'gpupci2 10de:1db6:10de:1214 S-2 0000:00/03.0/00.0 0', 'all that is known is kept');
    is(sql(q{SELECT group_concat(printf('%d/%x/%06x/%s', number, function.address, class, function.ids))
        FROM function JOIN card ON card.id = card WHERE name = 'gpupci1'}),
        '0/200/030000/10de:1db6,1/201/040300/10de:10ef', 'its functions too');
    is(sql(q{SELECT group_concat(verb) FROM history}), 'added,added', 'and noted');
    syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --",
        'the same again', @two);
    is(sql(q{SELECT count(*) FROM history}), 2, 'of which nothing is noted');
    is(sync_text(document(\@two), 'json=yes')->{out} =~ tr/\n//, 1, 'json=yes');
}

# The order of the functions says nothing.
begin();
syncs("gpupci1 pci_0000_02_00_0 new --- --\ngpupci2 pci_0000_03_00_0 new --- --",
    'in another order', reverse @two);
is(sql(q{SELECT printf('%x', address) FROM card WHERE name = 'gpupci1'}), '200',
    'function 0 is the card');

# Moved, known by its serial: the other path, the other address, the other name say nothing.
begin(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
syncs("gpupci1 pci_0000_83_00_0 moved pci_0000_02_00_0 rocks-33\n"
    . 'gpupci2 pci_0000_03_00_0 same ---------------- --------', 'moved, by serial',
    card('gpupci1', '0000:03:00', path => '0000:00/03.0/00.0', serial => 'S-2'),
    card('gpupci2', '0000:83:00', path => '0000:80/01.0/00.0', serial => 'S-1'));
is(last_event(), 'moved', 'noted');
prints("gpupci:pci_0000_83_00_0\n", qw(report host gpu rocks-33));
like(ok_rocks(qw(report host vm config rocks-33))->{out},
    qr/<address [^>]*bus=['"]0x83['"]/, 'the VM starts with the new address');
prints("gpupci1:pci_0000_83_00_0\ngpupci2:pci_0000_03_00_0\n", qw(report host gpu), $host);

# Moved, known by path and ids: the buses have other numbers.
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 pci_0000_04_00_0 moved pci_0000_02_00_0 --\n"
    . 'gpupci2 pci_0000_05_00_0 moved pci_0000_03_00_0 --', 'moved, by path and ids',
    card('gpupci1', '0000:04:00', path => '0000:00/02.0/00.0'),
    card('gpupci2', '0000:05:00', path => '0000:00/03.0/00.0'));

# Another model in the slot is another card.
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 ---------------- swapped pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --\n"
    . 'gpupci3 pci_0000_02_00_0 new ---------------- --', 'another model in the slot',
    card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', ids => '10de:20b0:10de:1450'),
    $two[2], $two[3]);

# Just one gone and just one new of the same model: it moved.
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 pci_0000_83_00_0 moved pci_0000_02_00_0 --\n"
    . 'gpupci2 pci_0000_03_00_0 same ---------------- --', 'moved, the only one',
    (map { { %$_, serial => undef } } @two[ 2, 3 ]), card('gpupci1', '0000:83:00', path => '0000:80/01.0/00.0'));

# Of two, nobody knows which.
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
    . "gpupci2 ---------------- missing pci_0000_03_00_0 --\n"
    . "gpupci3 pci_0000_83_00_0 new ---------------- --\n"
    . 'gpupci4 pci_0000_84_00_0 new ---------------- --', 'two gone and two new',
    card('gpupci1', '0000:83:00', path => '0000:80/01.0/00.0'),
    card('gpupci2', '0000:84:00', path => '0000:80/02.0/00.0'));
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
    . "gpupci2 ---------------- missing pci_0000_03_00_0 --\n"
    . 'gpupci3 pci_0000_83_00_0 new ---------------- --', 'two gone and one new',
    card('gpupci1', '0000:83:00', path => '0000:80/01.0/00.0'));
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --\n"
    . "gpupci3 pci_0000_83_00_0 new ---------------- --\n"
    . 'gpupci4 pci_0000_84_00_0 new ---------------- --', 'one gone and two new',
    (map { { %$_, serial => undef } } @two[ 2, 3 ]),
    card('gpupci3', '0000:83:00', path => '0000:80/01.0/00.0'),
    card('gpupci4', '0000:84:00', path => '0000:80/02.0/00.0'));

# One gone, but of another subsystem.
begin(map { { %$_, serial => undef } } @two);
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --\n"
    . 'gpupci3 pci_0000_83_00_0 new ---------------- --', 'the only one, of another maker',
    $two[2], $two[3], card('gpupci1', '0000:83:00', path => '0000:80/01.0/00.0', ids => '10de:1db6:1043:1214'));
# One gone, but the new one says that it is another.
begin(@two);
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --\n"
    . 'gpupci3 pci_0000_83_00_0 new ---------------- --', 'the only one, with another serial',
    $two[2], $two[3], card('gpupci1', '0000:83:00', path => '0000:80/01.0/00.0', serial => 'S-9'));

# Two cards trade their slots: their names and VMs go with them.
begin(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));
syncs("gpupci1 pci_0000_03_00_0 moved pci_0000_02_00_0 rocks-33\n"
    . 'gpupci2 pci_0000_02_00_0 moved pci_0000_03_00_0 rocks-34', 'two trade their slots',
    card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-2'),
    card('gpupci2', '0000:03:00', path => '0000:00/03.0/00.0', serial => 'S-1'));
is(sql(q{SELECT group_concat(verb) FROM (SELECT verb FROM history ORDER BY id DESC LIMIT 2)}),
    'moved,moved', 'noted as two moves');
# Three in a ring.
begin(@two, card('gpupci3', '0000:04:00', path => '0000:00/04.0/00.0', serial => 'S-3'));
syncs("gpupci1 pci_0000_03_00_0 moved pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_04_00_0 moved pci_0000_03_00_0 --\n"
    . 'gpupci3 pci_0000_02_00_0 moved pci_0000_04_00_0 --', 'three in a ring',
    card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-3'),
    card('gpupci2', '0000:03:00', path => '0000:00/03.0/00.0', serial => 'S-1'),
    card('gpupci3', '0000:04:00', path => '0000:00/04.0/00.0', serial => 'S-2'));

# Missing: row and VM are kept, the VM is refused; then it returns.
begin(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 rocks-33\n"
    . 'gpupci2 pci_0000_03_00_0 same ---------------- --------', 'missing', $two[2], $two[3]);
is(last_event(), 'missing', 'noted');
{
    my $got = rocks(qw(report host vm config rocks-33));
    is($got->{status}, 1, 'no XML for its VM');
    is($got->{out}, '', 'none at all');
    like($got->{err}, qr/rocks-33.*gpupci.*missing/, 'but why');
}
syncs("gpupci1 ---------------- missing pci_0000_02_00_0 rocks-33\n"
    . 'gpupci2 pci_0000_03_00_0 same ---------------- --------', 'still missing', $two[2], $two[3]);
is(sql(q{SELECT count(*) FROM history WHERE verb = 'missing'}), 1, 'noted once');
syncs("gpupci1 pci_0000_02_00_0 returned --- rocks-33\ngpupci2 pci_0000_03_00_0 same --- --------",
    'returned', @two);
is(last_event(), 'returned', 'noted');
like(ok_rocks(qw(report host vm config rocks-33))->{out}, qr/<hostdev/, 'its VM has it again');
# It returns in another slot.
sync_text(document([ @two[ 2, 3 ] ]));
syncs("gpupci1 pci_0000_05_00_0 moved pci_0000_02_00_0 rocks-33\n"
    . 'gpupci2 pci_0000_03_00_0 same ---------------- --------', 'returned elsewhere',
    card('gpupci1', '0000:05:00', path => '0000:00/05.0/00.0', serial => 'S-1'), @two[ 2, 3 ]);
# All are gone.
syncs("gpupci1 ------- missing pci_0000_05_00_0 rocks-33\n"
    . 'gpupci2 ------- missing pci_0000_03_00_0 --------', 'a host without cards');

# Swapped: another card sits where it was.
begin(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
syncs("gpupci1 ---------------- swapped pci_0000_02_00_0 rocks-33\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --------\n"
    . 'gpupci3 pci_0000_02_00_0 new ---------------- --------', 'swapped',
    card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-7'), @two[ 2, 3 ]);
{
    my $got = rocks(qw(report host vm config rocks-33));
    is($got->{status}, 1, 'no XML for its VM');
    like($got->{err}, qr/rocks-33.*swapped/, 'but why');
    fails(qr/no card pci_0000_02_00_1|gpupci3|function of/,
        qw(add host gpu rocks-34 gpupci pci_0000_02_00_1));
}
# The two that bore one slot in turn: without serials, who sits there stays who it is.
syncs("gpupci1 ---------------- swapped pci_0000_02_00_0 rocks-33\n"
    . "gpupci2 pci_0000_03_00_0 same ---------------- --------\n"
    . 'gpupci3 pci_0000_02_00_0 same ---------------- --------', 'serials that cannot be read',
    card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0'),
    card('gpupci2', '0000:03:00', path => '0000:00/03.0/00.0'));
is(sql(q{SELECT group_concat(serial) FROM card}), 'S-1,S-2,S-7', 'what was known stays known');

# A serial number of two cards does not count: then path and ids decide.
begin(map { { %$_, serial => 'S-0' } } @two);
syncs("gpupci1 pci_0000_04_00_0 moved pci_0000_02_00_0 --\n"
    . 'gpupci2 pci_0000_05_00_0 moved pci_0000_03_00_0 --', 'a serial number of two cards',
    card('gpupci1', '0000:04:00', path => '0000:00/02.0/00.0', serial => 'S-0'),
    card('gpupci2', '0000:05:00', path => '0000:00/03.0/00.0', serial => 'S-0'));
syncs("gpupci1 pci_0000_04_00_0 same --- --\ngpupci2 pci_0000_05_00_0 same --- --",
    'one of the two, elsewhere written first',
    card('gpupci1', '0000:05:00', path => '0000:00/03.0/00.0', serial => 'S-0'),
    card('gpupci2', '0000:04:00', path => '0000:00/02.0/00.0', serial => 'S-0'));

# A new card whose name is taken gets the next free one; a name is never given away.
begin(@two);
syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --\n"
    . 'gpupci3 pci_0000_01_00_0 new --- --', 'a card in front of the others',
    card('gpupci1', '0000:01:00', path => '0000:00/01.0/00.0', serial => 'S-3'),
    card('gpupci2', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-1'),
    card('gpupci3', '0000:03:00', path => '0000:00/03.0/00.0', serial => 'S-2'));

# Typed by hand, completed by a scan.
begin();
ok_rocks(qw(add host gpu), $host, qw(gpupci7 pci_0000_02_00_0));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci7));
ok_rocks(qw(add host gpu), $host, qw(gpupci8 pci_0000_03_00_0 id=10de:1db6 numa=1));
syncs("gpupci7 pci_0000_02_00_0 same --- rocks-33\ngpupci8 pci_0000_03_00_0 same --- --------",
    'typed by hand', map { { %$_, numa_node => undef } } @two);
is(sql(q{SELECT serial || path || ids FROM card WHERE name = 'gpupci7'}),
    'S-10000:00/02.0/00.010de:1db6:10de:1214', 'completed by the scan');
is(sql(q{SELECT numa FROM card WHERE name = 'gpupci8'}), 1, 'what the scan does not say stays');
is(sql(q{SELECT count(*) FROM function}), 4, 'with all functions');
is(() = ok_rocks(qw(report host vm config rocks-33))->{out} =~ /<hostdev/g, 2,
    'its VM has both functions now');
# Typed with other ids than what sits there.
begin();
ok_rocks(qw(add host gpu), $host, qw(gpupci7 pci_0000_02_00_0 id=1002:66a1));
syncs("gpupci1 pci_0000_02_00_0 new ---------------- --\n"
    . "gpupci2 pci_0000_03_00_0 new ---------------- --\n"
    . 'gpupci7 ---------------- swapped pci_0000_02_00_0 --', 'typed with other ids', @two);

# Quarantined stays quarantined, where it is and where it goes.
begin(@two);
ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=quarantined));
syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --",
    'quarantined', @two);
is(sql(q{SELECT state FROM card WHERE name = 'gpupci1'}), 'quarantined', 'stays quarantined');
sync_text(document([ card('gpupci1', '0000:09:00', serial => 'S-1'), @two[ 2, 3 ] ]));
is(sql(q{SELECT state FROM card WHERE name = 'gpupci1'}), 'quarantined', 'in another slot too');
is(last_event(), 'moved', 'noted as a move');

# A scan is read and matched while others write; what they have written by then counts.
{
    my $begins = q{INSERT OR REPLACE INTO writer (only_row, who) VALUES (1, 'another')};
    # What a sync prints that is begun while another has the lock, and does this before it lets go.
    my $meanwhile = sub {
        my ($statements, $text) = @_;
        my $pid = open2(my $from, my $to, 'sqlite3', '-batch', $ENV{ROCKS_DB});
        print {$to} "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE; $begins; SELECT 'locked';\n";
        $to->flush;
        is(scalar <$from>, "locked\n", 'another writes');
        spurt("$FOLDER/scan.json", $text);
        my $child = fork() // die;
        if (!$child) {
            open STDOUT, '>', "$FOLDER/out" or die;
            open STDERR, '>', "$FOLDER/err" or die;
            exec 'timeout', 20, "$BUILD/rocks", qw(sync host gpu output-header=no), $host,
                "file=$FOLDER/scan.json" or die;
        }
        if (defined $statements) {
            sleep($ENV{SANITIZE} ? 4 : 1); # until the other has looked and waits
            print {$to} "$statements; DELETE FROM writer; COMMIT;\n";
            close $to;
            waitpid $pid, 0;
        }
        waitpid $child, 0;
        my $status = $? >> 8;
        if (!defined $statements) {
            close $to;
            waitpid $pid, 0;
        }
        return { status => $status, out => slurp("$FOLDER/out") =~ s/^\S+: | (?= )| $//mgr,
            err => slurp("$FOLDER/err") };
    };
    begin(@two);
    my $got = $meanwhile->(undef, with(serial => 'a b'));
    is($got->{status}, 1, 'a document of another kind is refused');
    like($got->{err}, qr/\Arocks: the scan has a serial number that is not made of/,
        'without waiting for who writes');
    $got = $meanwhile->(undef, document(\@two, host => 'vm-container-0-16'));
    like($got->{err}, qr/\Arocks: the scan is of host vm-container-0-16, not/, 'one of another host too');

    # gpupci1 is removed, gpupci2 becomes what gpupci1 was: the rows that were matched are others.
    my $swap = q{DELETE FROM card WHERE name = 'gpupci1';
        UPDATE card SET name = 'gpupci7', serial = 'S-1' WHERE name = 'gpupci2'};
    $got = $meanwhile->($swap, document(\@two));
    is($got->{err}, '', 'the cards are others meanwhile');
    is($got->{out}, "gpupci2 pci_0000_03_00_0 new ---------------- --\n"
        . "gpupci7 pci_0000_02_00_0 moved pci_0000_03_00_0 --\n", 'and are matched unchanged');
    is(sql('SELECT name, serial, address FROM card ORDER BY name'), "gpupci2|S-2|768\ngpupci7|S-1|512",
        'and recorded');
    is(sql('PRAGMA foreign_key_check; PRAGMA integrity_check'), 'ok', 'the file is whole');

    # What was no reason to match again.
    begin(@two);
    $got = $meanwhile->(q{INSERT INTO attr (name, value) VALUES ('x', 'y')}, document([ @two[ 2, 3 ] ]));
    is($got->{out}, "gpupci1 ---------------- missing pci_0000_02_00_0 --\n"
        . "gpupci2 pci_0000_03_00_0 same ---------------- --\n", 'something else is written meanwhile');

    # The host is no more, or is a VM.
    my $gone = qr/\Arocks: \Q$host\E was removed or renamed meanwhile\n\z/;
    begin(@two);
    like($meanwhile->(qq{UPDATE host SET name = 'x' WHERE name = '$host'}, document(\@two))->{err}, $gone, 'renamed');
    begin(@two);
    like($meanwhile->(qq{DELETE FROM vm; DELETE FROM card; DELETE FROM host WHERE name = '$host';
        INSERT INTO host (id, name, appliance, rack, rank) VALUES (1, 'x', 1, 9, 9)}, document(\@two))->{err},
        $gone, 'removed, and its row is of another host');
    begin();
    my $vm = qq{DELETE FROM vm; INSERT INTO vm (host, container, uuid, mem, slice)
        SELECT (SELECT id FROM host WHERE name = '$host'), id, 'u', 1, 0 FROM host WHERE name = 'vm-container-0-16'};
    like($meanwhile->($vm, document(\@two))->{err}, qr/\Arocks: \Q$host\E is a VM; /, 'a VM');
    is(sql('SELECT count(*) FROM card'), 0, 'and gets no cards');
}

# What its host says is quarantined is so here, and no VM gets it, until a person says otherwise.
begin(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
{
    my @held = map { { %$_,
        quarantined => $_->{card} eq 'gpupci1' ? JSON::PP::true : JSON::PP::false } } @two;
    my $got = syncs("gpupci1 pci_0000_02_00_0 same --- rocks-33\ngpupci2 pci_0000_03_00_0 same --- --------",
        'its host has it quarantined', @held);
    like($got->{err},
        qr/\Arocks: \Q$host\E gpupci1: it is quarantined: a change of its drivers there is unfinished; .*`rocks set host gpu \Q$host\E gpupci1 state=present`\n\z/,
        'and that is said, of it alone');
    is(sql('SELECT name, state FROM card ORDER BY name'), "gpupci1|quarantined\ngpupci2|present",
        'the state');
    is(last_event(), 'quarantined', 'in the history');
    fails(qr/^rocks: rocks-33: its gpupci, gpupci1 of \Q$host\E, is quarantined; /,
        qw(report host vm config rocks-33));
    is(syncs("gpupci1 pci_0000_02_00_0 same --- rocks-33\ngpupci2 pci_0000_03_00_0 same --- --------",
        'no more', map { { %$_, quarantined => JSON::PP::false } } @two)->{err}, '',
            'nothing to say');
    is(sql(q{SELECT state FROM card WHERE name = 'gpupci1'}), 'quarantined', 'it stays quarantined');
    ok_rocks(qw(set host gpu), $host, qw(gpupci1 state=present));
    ok_rocks(qw(report host vm config rocks-33));
    # Where one function says so: of a card that moved in the same scan, too.
    sync_text(document([ { %{ $held[0] }, address => '0000:09:00.0', quarantined => JSON::PP::false },
        { %{ $held[1] }, address => '0000:09:00.1' }, @two[ 2, 3 ] ]));
    is(sql(q{SELECT state, address FROM card WHERE name = 'gpupci1'}), 'quarantined|2304',
        'and moved');
}

# A card that does not answer is quarantined, whatever else its host says of it, and no VM gets it.
begin(@two);
{
    my @dead = map { { %$_, quarantined => JSON::PP::false,
        responds => $_->{card} eq 'gpupci1' ? JSON::PP::false : undef } } @two;
    my $got = syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --",
        'it does not answer', @dead);
    like($got->{err},
        qr/\Arocks: \Q$host\E gpupci1: it is quarantined: it does not answer, it fell off the PCI bus; .*`rocks set host gpu \Q$host\E gpupci1 state=present`\n\z/,
        'and that is said, of it alone');
    is(sql('SELECT name, state FROM card ORDER BY name'), "gpupci1|quarantined\ngpupci2|present",
        'the state');
    ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    fails(qr/^rocks: rocks-33: its gpupci, gpupci1 of \Q$host\E, is quarantined; /,
        qw(report host vm config rocks-33));
    is(sync_text(document([ map { { %$_, responds => 'no' } } @two ]))->{status}, 1,
        'a word that gpupci never writes is refused');
}

# What the host does not know (its journal is damaged) keeps a card from VMs, too; one that says
# nothing of quarantine is as before.
begin(@two);
{
    my @unknown = map { { %$_, quarantined => undef } } @two[ 0, 1 ];
    my $got = syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --",
        'not known', @unknown, @two[ 2, 3 ]);
    like($got->{err}, qr/\Arocks: \Q$host\E gpupci1: it is quarantined: [^\n]*\n\z/, 'is said');
    is(sql('SELECT name, state FROM card ORDER BY name'), "gpupci1|quarantined\ngpupci2|present",
        'quarantined');
}

# A card that another host lost, or that lost its host, comes with its past.
begin();
rocks_in(document(\@two, host => 'vm-container-0-16'), qw(sync host gpu vm-container-0-16 file=-));
my $uuid = sql(q{SELECT uuid FROM card WHERE serial = 'S-1'});
{
    my $got = syncs("gpupci1 pci_0000_02_00_0 new --- --", 'known of another host, where it still is',
        @two[ 0, 1 ]);
    like($got->{err}, qr/^rocks: \Q$host\E gpupci1: its serial number, S-1, is also that of gpupci1 of vm-container-0-16; /m,
        'is said');
    is(sql(q{SELECT count(*) FROM card WHERE serial = 'S-1'}), 2, 'and both are kept');
}
# What one host says of quarantine is its own affair; a person decides which card it is.
begin();
rocks_in(document(\@two, host => 'vm-container-0-16'), qw(sync host gpu vm-container-0-16 file=-));
ok_rocks(qw(set host gpu vm-container-0-16 gpupci1 state=quarantined));
{
    my $got = syncs("gpupci1 pci_0000_02_00_0 new --- --", 'quarantined on another host', @two[ 0, 1 ]);
    like($got->{err}, qr/also that of gpupci1 of vm-container-0-16, which is quarantined; /, 'is said');
    is(sql(q{SELECT host.name || ' ' || state FROM card JOIN host ON host.id = card.host WHERE serial = 'S-1' ORDER BY 1}),
        "$host present\nvm-container-0-16 quarantined", 'and touches no card of this host');
    ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
    rocks(qw(remove host gpu rocks-33 gpupci));
    rocks_in(document([], host => 'vm-container-0-16'), qw(sync host gpu vm-container-0-16 file=-));
    $got = syncs("gpupci1 pci_0000_02_00_0 same --- --", 'lost there', @two[ 0, 1 ]);
    like($got->{err},
        qr/which is quarantined and missing\. If it was moved by hand: `rocks sync host gpu \Q$host\E adopt=S-1`; if not: `rocks remove host gpu vm-container-0-16 gpupci1`\n\z/,
        'and what to do');
    adopts('gpupci1 pci_0000_02_00_0 moved --- --', 'a person says so', 'S-1', @two[ 0, 1 ]);
    is(sql(q{SELECT state FROM card WHERE serial = 'S-1'}), 'quarantined', 'it is one card, and quarantined');
}

# What a sync with adopt= prints, a line a card.
sub adopts {
    my ($expected, $what, $cards, @functions) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = sync_text(document(\@functions), 'output-header=no', "adopt=$cards");
    is("$got->{status} $got->{err}", '0 ', "$what: done");
    my $lines = join "\n", map { s/^\Q$host\E: //r =~ s/ +/ /gr =~ s/ $//r } split /\n/, $got->{out};
    is($lines =~ s/ -+(?= |\n|\z)/ -/gr, $expected =~ s/ -+(?= |\n|\z)/ -/gr, $what);
    is(sql('PRAGMA foreign_key_check; PRAGMA integrity_check'), 'ok', "$what: the file is whole");
    return;
}

# A sync with adopt= is refused, and changes nothing.
sub adopts_not {
    my ($pattern, $cards, @functions) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got    = sync_text(document(\@functions), "adopt=$cards");
    is("$got->{status} $got->{out}", '1 ', "adopt=$cards: refused");
    like($got->{err}, $pattern, "adopt=$cards: why");
    ok(inventory() eq $before, "adopt=$cards: nothing changed");
    return;
}

sub other_syncs {
    my (@functions) = @_;
    return rocks_in(document(\@functions, host => 'vm-container-0-16'),
        qw(sync host gpu vm-container-0-16 file=-));
}

sub row_of { return sql("SELECT host.name || ' ' || card.name || ' ' || uuid FROM card LEFT JOIN host ON host.id = card.host WHERE serial = '$_[0]' ORDER BY card.id") }

# A card that another host has lost is not taken over because a host says so: it is another card,
# which nobody gets, until a person says that it was moved.
begin();
other_syncs(@two);
$uuid = sql(q{SELECT uuid FROM card WHERE serial = 'S-2'});
other_syncs();
my @here = card('gpupci1', '0000:02:00', path => '0000:00/02.0/00.0', serial => 'S-2');
{
    my $got  = syncs('gpupci1 pci_0000_02_00_0 new --- --', 'lost by another host', @here);
    my $note = qr/^rocks: \Q$host\E gpupci1: its serial number, S-2, is also that of gpupci2 of vm-container-0-16, which is missing\. If it was moved by hand: `rocks sync host gpu \Q$host\E adopt=S-2`; if not: `rocks remove host gpu vm-container-0-16 gpupci2`\n\z/;
    like($got->{err}, $note, 'is said, and what to do');
    like(row_of('S-2'), qr/\Avm-container-0-16 gpupci2 \Q$uuid\E\n\Q$host\E gpupci1 (?!\Q$uuid\E)/,
        'both are kept');
    like(syncs('gpupci1 pci_0000_02_00_0 same --- --', 'again', @here)->{err}, $note, 'and said again');
    fails(qr/^rocks: refused: gpupci1 of \Q$host\E has the serial number of gpupci2 of vm-container-0-16, which is missing; if it is that card, `rocks sync host gpu \Q$host\E adopt=\Q$uuid\E`, else `rocks set host gpu \Q$host\E gpupci1 same-as=none`$/,
        qw(add host gpu rocks-33 gpupci gpupci1));

    # A listing says so beside the table; for other programs it is not free.
    my $listed = rocks(qw(list host gpu), $host);
    like($listed->{out}, qr/^\Q$host\E: gpupci1 pci_0000_02_00_0$/m, 'it is listed');
    is($listed->{err},
        "rocks: $host gpupci1: it may be gpupci2 of vm-container-0-16, which is missing: no VM gets it "
            . "until that is clear; if it is another card, `rocks set host gpu $host gpupci1 same-as=none`; "
            . "if it is that one, `rocks sync host gpu $host adopt=$uuid`\n",
        'and why no VM gets it');
    is(rocks(qw(list host gpu vm-container-0-16))->{err}, '', 'of the missing one nothing is said');
    like(rocks(qw(report host gpu format=prometheus), $host)->{out}, qr/"unconfirmed"/, 'and is not free');

    # A dump keeps that.
    my $dump = rocks('dump')->{out};
    local $ENV{ROCKS_DB} = "$FOLDER/restored.db";
    is(rocks_in($dump, '--batch', '-')->{err}, '', 'a dump is restored');
    is(rocks('dump')->{out}, $dump, 'the same');
    fails(qr/has the serial number of gpupci2 of/, qw(add host gpu rocks-33 gpupci gpupci1));
    unlink glob "$FOLDER/restored.db*";
}
adopts_not(qr/^rocks: adopt=S-9: no card that is missing elsewhere has that serial number or UUID and is in the scan of \Q$host\E$/,
    $_ , @here) for 'S-9', 'S-2,S-9';
adopts_not(qr/^rocks: adopt=S-2: no card that is missing elsewhere/, 'S-2');
adopts('gpupci1 pci_0000_02_00_0 moved --- --', 'a person says that it moved', 'S-2', @here);
is(row_of('S-2'), "$host gpupci1 $uuid", 'it is the same card, and one');
is(last_event(), 'moved', 'noted as a move');
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
rocks(qw(remove host gpu rocks-33 gpupci));

# By its UUID, before it was ever seen here; several at once.
begin();
other_syncs(@two);
my %uuid = map { $_ => sql("SELECT uuid FROM card WHERE serial = '$_'") } qw(S-1 S-2);
other_syncs();
adopts("gpupci1 pci_0000_02_00_0 moved --- --\ngpupci2 pci_0000_03_00_0 moved --- --", 'two at once',
    "$uuid{'S-2'},S-1", @two);
is(row_of($_), "$host gpupci" . substr($_, 2) . " $uuid{$_}", "$_ moved with its past") for qw(S-1 S-2);

# It is still there, as far as is known: the host may be down, or the other one lies.
begin();
other_syncs(@two);
adopts_not(qr/^rocks: gpupci2 of vm-container-0-16 is there as far as is known; `rocks sync host gpu vm-container-0-16` first, or, if that host is gone for good, `rocks remove host vm-container-0-16`$/,
    'S-2', @here);
syncs('gpupci1 pci_0000_02_00_0 new --- --', 'claimed by two hosts', @here);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
other_syncs();
adopts_not(qr/^rocks: rocks-33 has gpupci1 of \Q$host\E, which is to be another card; take it from that VM first/,
    'S-2', @here);
rocks(qw(remove host gpu rocks-33 gpupci));
{
    my ($before) = row_of('S-2') =~ /\A(.*)$/m;
    adopts('gpupci1 pci_0000_02_00_0 moved --- --', 'of two rows one is left', 'S-2', @here);
    is(row_of('S-2'), $before =~ s/^\S+ \S+/$host gpupci1/r, 'that with the past');
}

# A VM has the missing card.
begin();
ok_rocks(qw(set host vm rocks-34 physnode=vm-container-0-16));
other_syncs(@two);
ok_rocks(qw(add host gpu rocks-34 gpupci gpupci2));
other_syncs();
like(syncs('gpupci1 pci_0000_02_00_0 new --- --', 'missing, and held', @here)->{err},
    qr/hand: `rocks remove host gpu rocks-34 gpupci`, then `rocks sync host gpu \Q$host\E adopt=S-2`/, 'what to do');
adopts_not(qr/^rocks: rocks-34 has gpupci2 of vm-container-0-16; take it from that VM first \(`rocks remove host gpu rocks-34 gpupci`\)$/,
    'S-2', @here);
fails(qr/has the serial number of gpupci2 of/, qw(add host gpu rocks-33 gpupci gpupci1));
# It was found again where it was: this one is another.
other_syncs(@two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
other_syncs();
syncs('gpupci1 pci_0000_02_00_0 same ---------------- rocks-33', 'what a VM has got', @here);
is(sql(q{SELECT count(*) FROM card WHERE same_as IS NOT NULL}), 0, 'is itself');

# A liar that lost what it claimed costs its neighbours nothing, nor does one that a person removed.
begin(@two);
other_syncs(@here);
other_syncs();
syncs("gpupci1 pci_0000_02_00_0 same --- --\ngpupci2 pci_0000_03_00_0 same --- --", 'after a lie', @two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci2));
begin();
other_syncs(@here);
other_syncs();
syncs("gpupci1 pci_0000_02_00_0 new --- --\ngpupci2 pci_0000_03_00_0 new --- --", 'a lie before', @two);
fails(qr/which is missing/, qw(add host gpu rocks-33 gpupci gpupci2));
ok_rocks(qw(remove host gpu vm-container-0-16 gpupci1));
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci2));
begin();
other_syncs(@here);
other_syncs();
syncs("gpupci1 pci_0000_02_00_0 new --- --\ngpupci2 pci_0000_03_00_0 new --- --", 'a lie before', @two);
ok_rocks('set', 'host', 'gpu', $host, 'gpupci2', 'same-as=none');
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci2));

# Of a host that is gone: the same, but where a host of that name was installed anew.
begin();
other_syncs(@two);
rocks(qw(remove host vm-container-0-16));
like(syncs('gpupci1 pci_0000_02_00_0 new --- --', 'of a host that is gone', @here)->{err},
    qr/also that of gpupci2 of no host, which is missing\. .* if not: `rocks remove retired gpu \S+`\n\z/, 'is said');
adopts('gpupci1 pci_0000_02_00_0 moved --- --', 'a retired card', 'S-2', @here);
begin(@two);
$uuid = sql(q{SELECT uuid FROM card WHERE serial = 'S-2'});
rocks(qw(remove host rocks-33)); rocks(qw(remove host rocks-34)); rocks('remove', 'host', $host);
ok_rocks('add', 'host', $host);
syncs("gpupci1 pci_0000_02_00_0 moved --- --\ngpupci2 pci_0000_03_00_0 moved --- --", 'installed anew', @two);
is(row_of('S-2'), "$host gpupci2 $uuid", 'has its cards again');

# Two that are missing elsewhere: their UUIDs tell them apart.
begin();
other_syncs(@two);
rocks(qw(remove host vm-container-0-16)); rocks(qw(add host vm-container-0-16));
sql(q{UPDATE card SET uuid = '0d3c0a4e-6a54-4b5b-9a36-000000000001' WHERE serial = 'S-2'});
rocks(qw(add retired gpu gpupci7 03:00.0 serial=S-2 uuid=0d3c0a4e-6a54-4b5b-9a36-000000000002));
adopts_not(qr/^rocks: two cards elsewhere have the serial number S-2; name the one that is meant by its UUID, /, 'S-2', @here);
is(sync_text(document(\@here), 'adopt=0d3c0a4e-6a54-4b5b-9a36-000000000002')->{status}, 0, 'by its UUID');
is(sql(q{SELECT uuid FROM card WHERE address}), '0d3c0a4e-6a54-4b5b-9a36-000000000002', 'it is that one');
usage(qr/name one host/, qw(sync host gpu adopt=S-2));

# Virtual functions have a parent; the order in the document says nothing.
for my $order (0, 1) {
    begin();
    my @all = (card('gpupci1', '0000:02:00', functions => 1, path => '0000:00/02.0/00.0'),
        virtual('gpupci2', '0000:02:00.4', '0000:02:00.0'),
        virtual('gpupci3', '0000:02:00.5', '0000:02:00.0'));
    syncs("gpupci1 pci_0000_02_00_0 new --- --\ngpupci2 pci_0000_02_00_4 new --- --\n"
        . 'gpupci3 pci_0000_02_00_5 new --- --', "virtual functions, order $order",
        $order ? reverse @all : @all);
    is(sql(q{SELECT child.name || ' ' || child.kind || ' ' || parent.name
        FROM card child JOIN card parent ON parent.id = child.parent ORDER BY 1}),
        "gpupci2 vf gpupci1\ngpupci3 vf gpupci1", 'have a parent');
    ok_rocks(qw(add host gpu rocks-33 gpupci gpupci2));
    fails(qr/refused: gpupci1 of \Q$host\E is the parent of gpupci2, which rocks-33 has: /,
        qw(add host gpu rocks-34 gpupci gpupci1));
    ok_rocks(qw(add host gpu rocks-34 gpupci gpupci3));
}

# What changes its place changes it with all functions, parts and kinds, in one scan.
begin(@two, virtual('gpupci3', '0000:02:00.4', '0000:02:00.0', path => 'v'));
syncs("gpupci1 pci_0000_03_00_0 moved pci_0000_02_00_0 --\n"
    . "gpupci2 pci_0000_02_00_0 moved pci_0000_03_00_0 --\n"
    . 'gpupci3 pci_0000_03_00_4 moved pci_0000_02_00_4 --', 'two slots and a virtual function',
    card('gpupci1', '0000:02:00', serial => 'S-2'), card('gpupci2', '0000:03:00', serial => 'S-1'),
    virtual('gpupci3', '0000:03:00.4', '0000:03:00.0', path => 'v'));
is(sql(q{SELECT group_concat(printf('%x', address)) FROM (SELECT address FROM function ORDER BY card, number)}),
    '300,301,200,201,304', 'with their functions');
is(sql(q{SELECT whole.name FROM card JOIN card whole ON whole.id = card.parent}), 'gpupci1', 'and its parent');
syncs("gpupci1 pci_0000_03_00_0 same --- --\ngpupci2 pci_0000_02_00_0 same --- --\n"
    . 'gpupci3 pci_0000_03_00_4 same --- --', 'another card is the parent',
    card('gpupci1', '0000:02:00', serial => 'S-2'), card('gpupci2', '0000:03:00', serial => 'S-1'),
    virtual('gpupci3', '0000:03:00.4', '0000:02:00.0', path => 'v'));
# A missing part loses a parent that becomes a part itself, or goes to another host.
syncs("gpupci1 ---------------- missing pci_0000_03_00_0 --\ngpupci2 pci_0000_02_00_0 same ---------------- --\n"
    . 'gpupci3 ---------------- missing pci_0000_03_00_4 --', 'the part is missing',
    card('gpupci1', '0000:02:00', serial => 'S-2'));
syncs("gpupci1 pci_0000_09_00_0 moved pci_0000_03_00_0 --\ngpupci2 pci_0000_02_00_0 same ---------------- --\n"
    . 'gpupci3 ---------------- missing pci_0000_03_00_4 --', 'its parent is a part now',
    { %{ (card('gpupci1', '0000:02:00', serial => 'S-2', functions => 1))[0] }, kind => 'vf',
        parent => '0000:09:00.0' },
    card('gpupci2', '0000:09:00', serial => 'S-1'));
is(sql(q{SELECT name || ' of ' || (SELECT name FROM card whole WHERE whole.id = card.parent) FROM card
    WHERE parent}), 'gpupci2 of gpupci1', 'and has no part');
comes_back('a part that is missing');
{
    my $other = document([ card('gpupci1', '0000:02:00', serial => 'S-1') ], host => 'vm-container-0-16');
    begin(@two, virtual('gpupci3', '0000:02:00.4', '0000:02:00.0', path => 'v'));
    sync_text(document([]));
    is(rocks_in($other, qw(sync host gpu vm-container-0-16 file=- adopt=S-1))->{status}, 0, 'on another host');
    is(sql('SELECT count(*) FROM card WHERE parent IS NOT NULL'), 0, 'its part stays, without a parent');
    comes_back('a card that went to another host');
}

# What an older version took from a host that lied is put right by the next scan of it.
{
    my @honest = (@two, virtual('gpupci3', '0000:02:00.4', '0000:02:00.0', path => 'v'));
    begin(@honest);
    as_before_rules('UPDATE card SET parent = CASE id WHEN 1 THEN 3 WHEN 2 THEN 2 ELSE 1 END');
    as_before_rules(q{UPDATE function SET address = address - 254 WHERE card = 2;
        UPDATE card SET address = 514, last_address = 514 WHERE id = 2;
        INSERT INTO function (card, number, address, host) SELECT 1, 2, 514, host FROM card WHERE id = 1});
    syncs("gpupci1 pci_0000_02_00_0 same ---------------- --\n"
        . "gpupci2 pci_0000_03_00_0 moved pci_0000_02_00_2 --\n"
        . 'gpupci3 pci_0000_02_00_4 same ---------------- --', 'loops and one slot for two', @honest);
    is(sql('SELECT id, ifnull(parent, 0) FROM card ORDER BY id'), "1|0\n2|0\n3|1", 'the parts');
    is(sql(q{SELECT group_concat(printf('%x', address)) FROM (SELECT address FROM function ORDER BY card, number)}),
        '200,201,300,301,204', 'the slots');
}

# Cards of one IOMMU group belong to one VM.
begin(map { { %$_, iommu_group => 12 } } @two);
ok_rocks(qw(add host gpu rocks-33 gpupci gpupci1));
fails(qr/gpupci2 of \Q$host\E is in one IOMMU group, 12, with gpupci1, which rocks-33 has: /,
    qw(add host gpu rocks-34 gpupci gpupci2));
like(rocks_in("rocks add host gpu rocks-34 gpupci gpupci2\n", '--batch', '-')->{err},
    qr/:1: refused: gpupci2 of \Q$host\E is in one IOMMU group, 12, with gpupci1, which rocks-33 has: /, 'of a batch, too');
ok_rocks(qw(add host gpu rocks-33 gpupci2 gpupci2));

# A fabric switch is not a card; a domain that QEMU cannot use is recorded all the same.
begin();
syncs("gpupci1 pci_10000_02_00_0 new --- --", 'a fabric and a high domain',
    { %{ virtual(undef, '0000:0a:00.0', undef, ids => '10de:1af1') }, kind => 'fabric' },
    card('gpupci1', '10000:02:00', functions => 1));
fails(qr/PCI domain 10000, above ffff: QEMU cannot/, qw(add host gpu rocks-33 gpupci gpupci1));

# A scan of a VM, of an unknown host, of several.
begin(@two);
my $dump = inventory();
{
    my $text = document(\@two, host => 'rocks-33');
    my $got = rocks_in($text, qw(sync host gpu rocks-33 file=-));
    is($got->{status}, 1, 'of a VM');
    like($got->{err}, qr/rocks-33 is a VM; scan the host that houses it/, 'is refused');
    is(rocks_in($text, qw(sync host gpu nosuch file=-))->{status}, 1, 'of no host');
    is(rocks_in($text, qw(sync host gpu vm-container file=-))->{status}, 1, 'of several hosts');
    ok(inventory() eq $dump, 'nothing changed');
}

# The name up to the first dot is the machine's; a scan of a nameless host is taken.
for my $name ('vm-container-0-15.local', 'VM-Container-0-15', undef) {
    is(sync_text(document(\@two, host => $name))->{status}, 0, 'a scan of ' . ($name // 'a nameless host'));
}
begin(@two);
$dump = inventory();

# Malformed documents, each with its error.
sub refuses {
    my ($pattern, $what, $text) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    $what =~ s/([^ -~])/sprintf '\\x%x', ord $1/ge;
    my $got = sync_text($text);
    is($got->{status}, 1, "$what: refused");
    is($got->{out}, '', "$what: nothing on stdout");
    like($got->{err}, qr/\Arocks: [^\n]*$pattern[^\n]*\n\z/, "$what: why");
    ok(inventory() eq $dump, "$what: nothing changed");
    return $got;
}

# No error repeats a word of the host, unchanged or escaped.
sub hides {
    my ($word, $got) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    (my $start = $word) =~ s/[^ -~].*//s;
    return ok(length $start < 2 || index($got->{err}, $start) < 0, 'and its bytes are not repeated');
}


my $good = document([ card('gpupci5', '0000:09:00') ]);
refuses(qr/of host vm-container-0-16, not of vm-container-0-15/, 'of another host',
    document(\@two, host => 'vm-container-0-16'));
refuses(qr/of host vm-container-0-1, not/, 'of a host with half its name', document(\@two, host => 'vm-container-0-1'));
for my $name ('', '-x', '(none)', "a\nb", '{{x}}', "\e[2J") {
    hides($name, refuses(qr/of a host whose name is not a host name/, "of the host «$name»",
        document(\@two, host => $name)));
}
refuses(qr/another kind of document/, 'another schema', document(\@two, schema => 'other'));
refuses(qr/another kind of document/, 'no schema', document(\@two, schema => undef));
refuses(qr/another kind of document/, 'another JSON', '{"a": [1, 2, 3]}');
refuses(qr/another kind of document/, 'a list', '[]');
refuses(qr/another kind of document/, 'a number', '1');
refuses(qr/another kind of document/, 'null', 'null');
refuses(qr/another kind of document/, 'functions that are not a list', $good =~ s/"functions": \[.*\]/"functions": {}/sr);
refuses(qr/of a version this program does not know/, 'another version', document(\@two, version => $_))
    for 0, 2, -1, 1.5, '1', undef, 99999999999999999999;
refuses(qr/cut short: its end mark/, "end is $_", document(\@two, end => $_))
    for 0, 3, 5, -4, '"4"', 'null', '[4]', '4.5', '4e0', '99999999999999999999';
refuses(qr/cut short/, 'no end', $good =~ s/, "end": 2//r);
refuses(qr/cut short or is not JSON/, $$_[0], $$_[1])
    for [ 'an empty document', '' ], [ 'blanks', "  \n" ], [ 'a text', 'gpupci1 pci_0000_02_00_0' ],
    [ 'two documents', $good . $good ], [ 'something after it', "$good x" ], [ 'deep nesting', '[' x 100000 ],
    [ 'deep objects', '{"a":' x 100000 ], [ 'deep and whole', '[' x 100000 . ']' x 100000 ],
    [ 'a comment', "/* */ $good" ], [ 'a byte order mark', "\xef\xbb\xbf$good" ];
refuses(qr/it is not text/, 'a NUL', $good =~ s/gpupci5/gpu\0pci5/r);
refuses(qr/it is not text/, 'a NUL at the end', "$good\0");
{
    my $garbage = pack 'L*', map { ($_ * 2654435761 + 12345) & 0xffffffff | 0x01010101 } 1 .. 1000;
    my $times   = 500;
    refuses(qr/cut short or is not JSON/, 'two megabytes of garbage', $garbage x $times);
    refuses(qr/cut short or is not JSON/, 'two megabytes of a string', '"' . 'x' x (4000 * $times));
}
refuses(qr/has a malformed function/, $_, $good =~ s/("functions": ?)\[.*\]/$1\[$_, $_]/sr)
    for 'null', '1', '"gpupci"', '[]', 'true', '"\\u0000"', '"{"';
refuses(qr/has a malformed function/, 'quarantined as ' . $json->encode([$_]),
    with(quarantined => $_)) for 0, 1, 'true', [], {};
refuses(qr/one address twice/, 'an address twice',
    document([ card('gpupci1', '0000:02:00'), card('gpupci2', '0000:02:00') ]));
refuses(qr/one function of a card twice/, 'a function twice', document([ (card('gpupci1', '0000:02:00', functions => 1)) x 2 ]));
refuses(qr/one function of a card twice/, 'a number twice',
    document([ map { card('gpupci1', $_, functions => 1) } '0000:02:00', '0000:03:00' ]));
refuses(qr/without number, class or PCI address/, "address $_", with(address => $_))
    for '', '02:00', '0000:02:00.8', '0000:02:20.0', 'pci', '0000:02:00.0 ', "0000:02:00.\x{661}", ' ', '9' x 1000;
refuses(qr/without kind or address/, 'no address', with(address => undef));
refuses(qr/without kind or address/, 'no kind', with(kind => undef));
refuses(qr/kind this program does not know/, "kind $_", with(kind => $_)) for 'mdev', '', 'PCI', '; --';
refuses(qr/name is not gpupci and a number/, "name $_", with(card => $_))
    for '', 'card1', 'gpupci-1', 'gpupci1x', "gpupci1'; drop table card;--", 'gpupci' . 9 x 20, "gpupci\x{661}";
refuses(qr/function without a card/, 'no name', with(card => undef));
refuses(qr/without vendor and device/, "vendor " . ($_ // 'null'), with(vendor => $_))
    for undef, '', '10d', '10dee', '10DE', '0x10', 'zzzz';
refuses(qr/subsystem is not a number/, "subvendor $_", with(subvendor => $_)) for '', '10d', 'zzzz';
refuses(qr/without number, class or PCI address/, "class $_", with(class => $_)) for '', '0300', '03000g', '0x0300';
refuses(qr/parent that is not a PCI address/, "parent $_", with(parent => $_, kind => 'vf')) for '', 'x', '0000:02:00';
# Words of a host are of the letters that gpupci writes, or nothing of the scan is taken: they
# are given to shells, files and templates later. What is refused is not repeated.
my @words = ("{{lookup('pipe','id')}}", 'a b', "\e[2J", "\x{e9}", 'a=b', "a\nb", "a\tb", "a\x{9b}b", '{%',
    '"q"', "it's", '$x', '`x`', 'a\\', '*', '~', '#c', ';', '&', "\x{202e}");
for my $row ([ 'serial', 'serial number', @words ], [ 'path', 'PCIe path', @words[ 0 .. 3 ] ]) {
    my ($key, $what, @some) = @$row;
    for my $word (@some) {
        hides($word, refuses(qr/has a $what that is not made of letters, digits and -\._:\/\+;/,
            "$key «$word»", with($key => $word)));
    }
    refuses(qr/has a $what that is empty;/, "$key: empty", with($key => ''));
    refuses(qr/has a $what that is longer than 255 bytes;/, "$key: too long", with($key => 'x' x 256));
}
for my $name ('', 'a b', "\e[2J", '../x', '.', "\x{e9}", "a\nb", 'x' x 64) {
    hides($name, refuses(qr/has a driver whose name is not that of a kernel module;/, "driver «$name»",
        with(driver => $name)));
}
for my $word ('-x', '0', 'A.b_c:d/e+f-9') {
    is(sync_text(with(serial => $word, path => $word, driver => 'vfio-pci'), 'dryrun=yes')->{status}, 0,
        "the word $word");
}
refuses(qr/without number, class or PCI address|number above \d+/, 'function ' . ($_ // 'null'), with(function => $_))
    for -1, 64, 1 << 40, undef;
refuses(qr/number above \d+/, "numa_node $_", with(numa_node => $_)) for 65537, 1 << 40;
refuses(qr/number above \d+/, "iommu_group $_", with(iommu_group => $_)) for 1 << 31, 1 << 40;
for my $key (qw(card kind address vendor device subvendor subdevice class serial path parent)) {
    refuses(qr/has a malformed function/, "$key is not text", with($key => $_)) for 5, [], {}, ['a'], JSON::PP::true;
}
for my $key (qw(function numa_node iommu_group vfs_most)) {
    refuses(qr/has a malformed function/, "$key is not a whole number", with($key => $_))
        for '0', 1.5, [0], {}, JSON::PP::false, '';
}
refuses(qr/has a malformed function|number above \d+/, 'a number without end',
    with() =~ s/"numa_node":0/"numa_node":99999999999999999999999999/r);
refuses(qr/has more than 4096 functions/, 'too many functions', document([ (undef) x 65536 ]));
# What `add host gpu` refuses is not let in by a scan: loops of parts, two cards in a slot.
{
    my @whole = card('gpupci1', '0000:02:00', functions => 1);
    my $loop  = qr/has a card that is a part of itself, or of a part;/;
    refuses($loop, 'its own part', document([ virtual('gpupci1', '0000:02:00.0', '0000:02:00.0') ]));
    refuses($loop, 'a part of its own function', document([ map { { %$_, kind => 'vf',
        parent => '0000:02:00.1' } } card('gpupci1', '0000:02:00') ]));
    refuses($loop, 'parts of each other', document([ virtual('gpupci1', '0000:02:00.0', '0000:03:00.0'),
        virtual('gpupci2', '0000:03:00.0', '0000:02:00.0') ]));
    refuses($loop, 'a loop of three', document([ map { virtual("gpupci$_", "0000:0$_:00.0",
        sprintf '0000:0%d:00.0', $_ % 3 + 1) } 1 .. 3 ]));
    refuses($loop, 'a part of a part', document([ @whole, virtual('gpupci2', '0000:02:00.4', '0000:02:00.0'),
        virtual('gpupci3', '0000:02:00.5', '0000:02:00.4') ]));
    my $slot = qr/has two cards in one slot;/;
    refuses($slot, 'two cards in one slot', document([ @whole,
        { %{ $whole[0] }, card => 'gpupci2', address => '0000:02:00.3' } ]));
    refuses($slot, 'with a virtual function between', document([ @whole,
        virtual('gpupci3', '0000:02:00.2', '0000:02:00.0'),
        { %{ $whole[0] }, card => 'gpupci2', address => '0000:02:00.3' } ]));
    refuses($slot, 'in the second slot of a board', document([ @whole,
        { %{ $whole[0] }, function => 8, address => '0000:03:00.0' },
        { %{ $whole[0] }, card => 'gpupci2', address => '0000:03:00.5' } ]));
}
refuses(qr/serial number that is not made of|no JSON/, 'no UTF-8', with(serial => 'SERIAL') =~ s/SERIAL/\xff\xfe/r);

# Extra keys are taken: later versions of gpupci may print more.
is(sync_text(with(colour => 'red', more => { a => [1] }), 'dryrun=yes')->{status}, 0, 'keys that are not known');

# Cut anywhere: nothing changes.
{
    my $text = document([ card('gpupci5', '0000:09:00', serial => 'S-5'), card('gpupci6', '0000:0a:00') ]) =~ s/\n\z//r;
    my $wrong = '';
    for my $length (thinned(5, 13, 0 .. length($text) - 1)) {
        my $got = sync_text(substr $text, 0, $length);
        $wrong .= " $length: $got->{status} $got->{err}$got->{out}"
            unless $got->{status} == 1 && !$got->{signal} && $got->{out} eq '' && $got->{err} =~ /\Arocks: the scan is cut short[^\n]*\n\z/;
    }
    is($wrong, '', 'cut anywhere: refused');
    ok(inventory() eq $dump, 'cut anywhere: nothing changed');
    is(sync_text($text, 'dryrun=yes')->{status}, 0, 'whole: taken');
}

# Things that are not files, and a file larger than a scan.
mkfifo("$FOLDER/fifo", 0600) or die;
spurt("$FOLDER/large", '');
truncate "$FOLDER/large", (2 << 20) + 1 or die;
for my $try ([ '/nonexistent/scan.json', qr/No such file or directory/ ], [ $FOLDER, qr/it is a folder/ ],
    [ '', qr/No such file/ ], [ '/dev/zero', qr/it is not a regular file/ ], [ "$FOLDER/fifo", qr/it is not a regular file/ ],
    [ "$FOLDER/large", qr/larger than 2 MiB, the limit/ ]) {
    my $got = rocks(qw(sync host gpu), $host, "file=$try->[0]");
    is($got->{status}, 1, "file=$try->[0]");
    like($got->{err}, qr/^rocks: .*$try->[1]/, 'is said');
}
ok(inventory() eq $dump, 'nothing changed');

# A disk that takes no output: nothing is committed.
{
    open my $full, '>', '/dev/full' or die;
    spurt("$FOLDER/scan.json", document([]));
    my $pid = fork() // die;
    if (!$pid) {
        open STDOUT, '>', '/dev/full' or die;
        open STDERR, '>', '/dev/null' or die;
        exec "$BUILD/rocks", qw(sync host gpu), $host, "file=$FOLDER/scan.json" or die;
    }
    waitpid $pid, 0;
    is($? >> 8, 1, 'output that cannot be written');
    ok(inventory() eq $dump, 'nothing changed');
}

# End to end: what gpupci prints on the host of the walk-through.
{
    my $machine = Sysfs->walkthrough_host();
    my $scan = run_program('', "$BUILD/gpupci", '--sysroot', $machine->root, '--list', '--json');
    is($scan->{status}, 0, 'gpupci --list --json');
    begin();
    is(sync_text($scan->{out}, 'output-header=no')->{out} =~ s/ +/ /gr, <<"END", 'what it prints is taken');
$host: gpupci1 pci_0000_02_00_0 new --- --
$host: gpupci2 pci_0000_03_00_0 new --- --
END
    is(sync_text($scan->{out}, 'output-header=no')->{out} =~ s/ +/ /gr, <<"END", 'and the same again');
$host: gpupci1 pci_0000_02_00_0 same --- --
$host: gpupci2 pci_0000_03_00_0 same --- --
END
    prints(<<'END', qw(list host gpu vm-container-0-15));
HOST               GPU     PCI_BUS         
vm-container-0-15: gpupci1 pci_0000_02_00_0
vm-container-0-15: gpupci2 pci_0000_03_00_0
END
    ok_rocks(qw(add host gpu rocks-33 gpupci gpupci2));
    is(() = ok_rocks(qw(report host vm config rocks-33))->{out} =~ /<hostdev/g, 2, 'both functions go to the VM');
}

# How many virtual functions a card can have: an older gpupci does not say, and changes nothing.
begin();
for my $row ([ [ vfs_most => 16 ], '16' ], [ [], '16' ], [ [ vfs_most => undef ], '0' ]) {
    my ($is, $kept) = @$row;
    is(sync_text(with(@$is))->{status}, 0, 'vfs_most ' . (@$is ? $is->[1] // 'null' : 'not said'));
    is(sql('SELECT vfs_most FROM card'), $kept, "then it is $kept");
}
begin();
sync_text(with());
is(sql('SELECT vfs_most IS NULL FROM card'), 1, 'not said: not known');

done_testing;
