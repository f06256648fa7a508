# SPDX-License-Identifier: GPL-2.0-or-later
# Inventories as earlier releases made them.
package OldInventory;

use strict;
use warnings;

use Exporter qw(import);
use Rocks;

our @EXPORT = qw(make_old_inventory newest_inventory version_before scripts_from as_before_rules
    back_to);

# Each brings a file one version up.
my @SCRIPTS = slurp('db/store/schema.c') =~ m{^#include "(db/store/\w+\.sql)\.h"}mg;

# The version of the file that this program makes.
sub newest_inventory { return scalar @SCRIPTS }

# The last version without the script of that name, and the SQL that leads from there to the newest.
sub version_before {
    my ($name) = @_;
    return (grep { $SCRIPTS[$_] eq "db/store/$name.sql" } 0 .. $#SCRIPTS)[0] // die "no $name.sql\n";
}
sub scripts_from { return join '', map { slurp($_) } @SCRIPTS[ $_[0] .. $#SCRIPTS ] }

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

# Takes the inventory back to a version: its rows, in a file that the scripts until then make.
# Triggers are off meanwhile, so that the rows come as they are.
sub back_to {
    my ($version) = @_;
    my $file = $ENV{ROCKS_DB};
    make_old_inventory("$file.old", $version);
    my $copy = join '', map {
        my ($table, $columns) = split /\|/;
        "DELETE FROM $table; INSERT INTO $table ($columns) SELECT $columns FROM new.$table; "
    } split /\n/, sql(<<'END', "$file.old");
SELECT name, (SELECT group_concat(name) FROM pragma_table_info(m.name))
FROM sqlite_master m WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
END
    my $got = run_program('', 'sqlite3', '-batch', '-cmd', '.dbconfig enable_trigger off',
        "$file.old", "ATTACH '$file' AS new; BEGIN; $copy COMMIT; DETACH new;");
    die "sqlite3: $got->{err}" if $got->{status};
    unlink glob "$file $file-*";
    rename "$file.old$_", "$file$_" for grep { -e "$file.old$_" } '', '-wal', '-shm';
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
