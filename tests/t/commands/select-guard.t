#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# A `select …` for a host: what it may read, that it changes nothing, and that it ends.
use strict;
use warnings;

use Inventory qw(inventory);
use POSIX ();
use Rocks;
use Test::More;
use Time::HiRes qw(time);

walkthrough_inventory();
for my $line (
    'add host compute-0-0',
    'add host compute-0-1 cpus=8',
    'add host compute-1-0 os=none',
    'add host gpu rocks-33 gpupci gpupci1',
    'add host attr compute-0-1 site left',
    'add attr site here',
) {
    my $got = rocks(split / /, $line);
    die $got->{err} if $got->{status};
}
my $before = inventory();

# A number of `a`s, from what is allowed to make some.
sub letters { my ($count) = @_; return "replace(printf('%${count}d', 0), ' ', 'a')" }

# The hosts that a select names.
sub names {
    my ($expected, $select) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(qw(dump host), $select);
    is($got->{err}, '', "$select: nothing on stderr");
    is($got->{status}, 0, "$select: done");
    is(join(' ', $got->{out} =~ /add host (\S+)/g), $expected, $select);
    return;
}

# The answer of one call, and how long it took.
sub timed {
    my (@words) = @_;
    my $start = time;
    my $got   = run_program('', 'timeout', '-s', 'KILL', 30, "$BUILD/rocks", @words);
    return { %$got, seconds => time - $start };
}

# It is refused, soon, with a sentence; the inventory still answers.
sub is_refused {
    my ($got, $pattern, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, 1, "$name: refused");
    is($got->{out}, '', "$name: nothing on stdout");
    like($got->{err}, qr/^rocks: the select $pattern[^\n]*\n\z/, "$name: why");
    cmp_ok($got->{seconds}, '<', $ENV{SANITIZE} ? 30 : 10, "$name: in time");
    return;
}

sub short { my ($text) = @_; return length $text > 100 ? substr($text, 0, 100) . '…' : $text }

# By a reader and by a writer, in turns.
my $turn = 0;

sub refused {
    my ($pattern, @selects) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $select (@selects) {
        is_refused(timed($_, 'host', $select), $pattern, "$_: " . short($select))
            for $turn++ % 2 ? thinned(2, 2, qw(list remove)) : thinned(2, 2, qw(remove list));
    }
    return;
}

# Those that only a limit ends, four at a time.
sub ended {
    my ($pattern, @selects) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    while (my @some = splice @selects, 0, 4) {
        my @running;
        for my $select (@some) {
            my $verb = $select =~ /order by/ ? 'remove' : 'list';
            my $pid = open(my $from, '-|') // die "fork: $!";
            if (!$pid) {
                my $got = timed($verb, 'host', $select);
                syswrite STDOUT, join "\0", %$got;
                POSIX::_exit(0);
            }
            push @running, [ $select, $from ];
        }
        for my $one (@running) {
            my ($select, $from) = @$one;
            local $/;
            my %got = split /\0/, <$from>, -1;
            is_refused(\%got, $pattern, short($select));
        }
    }
    return;
}

my $unread =
    qr/(?:reads a table that is not one of the views|does more than read); it may read these views: nodes, /;
my $writes = qr/(?:does more than read|is more than one statement|cannot be parsed)/;

# What may be asked.
names('compute-0-0 compute-0-1', q{select name from nodes where rack = 0 and name like 'comp%'});
names('compute-0-1', q{SELECT name FROM nodes WHERE cpus = 8});
names('compute-0-1', q{Select name From Nodes Where CPUS = 8;});
names('compute-0-1', "select name from nodes where cpus = 8 ; ; \n");
names('rocks-33', q{select n.name from nodes n, memberships m, appliances a
    where n.membership = m.id and m.appliance = a.id and a.name = 'hosted-vm'});
names('rocks-33', q{select n.name from nodes n join assignments a on a.node = n.id
    join cards c on c.id = a.card where c.pci_bus = 'pci_0000_02_00_0'});
names('vm-container-0-15', q{select name from nodes where id in (select physnode from vm_nodes)});
names('vm-container-0-15', q{select name from nodes n where
    (select count(*) from cards c where c.node = n.id) = 2});
names('compute-0-1', q{select n.name from nodes n join node_attributes a on a.node = n.id
    where a.attr = 'site' and a.value = 'left'});
names('compute-1-0', q{select name from nodes where rack = (select max(rack) from nodes)});
names('compute-1-0', q{select name from (with recursive c (n) as (select 1 union all
    select n + 1 from c where n < 3) select 'compute-' || c.n || '-0' as name from c)});
names('compute-0-0', q{select 'compute-0-0' union select 'nosuch' union select null});
names('', q{select name from nodes where 1 = 0});
names('', q{select 1});
names('rocks-33', q{select name from nodes where lower(upper(name)) glob 'rocks-*' });
names('compute-0-0', q{select name from nodes where name = 'compute-0-0' -- by name});
names('compute-0-0', q{select /* that one */ name from nodes where name = 'compute-0-0'});
names('', qq{select name from nodes where name = '\xc3\xa9\xe2\x80\x94\xf0\x9f\x98\x80'});
names('', q{select count(*) from nodes, subnets, networks, vm_nodes, global_attributes,
    appliance_attributes, cards, assignments});
names('compute-0-0', q{select distinct 'compute-0-0' from nodes a, nodes b, nodes c});
names('compute-0-0', q{select 'compute-0-0' from nodes a, nodes b, nodes c, nodes d, nodes e});

# What is in no view.
refused($unread, 'select name from host', 'select who from history', 'select who from writer',
    'select count(*) from history', 'select count(*) from writer', 'select 1 from function',
    'select path from disk', 'select name from sqlite_master', 'select count(*) from sqlite_master',
    'select sql from sqlite_schema', 'select name from main.host',
    'select seq from sqlite_sequence',
    'select uuid from card', 'select h.name from nodes n join host h on h.id = n.id',
    q{select name from nodes where exists (select 1 from history)},
    q{select name from nodes where (select count(*) from host where name = 'x') = 0},
    q{select name from (with nodes as (select who as name from history) select name from nodes)},
    q{select name from (select sql as name from sqlite_master) as nodes},
    q{select name from pragma_table_info('host')}, q{select count(*) from pragma_database_list},
    q{select file from pragma_database_list}, q{select key from json_each('[1]')},
    q{select count(*) from json_tree('[1]')}, q{select name from dbstat},
    'select sql from sqlite_stmt',
    'select name from temp.sqlite_master', 'select name from sqlite_temp_master');

# What does more than read.
refused($writes, 'select 1; drop table host', 'select 1; delete from host', 'select 1; select 2',
    'select name from nodes; pragma writable_schema = on', 'select 1;;; vacuum', 'select 1; --;',
    'select 1 from (delete from host)', 'select 1 from (insert into host values (1))',
    'select 1 into host', 'select ', 'select ;', 'select from', 'select name from',
    'select ((((', q{select '}, 'select "', 'select /*', 'select nosuch from nodes',
    'select name from nosuch', 'select nosuch(1)', 'select drop table host',
    "select name from nodes; attach '$FOLDER/other.db' as other", 'select * from nodes, ',
    'select (with x as (select 1) delete from host)',
    'select name from nodes limit (delete from host)');
ok(!-e "$FOLDER/other.db", 'nothing is made');

# A word that is not a select names a host that does not exist.
fails(qr/there is no host «/, qw(list host), $_)
    for 'insert into host values (1)', "update host set os = 'x'", 'delete from host',
    'drop table host',
    "attach 'x.db' as x", 'pragma user_version = 9', 'vacuum', 'reindex', 'begin', 'commit',
    'with x as (select 1) delete from host', 'with x as (select 1) select * from x', 'values (1)',
    'explain select 1', 'select/**/name from nodes', "select\tname from nodes", '/**/select 1',
    'select', 'select;', ' select name from nodes', "select\nname from nodes", '(select 1)',
    ';select 1', 'selectname';

# Functions that reach out, or are there to take memory or time.
refused(qr/(?:calls a function that is not allowed|cannot be parsed|$unread)/, map { "select $_" }
    q{load_extension('/tmp/x')}, q{readfile('/etc/passwd')}, q{writefile('/tmp/x', 'x')},
    'randomblob(1000000000)', 'zeroblob(1000000000)', q{fts3_tokenizer('simple')},
    q{edit('x')}, 'sqlite_version()', 'sqlite_source_id()', q{sqlite_compileoption_get(1)},
    'last_insert_rowid()', 'changes()', 'total_changes()', 'random()', 'char(1114111)',
    q{json_group_array(name) from nodes}, q{json('[')}, q{sqlite_log(1, 'x')}, q{soundex('x')},
    q{unknown(1)}, q{rtreecheck('x')}, q{fts5(1)}, q{date('now')},
    q{group_concat(name) over (order by name), row_number() over () from nodes},
    q{name from nodes where name match 'x'}, q{name from nodes where name regexp 'x'});

# Selects that never end.
ended(qr/took more than 5 seconds/,
    q{select max(n) from (with recursive c (n) as (select 1 union all select n + 1 from c)
        select n from c)},
    'select count(*) from ' . join(', ', map { "nodes a$_" } 1 .. 30),
    'select 1 from ' . join(', ', map { "nodes a$_" } 1 .. 30) . ' where a1.id + a30.id < 0',
    'select count(*) from (with recursive c (n) as (select 1 union all select n + 1 from c) '
    . 'select n from c) where instr(' . letters(99000) . ', ' . letters(49000) . " || 'b') > n",
    'select count(*) from (with recursive c (n) as (select 1 union all select n + 1 from c) '
    . 'select n from c) where length(replace(' . letters(90000) . ', '
    . letters(45000) . " || 'b', n)) < 0",
    'select count(*) from (with recursive c (n) as (select 1 union all select n + 1 from c) '
    . 'select n from c) where (' . letters(90000) . ' || n) like ' . "'%a%a%a%a%a%a%a%a%a%b'",
    'select count(*) from (with recursive c (n) as (select 1 union all select n + 1 from c) '
    . 'select n from c) where (' . letters(90000) . ' || n) glob ' . "'*a*a*a*a*[a-b]*a*a*a*b'");

# What takes memory.
my $memory = qr/(?:needs too much memory|returns too many rows|took more than 5 seconds)/;
names('', $_)
    for q{select printf('%1000000000d', 1)}, q{select printf('%.*c', 1000000000, 'x')};
ended($memory,
    q{select replace(replace(replace(printf('%9999d', 1), ' ', printf('%9999d', 1)), ' ',
        printf('%9999d', 1)), ' ', printf('%9999d', 1))},
    q{select hex(hex(hex(hex(printf('%90000d', 1)))))},
    'select ' . letters(60000) . ' || ' . letters(60000),
    'select group_concat(a.name) from ' . join(', ', map { "nodes $_" } 'a' .. 'k'),
    q{select name from (with recursive c (n, name) as (select 1, printf('%50000d', 1)
        union all select n + 1, printf('%50000d', n) from c) select name from c)},
    q{select n from (with recursive c (n) as (select 1 union all select n + 1 from c) select n from c)},
    q{select n from (with recursive c (n) as (select 1 union all select n + 1 from c)
        select n from c) order by n desc},
    q{select distinct n || printf('%1000d', n) from (with recursive c (n) as
        (select 1 union all select n + 1 from c) select n from c)},
    'select a.name from ' . join(', ', map { "nodes $_" } 'a' .. 'z'));

# A million rows and no more.
my $count = q{select n from (with recursive c (n) as (select 1 union all select n + 1 from c)
    select n from c) limit};
names('', "$count 1000000");
refused(qr/returns too many rows; select distinct returns fewer/, "$count 1000001");

# What is deep, wide or long.
refused(qr/(?:cannot be parsed|needs too much memory)/,
    'select ' . '(' x 5000 . '1' . ')' x 5000, 'select ' . '~' x 60000 . '1',
    'select ' . join('+', (1) x 20000), 'select ' . 'not ' x 20000 . '1',
    'select ' . join(', ', 1 .. 5000), 'select ' . join(' union all select ', 1 .. 2000),
    'select ' . '(select ' x 2000 . '1' . ')' x 2000, 'select 1 where 1 in ('
    . join(',', ('(select 1)') x 5000) . ') and ' . join(' and ', (1) x 5000),
    'select * from ' . join(', ', map { "nodes a$_" } 1 .. 70),
    'select x from (with ' . join(', ', 'x0 (x) as (select 1)',
        map { my $p = $_ - 1; "x$_ (x) as (select a.x from x$p a, x$p b)" } 1 .. 40)
    . ' select x from x40)',
    'select case ' . 'when 1 then 2 ' x 5000 . 'end' . ' +1' x 2000);

ok(inventory() eq $before, 'the inventory is as it was');
is(sql('PRAGMA integrity_check'), 'ok', 'and whole');
is((stat $ENV{ROCKS_DB})[7], length slurp($ENV{ROCKS_DB}), 'as long as it was');
names('compute-0-0', q{select name from nodes where name = 'compute-0-0'});

# Among the words of a call that writes: all or nothing.
{
    my $got = rocks(qw(set host compute-0-0), 'select name from host', 'os=none');
    is($got->{status}, 1, 'one of two is refused');
    ok(inventory() eq $before, 'nothing is changed');
    $got = rocks(qw(set host), q{select name from nodes where name like 'compute-0-%'}, 'cpus=9');
    is($got->{status}, 0, 'a select names what is changed');
    is(sql(q{SELECT group_concat(name) FROM host WHERE cpus = 9}), 'compute-0-0,compute-0-1',
        'just that');
}

# Values larger than a select may make: those of others do not stand in its way.
{
    for my $length (99_000, 100_001, 16 << 20) {
        is(rocks_in('a' x $length, qw(set host attr compute-0-1 large file=-))->{err}, '',
            "a value of $length bytes");
        is(rocks_in('a' x $length, qw(set attr large file=-))->{err}, '', 'for all, too');
        my $of = 'select nodes.name from nodes, node_attributes a where a.node = nodes.id and';
        names('compute-0-1', "$of a.attr = 'site' and a.value = 'left'");
        names('compute-0-1', "$of a.value = 'left'");
        names('compute-0-1', "$of a.value like 'le%'");
        names('compute-0-1', "$of a.attr = 'large' and length(a.value) = $length");
        names('compute-0-1', "$of a.attr = 'large' and a.value like 'aaa%'");
        names('compute-0-1',
            "$of a.attr = 'large' and a.value = (select value from global_attributes where attr = "
                . "'large')"
        );
        names('', "$of a.value = 'a'");
        next if $length < 100_000;
        refused(
            qr/reads values of more than 100000 bytes, so it may not call instr, replace or trim/,
            "$of replace(a.value, 'a', 'b') = 'b'",
            map {"$of $_(a.value, 'a') = 'b'"} qw(instr trim ltrim rtrim));
        refused(qr/cannot be parsed: LIKE or GLOB pattern too complex/,
            "$of a.value like '" . '%a' x 51 . "'");
        names('', "$of a.value like '" . '%a' x 49 . "b'");
        refused(qr/needs too much memory/, "$of hex(hex(hex(hex(a.value)))) = 'a'")
            if $length > 1 << 20;
        ended($memory,
            'select count(*) from (with recursive c (n) as (select 1 union all select n + 1 from '
                . 'c) '
                . "select n from c), node_attributes a where a.value || n like '%"
                . 'a' x 90 . "b%'")
            if $length > 1 << 20;
    }
}

done_testing;
