#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Inventories of earlier versions come through whole: cards with their ids, assignments, moves, the
# history, and what a site added; also if the upgrade is killed.
use strict;
use warnings;

use OldInventory;
use POSIX ();
use Rocks;
use Test::More;
use Time::HiRes qw(time);

my $file = $ENV{ROCKS_DB};
my @made = map { sprintf "0d3c0a4e-6a54-4b5b-9a36-0000000000%02d", $_ } 10 .. 19;

# What an inventory of a version may hold besides what make_old_inventory() puts there.
sub rows_of {
    my ($version) = @_;
    my $of_host = $version < 3 ? [ '', '' ] : [ ', host', ', 1' ];
    my @since = (
        1 => <<"END",
INSERT INTO host (id, name, appliance, rack, rank) SELECT 2, 'compute-0-8', id, 0, 8
    FROM appliance WHERE name = 'compute';
INSERT INTO host (id, name, appliance, rack, rank) SELECT 3, 'rocks-33', id, 0, 33
    FROM appliance WHERE name = 'hosted-vm';
INSERT INTO vm (host, container, uuid, mem, slice) VALUES (3, 1, '$made[0]', 2048, 0);
INSERT INTO disk (vm, position, type, path, device, bus, size)
    VALUES (3, 0, 'file', '/kvm/a', 'vda', 'virtio', 36);
INSERT INTO card (id, host, name, address, last_address, uuid, ids, serial, numa, iommu_group)
    VALUES (40, 1, 'gpupci40', 768, 768, '$made[1]', '10de:1db6', 'dsn:40', 1, 7);
INSERT INTO card (id, host, name, address, last_address, uuid)
    VALUES (30, 1, 'gpupci30', 1024, 1024, '$made[2]');
INSERT INTO card (host, kind, name, parent, address, last_address, uuid)
    VALUES (1, 'vf', 'gpupci31', 30, 1028, 1028, '$made[3]');
INSERT INTO card (host, kind, name, address, last_address, uuid)
    VALUES (1, 'mdev', 'gpupci32', 1536, 1536, '$made[4]');
INSERT INTO function (card, number, address, bar_bytes$of_host->[0])
    VALUES (40, 0, 768, 1024$of_host->[1]), (40, 1, 769, NULL$of_host->[1]);
INSERT INTO assignment (vm, card, host, name, asked) VALUES (3, 40, 1, 'gpupci', 'card');
UPDATE card SET name = 'gpupci41' WHERE id = 40;
CREATE INDEX site_ids ON card (ids);
CREATE INDEX "site_path" ON card (path);
CREATE TABLE site_note (card INTEGER REFERENCES card (id) ON DELETE CASCADE, note);
INSERT INTO site_note VALUES (40, 'loud');
CREATE VIEW site_loud AS SELECT card.name FROM card JOIN site_note ON card = id;
END
        4 => "INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, "
            . "action, patience, who) VALUES (3, 1, 2, 'copy', 't', 0, 0, 1, 0, 'shutdown', 60, "
            . "'root'); INSERT INTO move_file VALUES (3, 0, '/kvm/a', 9, 1);",
        6  => 'INSERT INTO claim VALUES (1, 2048, 3);',
        8  => "INSERT INTO definition (vm, container, xml) VALUES (3, 1, '<domain/>');",
        9  => "UPDATE card SET vgpu = 'ready' WHERE name = 'gpupci31';",
        10 => "UPDATE card SET same_as = '$made[1]' WHERE id = 30;",
        12 => "INSERT INTO alias (name, host) VALUES ('seven', 1);",
    );
    my $rows = '';
    while (my ($since, $sql) = splice @since, 0, 2) {
        $rows .= $sql if $since <= $version;
    }
    return "PRAGMA foreign_keys = ON; BEGIN; $rows COMMIT;";
}

sub old {
    my ($version, $more) = @_;
    make_old_inventory($file, $version);
    sql(rows_of($version) . ($more // ''));
    return;
}

# The tables with their columns, a line each, and the rows in these columns.
sub columns {
    return sql('SELECT name, (SELECT group_concat(name) FROM pragma_table_info(m.name)) '
            . "FROM sqlite_master m WHERE type = 'table' AND name <> 'attr'");
}

sub rows {
    my ($columns) = @_;
    return sql(join '', map { my ($table, $in) = split /\|/; "SELECT '$table', $in FROM $table ORDER BY 2, 3;" }
            split /\n/, $columns);
}

for my $version (1 .. newest_inventory() - 1) {
    old($version);
    my $columns = columns();
    my $before = rows($columns);
    my $got = rocks('list', 'host');
    is("$got->{status} $got->{err}", '0 ', "version $version: upgraded");
    is(rows($columns), $before, "version $version: every row is there");
    is(sql('PRAGMA integrity_check; PRAGMA foreign_key_check; SELECT * FROM site_loud;'
                . "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%site\\_%' ESCAPE '\\' ORDER BY 1"),
        "ok\ngpupci41\nsite_ids\nsite_path", "version $version: and what the site added");
}

# The command that upgrades works by the same rules as the next one.
old(newest_inventory() - 1);
prints('', qw(remove host gpu compute-0-7 gpupci1));
is(sql('SELECT count(*) FROM function WHERE card = 1; PRAGMA foreign_key_check'), '0',
    'a card that the upgrading command removes takes its functions along');

# What was damaged before is not made worse.
{
    my $of = newest_inventory() - 1;
    old($of, 'PRAGMA foreign_keys = OFF; DELETE FROM card WHERE id = 30;');
    my $got = rocks(qw(list host));
    is($got->{status}, 3, 'a part whose whole card is not there');
    like($got->{err}, qr/^rocks: \Q$file\E: it is damaged, nothing was changed; restore a copy/, 'is said');
    is(sql('PRAGMA user_version'), $of, 'and nothing is changed');
}

# An mdev has a UUID and no address; every other card that is present has one.
{
    old(newest_inventory() - 1);
    my $add = 'INSERT INTO card (host, name, uuid, kind, parent, part, profile) VALUES (1,';
    rocks('list', 'host');
    ok(!eval { sql("$add 'gpupci50', '$made[8]', 'vf', 30, 1, NULL)"); 1 }, 'a function needs an address');
    sql("$add 'gpupci51', '$made[9]', 'mdev', 30, 0, 'nvidia-588')");
    my $dump = rocks(qw(dump host gpu compute-0-7))->{out};
    like($dump, qr/^\S+ add host gpu compute-0-7 gpupci51 kind=mdev /m, 'an mdev is dumped without one');
    unlike($dump, qr/\b(?:part|profile|clean|why)=/, 'nothing else is new');
    sql("UPDATE card SET state = 'missing' WHERE name = 'gpupci51';"
            . "UPDATE card SET state = 'present' WHERE name = 'gpupci51'");
    is(sql("SELECT group_concat(verb, ' ') FROM history WHERE card = 'gpupci51'"),
        'added missing returned', 'the history says what became of it');
}

# Killed at any moment: the old file or the new one.
{
    my $many = 'WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) '
        . "INSERT INTO card (id, host, name, address, last_address, uuid) SELECT i, 2, 'gpupci' || i, "
        . 'i << 8, i << 8, i FROM n; INSERT INTO function (card, number, address) '
        . 'SELECT id, 0, address FROM card WHERE id >= 100;';
    my $length;
    my @versions = reverse thinned(1, 3, 1 .. newest_inventory() - 1);
    my ($half, %saw) = ('');
    for my $round (0 .. $#versions) {
        my $version = $versions[$round];
        old($version, $version < 3 ? $many
            : $many =~ s/(address)\) SELECT (id, 0, address)/$1, host) SELECT $2, host/r);
        my $columns = columns();
        my $before = rows($columns);
        my $start = time;
        my $pid = fork() // die "fork: $!";
        if (!$pid) {
            open STDOUT, '>', '/dev/null' or POSIX::_exit(101);
            exec "$BUILD/rocks", qw(list host) or POSIX::_exit(102);
        }
        select undef, undef, undef, $length * $round / @versions if $length;
        kill 'KILL', $pid if $length;
        waitpid $pid, 0;
        $length //= time - $start; # the first is not killed

        my $now = sql('PRAGMA user_version');
        $saw{ $now == $version ? 'old' : 'new' }++;
        my $is = columns() eq $columns ? 'old' : 'new';
        $half .= " version $version is $now, with $is tables"
            if $is ne ($now == $version ? 'old' : 'new')
            || ($now != $version && $now != newest_inventory());
        $half .= " version $version: rows differ" if rows($columns) ne $before;
        my $got = rocks(qw(list host));
        $half .= " version $version: then: $got->{err}" if $got->{status};
        $half .= " version $version: rows differ then" if rows($columns) ne $before;
    }
    is($half, '', 'killed: old or new, never half');
    cmp_ok($saw{old} // 0, '>', 0, 'in time, at least once');
}

done_testing;
