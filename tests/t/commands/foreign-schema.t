#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# An inventory whose tables, views or triggers somebody has changed is refused, not run: a view or
# a trigger of another could never end, or change what rocks writes. What a site may add is let in.
use strict;
use warnings;

use Inventory;
use OldInventory;
use Rocks;
use Test::More;

my $file = $ENV{ROCKS_DB};
my $copy = "$FOLDER/copy.db";

sub fresh {
    unlink glob "$file*";
    my $got = rocks(qw(add host compute-0-0));
    die $got->{err} if $got->{status};
    return;
}

# Its one file, after the log was written into it.
sub bytes {
    sql('PRAGMA wal_checkpoint(TRUNCATE)');
    return slurp($file);
}

sub is_refused {
    my ($name, $what, @commands) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = bytes();
    for my $words (@commands) {
        my $got = run_program('', 'timeout', 20, "$BUILD/rocks", @$words);
        is($got->{status}, $words->[0] eq 'list' ? 3 : 1, "$name: @$words: refused");
        is($got->{out}, '', "$name: @$words: nothing is printed");
        like($got->{err}, qr/^rocks: \Q$file: it is not an inventory of this program: $what; \E/,
            "$name: @$words: why");
        like($got->{err}, qr/; it was not touched; restore a copy [^\n]*\n\z/,
            "$name: @$words: what to do");
    }
    is(bytes(), $before, "$name: not touched");
    return;
}

my @both    = ([qw(list host)], [qw(add host compute-0-1)]);
my $endless = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n';
for my $change (
    [
        'somebody has added the trigger slow',
        "CREATE TRIGGER slow AFTER INSERT ON host BEGIN INSERT INTO attr (name, value) $endless; END"
    ],
    [
        'somebody has added the trigger site_slow',
        "CREATE TRIGGER site_slow AFTER INSERT ON host BEGIN DELETE FROM attr; END"
    ],
    [
        'somebody has changed the view nodes',
        "DROP VIEW nodes; CREATE VIEW nodes AS SELECT i AS id FROM ($endless)"
    ],
    ['it lacks the trigger history_loses_nothing', 'DROP TRIGGER history_loses_nothing'],
    ['somebody has changed the table interface', 'ALTER TABLE interface DROP COLUMN channel'],
    ['somebody has added the table note',        'CREATE TABLE note (host, text)'],
    ['somebody has added the index site_name',
        'CREATE UNIQUE INDEX site_name ON host (lower(name))'],
    ['it lacks the index host_place', 'DROP INDEX host_place'],
) {
    fresh();
    sql($change->[1]);
    is_refused($change->[1], $change->[0], @both);
}

# The count of changes was set back: a reader does not look again, a writer does.
{
    fresh();
    my $changes = sql('PRAGMA schema_version');
    sql("CREATE TABLE note (text); PRAGMA schema_version = $changes");
    is(rocks(qw(list host))->{status}, 0, 'a reader looks at the count of changes');
    is_refused('the count set back', 'somebody has added the table note', [qw(add host compute-0-1)]);
}

# What changes nothing, and what is the site's own.
for my $change (
    'CREATE TABLE site_note (host INTEGER REFERENCES host (id) ON DELETE CASCADE, text)',
    'CREATE VIEW site_cards AS SELECT name FROM card',
    'CREATE INDEX "site_cpus" ON host (cpus)',
    'ANALYZE', 'VACUUM', 'REINDEX',
) {
    fresh();
    sql($change);
    is(rocks(@$_)->{err}, '', "$change: @$_") for @both;
    is(rocks(qw(dump host))->{out} =~ tr/\n//, 2, "$change: the rows are there");
}

# A file made anew of what the shell saves, in another order.
{
    fresh();
    my @dump = split /(?<=;\n)(?=CREATE|INSERT|COMMIT|DELETE)/, sql('.dump') . "\n";
    my ($before) = grep { $dump[$_] =~ /^CREATE INDEX host_appliance/ } 0 .. $#dump;
    push @dump, splice @dump, $before, 1;
    my ($version, $id) = map { sql("PRAGMA $_") } qw(user_version application_id);
    unlink glob "$file*";
    spurt("$FOLDER/saved.sql", join '', @dump);
    sql(".read $FOLDER/saved.sql");
    sql("PRAGMA user_version = $version; PRAGMA application_id = $id; PRAGMA journal_mode = WAL");
    is(rocks(@$_)->{err}, '', "what .dump saved: @$_") for @both;
}

# An older file is upgraded as a whole, or not at all.
make_old_inventory($file, 4);
sql('CREATE TRIGGER slow AFTER INSERT ON host BEGIN DELETE FROM attr; END');
is_refused('an older file', 'somebody has added the trigger slow', @both);
is(sql('PRAGMA user_version'), 4, 'an older file keeps its version');

# A copy is held to the same; restoring a whole one mends a changed inventory.
{
    fresh();
    prints('', qw(dump database), $copy);
    my $changed = "$FOLDER/changed.db";
    prints('', qw(dump database), $changed);
    sql('DROP VIEW nodes', $changed);
    my $got = rocks(qw(restore database), $changed);
    is($got->{status}, 3, 'a changed copy is not restored');
    like($got->{err}, qr/^rocks: \Q$changed\E: it is not an inventory .* it lacks the view nodes;/,
        'and why');
    sql('DROP VIEW nodes');
    is_refused('a changed inventory', 'it lacks the view nodes', @both);
    prints('', qw(restore database), $copy);
    is(rocks(@$_)->{err}, '', "restored: @$_") for @both;
}

done_testing;
