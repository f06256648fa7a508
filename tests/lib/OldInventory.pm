# SPDX-License-Identifier: GPL-2.0-or-later
# Inventories as earlier releases made them.
package OldInventory;

use strict;
use warnings;

use Exporter qw(import);
use Rocks;

our @EXPORT = qw(make_old_inventory newest_inventory as_before_rules back_to);

# Each brings a file one version up.
my @SCRIPTS = slurp('db/store/schema.c') =~ m{^#include "(db/store/\w+\.sql)\.h"}mg;

# The version of the file that this program makes.
sub newest_inventory { return scalar @SCRIPTS }

# One of that version: compute-0-7 with the card gpupci1 at 02:00.0, and a card without host.
sub make_old_inventory {
    my ($path, $of) = @_;
    my $host = $of < 3 ? '' : ', host'; # which functions know since then
    unlink glob "$path*";
    sql('PRAGMA application_id = 0x67707570; BEGIN; '
            . join('', map { slurp($_) } @SCRIPTS[ 0 .. $of - 1 ])
            . "INSERT INTO host (name, appliance, rack, rank) SELECT 'compute-0-7', id, 0, 7 "
            . "FROM appliance WHERE name = 'compute'; "
            . 'INSERT INTO card (host, name, address, last_address, uuid) SELECT id, '
            . "'gpupci1', 512, 512, '0d3c0a4e-6a54-4b5b-9a36-000000000001' FROM host; "
            . 'INSERT INTO card (name, last_address, uuid, serial, state) VALUES '
            . "('gpupci1', 512, '0d3c0a4e-6a54-4b5b-9a36-000000000002', 'S', 'missing'); "
            . "INSERT INTO function (card, number, address$host) SELECT id, 0, 512$host FROM card; "
            . "INSERT INTO function (card, number, address$host) SELECT id, 8, 1280$host FROM card; "
            . "PRAGMA user_version = $of; COMMIT; PRAGMA journal_mode = WAL;",
        $path);
    chmod 0640, $path;
    return;
}

# Takes the inventory back to a version of 4 or later: what the scripts since then made goes, and
# the triggers and views that they dropped come back.
sub back_to {
    my ($version) = @_;
    my $made = join '', map { slurp($_) } @SCRIPTS[ $version .. $#SCRIPTS ];
    my $kept = join '', map { slurp($_) } @SCRIPTS[ 0 .. $version - 1 ];
    my %was = ($kept =~ /^(?=CREATE TRIGGER (\w+))(.*?^END;)/msg,
        $kept =~ /^(?=CREATE VIEW (\w+))(.*?;)/msg);
    my %made;
    push @{ $made{$1} }, $2 while $made =~ /^CREATE (TABLE|VIEW|TRIGGER) (\w+)/mg;
    sql(join ' ', "PRAGMA user_version = $version;",
        (map { my $kind = $_; map {"DROP $kind $_;"} @{ $made{$kind} // [] } } qw(TRIGGER VIEW TABLE)),
        (map { s/^ALTER TABLE (\w+) ADD COLUMN (\w+)/ALTER TABLE $1 DROP COLUMN $2;/r }
            $made =~ /^ALTER TABLE \w+ ADD COLUMN \w+/mg),
        grep {defined} map { $was{$_} } $made =~ /^DROP (?:TRIGGER|VIEW) (\w+)/mg);
    return;
}

# Writes what an older version took: statements that the rules of db/store/cards.sql would refuse.
sub as_before_rules {
    my ($statements) = @_;
    my @rules = slurp('db/store/cards.sql') =~ /^(CREATE TRIGGER \w+ .*?^END;)/msg;
    my @names = map { /^CREATE TRIGGER (\w+)/ } @rules;
    sql(join ' ', 'BEGIN;', (map { "DROP TRIGGER $_;" } @names), "$statements;", @rules, 'COMMIT;');
    return;
}

1;
