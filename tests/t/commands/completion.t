#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Tab: what rocks offers for a line, and what a real bash at a terminal makes of it.
use strict;
use warnings;

use Inventory;
use Rocks;
use Terminal;
use Test::More;
use Time::HiRes qw(time);

# What is offered, as a line of words; the line is typed up to where it ends.
sub offered {
    my ($line, $replaced) = @_;
    my $got = rocks('--complete', $line, $replaced // ($line =~ /(\S*)\z/)[0]);
    is($got->{err}, '', "$line: nothing on stderr");
    chomp $got->{out};
    return join(' ', sort split /\n/, $got->{out}) . ($got->{status} == 10 ? ' FILES' : '');
}

sub offers {
    my ($expected, @line) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(offered(@line), $expected, "offered after: $line[0]");
}

my $table    = 'json= output-col= output-header=';
my $hosts    = 'rocks-33 rocks-34 vm-container-0-15';
my @commands = rocks()->{out} =~ /^(\S+(?: \S+)*)  /mg;

sub prepare {
    walkthrough_inventory();
    for my $line (
        'add host vm vm-container-0-15 hosted-vm name=rocks-34',
        'add host gpu rocks-33 gpupci gpupci1',
        'add network private subnet=10.1.0.0 netmask=255.255.0.0',
        'add host interface vm-container-0-15 br0 subnet=private',
        'set attr cpu_mode host-model',
        'set host attr vm-container-0-15 kvm_bridge br1',
        'add retired gpu gpupci2 03:00.0 serial=00-12',
        'add appliance gpu-container',
    ) {
        is(rocks(split / /, $line)->{status}, 0, "prepared: $line");
    }
    return;
}
prepare();

# Words, of every command: each is offered after those before it, in any case.
for my $command (@commands) {
    my @words = split / /, $command;
    for my $i (0 .. $#words) {
        my $before = join ' ', 'rocks', @words[ 0 .. $i - 1 ];
        like(offered("$before "), qr/(?:^| )\Q$words[$i]\E(?: |$)/, "$before: $words[$i]");
    }
    my $line = uc("rocks $command") =~ s/\w\z//r;
    like(offered($line), qr/(?:^| )\Q$words[-1]\E(?: |$)/, $line);
}

# Parameters, of every command: those in its help that were not given.
for my $command (grep { $_ ne 'help' } @commands) {
    my ($list)   = rocks('help', split / /, $command)->{out} =~ /^Parameters:\n((?:    .*\n)*)/m;
    my @expected = map  { "$_=" } ($list // '') =~ /^    (\S+)=$/mg;
    my @given    = grep { /=$/ } split / /, offered("rocks $command ");
    is_deeply(\@given, [ sort @expected ], "$command: its parameters");
    my $first = shift @expected // next;
    unlike(offered("rocks $command ${first}x "), qr/(?:^| )\Q$first\E/, "$command: $first once");
}

offers('--batch --db --help --version', 'rocks -');
offers('--db',                          'rocks --d');
offers('check=yes conflicts=skip',      'rocks --batch file ');
offers(' FILES',                        $_) for 'rocks --db ',   'rocks --batch ', 'rocks --db=/t';
offers(' FILES',                        $_) for 'rocks dump > ', 'rocks dump >> /t';
offers(' FILES',                        'rocks set attr a file=');
offers('host',                          'rocks help list ho');
offers('host',                          'cd /tmp; rocks list ho');
offers('',                       $_) for 'rocks', '', 'rocks frobnicate ', 'rocks list host vm x=';
offers("$table $hosts",          'rocks list host gpu ');
offers($hosts,                   'rocks list host gpu host=',  '');
offers('host=vm-container-0-15', 'rocks list host gpu host=v', 'host=v');
offers(join(' ', sort qw(alias attr gpu interface membership vm), split / /, "$table $hosts"), 'rocks list host ');
offers('elsewhere= replace= rocks-33 rocks-34 timeout=', 'rocks start host vm ');
offers('vm-container-0-15',              'rocks add host vm vm-');
offers('vm-container-0-15',              'rocks set host vm rocks-33 physnode=', '');
offers('json=no json=yes',               'rocks list host gpu json=',            'json=');
offers('no yes',                         'rocks list host gpu json=',            '');
offers('no yes',                         'rocks list host gpu output-header=',   '');
offers('poweroff reboot reset shutdown', 'rocks stop host vm rocks-33 action=',  '');
offers('prometheus slurm',               'rocks report host gpu format=',        '');
offers('ansible pdsh',                   'rocks report host inventory format=',  '');

# Cards: those of the host that is named, and for a VM those that it could have.
offers("gpupci1 gpupci2 $hosts", 'rocks remove host gpu vm-container-0-15 ');
offers('gpupci',                 'rocks set host gpu rocks-33 gp');
offers('gpupci1 gpupci2',        'rocks set host gpu host=vm-container-0-15 gp');
offers('gpupci2',                'rocks add host gpu rocks-34 gpupci gp');
offers('pci_0000_03_00_0',       'rocks add host gpu rocks-34 gpupci pci');
offers('pci_0000_03_00_0',       'rocks add host gpu rocks-34 gpupci value=p', 'p');
offers('gpupci gpupci1 gpupci2', 'rocks report host gpu gpu=',                 '');
offers('00-12',                  'rocks remove retired gpu ');

# Attributes, appliances, networks, interfaces.
offers('cpu_mode file= kvm_bridge managed vm_mac_base_addr', 'rocks set attr ');
offers("kvm_bridge",     'rocks report host attr vm-container-0-15 attr=k', 'k');
offers('cpu_mode',       'rocks set host attr rocks-33 cp');
offers('gpu-container',  'rocks set appliance attr g');
offers('gpu-container',  'rocks add host x membership=g', 'g');
offers('private',        'rocks remove network ');
offers('subnet=private', 'rocks add host interface rocks-33 eth1 subnet=', 'subnet=');
offers('br0',            'rocks remove host interface vm-container-0-15 b');

# A name with characters special to a shell is quoted; within quotes it is not offered.
fresh_inventory(
    [ qw(set attr), 'x;touch$HOME', 1 ],
    [ qw(set attr), "x'y",          1 ],
    [qw(set attr xz 1)]
);
is(rocks('--complete', 'rocks set attr x', 'x')->{out}, "x\\'y\nx\\;touch\\\$HOME\nxz\n", 'quoted');
is(rocks('--complete', "rocks set attr 'x",    'x')->{out}, "xz\n", 'within quotes');
is(rocks('--complete', 'rocks set attr x\\;t', 'x\\;t')->{out},
    "x\\;touch\\\$HOME\n", 'typed with a backslash');

# A site's own commands.
mkdir "$FOLDER/libexec" or die;
spurt("$FOLDER/libexec/rocks-greet-host", "#!/bin/sh\n");
{
    local $ENV{ROCKS_LIBEXEC} = "$FOLDER/libexec";
    offers('greet', 'rocks gr');
    offers('host',  'rocks greet ');
    offers('',      'rocks greet host ');
}

# Nothing is made, changed, waited for or complained of.
sub silent {
    my ($file, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = -f $file ? slurp($file) : '';
    my $start  = time;
    my $got =
        run_program('', "$BUILD/rocks", '--complete', "rocks --db $file start host vm v", 'v');
    is("$got->{status} $got->{out}$got->{err}", '0 ', "$what: nothing is offered or said");
    cmp_ok(time - $start, '<', 10, "$what: and nobody waited for");
    is(-f $file ? slurp($file) : '', $before, "$what: the file is as it was");
    return;
}
silent("$FOLDER/none.db", 'no file');
ok(!-e "$FOLDER/none.db", '... and none is made');
silent($FOLDER, 'a folder');
spurt("$FOLDER/text.db", "text\n" x 1000);
silent("$FOLDER/text.db", 'some text');
my $newer = "$FOLDER/newer.db";
is(rocks('--db', $newer, qw(add host vm-container-0-15))->{status}, 0, 'a file');
sql('PRAGMA user_version = 9999', $newer);
silent($newer, 'a file of a newer version');
my $older = "$FOLDER/older.db";
sql("\n" . slurp('db/store/schema.sql') . <<'END', $older);
PRAGMA application_id = 0x67707570;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
END
silent($older, 'a file of an older version');
is(sql('PRAGMA user_version', $older),             1, '... is not made a newer one');
is(rocks('--db', $older, qw(list host))->{status}, 0, '... as a command does');
cmp_ok(sql('PRAGMA user_version', $older), '>', 1, '... to it');
my $locked = "$FOLDER/locked.db";
is(rocks('--db', $locked, qw(add host vm-container-0-15))->{status}, 0, 'a file');
{
    my $holder = open my $shell, '|-', 'sqlite3', $locked or die "sqlite3: $!";
    print {$shell} "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE host SET cpus = 2;\n",
        ".shell touch $FOLDER/holds\n";
    $shell->flush;
    select undef, undef, undef, 0.05 while !-e "$FOLDER/holds";
    silent($locked, 'a file that another program keeps to itself');
    close $shell;
}

# A fleet: a bounded list that has in common what all have, and nothing that takes long.
my $fleet = "$FOLDER/fleet.db";
is(rocks('--db', $fleet, qw(set attr a b))->{status}, 0, 'a fleet');
sql(<<'END', $fleet);
PRAGMA synchronous = OFF;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
INSERT INTO host (name, appliance, rack, rank)
    SELECT 'compute-' || (i / 100) || '-' || (i % 100), appliance.id, i / 100, i % 100
    FROM n, appliance WHERE appliance.name = 'compute';
INSERT INTO host (name, appliance, rack, rank) SELECT 'zebra', id, 0, 0 FROM appliance LIMIT 1;
INSERT INTO vm (host, container, uuid, mem, slice)
    SELECT zebra.id, host.id, 'u', 1, 0 FROM host, host zebra
    WHERE host.name = 'compute-0-0' AND zebra.name = 'zebra';
END
{
    local $ENV{ROCKS_DB} = $fleet;
    my @list = split / /, offered('rocks remove host attr ');
    is(scalar @list, 501,     'of 100,001 hosts so many are offered');
    is($list[-1],    'zebra', '... and the last, since not all begin alike');
    @list = split / /, offered('rocks remove host attr c');
    is("$list[0] $list[-1]", 'compute-0-0 compute-999-99', '... or those that begin so');
    offers(join(' ', sort map { "compute-999-9$_" } '', 0 .. 9),
        'rocks remove host attr compute-999-9');
    offers('elsewhere= replace= timeout= zebra', 'rocks start host vm ');
    offers('compute-5-55',   'rocks add host vm compute-5-55');
}

# A bash at a terminal.
prepare();
$ENV{PATH} = "$BUILD:$ENV{PATH}";
my $bash = Terminal->new(map { "system/$_.bash" } qw(rocks gpupci));
my $tab  = "\t";

sub completes {
    my ($typed, $expected) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is($bash->line_after("$typed\t"), $expected, "$typed<Tab>");
}
completes('rocks li',                    'rocks list ');
completes('/opt/rocks/bin/rocks li',     '/opt/rocks/bin/rocks list ');
completes('cd /tmp; rocks LI',           'cd /tmp; rocks list ');
completes('rocks list host gpu vm',      'rocks list host gpu vm-container-0-15 ');
completes('rocks list host gpu ro',      'rocks list host gpu rocks-3');
completes('rocks list host gpu js',      'rocks list host gpu json=');
completes('rocks list host gpu json=y',  'rocks list host gpu json=yes ');
completes('rocks list host gpu host=vm', 'rocks list host gpu host=vm-container-0-15 ');
completes("rocks list host gpu 'vm",     "rocks list host gpu 'vm-container-0-15' ");
completes('rocks list host gpu "vm',     'rocks list host gpu "vm-container-0-15" ');
completes('rocks add host gpu rocks-34 gpupci pc',
    'rocks add host gpu rocks-34 gpupci pci_0000_03_00_0 ');
completes('rocks report host attr rocks-33 attr=cp',
    'rocks report host attr rocks-33 attr=cpu_mode ');
completes("rocks --db $FOLDER/none.db list host gpu vm",
    "rocks --db $FOLDER/none.db list host gpu vm");
completes("rocks --db $FOLDER/flee",    "rocks --db $FOLDER/fleet.db");
completes("rocks --db=$FOLDER/fleet.d", "rocks --db=$FOLDER/fleet.db");
completes(
    "rocks set host attr rocks-33 x file=$FOLDER/fleet.d",
    "rocks set host attr rocks-33 x file=$FOLDER/fleet.db"
);
completes("rocks --db=$FOLDER/fleet.db list host ze",
    "rocks --db=$FOLDER/fleet.db list host zebra ");
completes('rocks frobnicate x', 'rocks frobnicate x');
is_deeply($bash->list_after('rocks list host gpu rocks-3'),
    [qw(rocks-33 rocks-34)], 'Tab twice lists');
is_deeply($bash->list_after('rocks add host gpu rocks-34 gpupci value='),
    [], '... nothing where one is left');
is(rocks('set', 'attr', $_, 1)->{status}, 0, "a name $_") for 'y;z', 'q?r';
completes('rocks set attr y', 'rocks set attr y\;z ');

# Where = and : break no words, and in another inventory.
is($bash->run('COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]/}'), '', 'other breaks of words');
completes('rocks list host gpu host=vm', 'rocks list host gpu host=vm-container-0-15 ');
is($bash->run("export ROCKS_DB=$fleet"), '', 'another inventory');
completes('rocks list host ze',            'rocks list host zebra ');
completes('rocks add host gpu comp',       'rocks add host gpu compute-');
completes('rocks list host compute-998-9', 'rocks list host compute-998-9');
is($bash->run("export ROCKS_DB=$FOLDER/none.db"), '', 'no inventory');
completes('rocks list host compute', 'rocks list host compute');
is($bash->run('shopt -s nullglob failglob; set -u; cd /'), '', 'with options that people set');
completes('rocks list host g', 'rocks list host gpu ');
is($bash->run("export ROCKS_DB=$ENV{ROCKS_DB}"), '', 'the first inventory');
completes('rocks set attr q', 'rocks set attr q\?r ');
is($bash->run('PATH=/nonexistent'), '', 'no rocks');
completes('rocks li', 'rocks li');
is($bash->run("PATH=\"$ENV{PATH}\"; cd '$FOLDER'"), '', 'rocks again');

# gpupci: options as the help has them, cards of the host.
system('tests/data/make-walkthrough-host', "$FOLDER/host") == 0 or die;
my $on = "gpupci --sysroot $FOLDER/host";
completes('gpupci --li',                         'gpupci --list ');
completes('gpupci --capt',                       'gpupci --capture ');
completes('gpupci --driver v',                   'gpupci --driver vfio-pci ');
completes("gpupci --sysroot $FOLDER/hos",        "gpupci --sysroot $FOLDER/host/");
completes("$on -d gp",                           "$on -d gpupci");
completes("$on -s gpupci1 --json al",            "$on -s gpupci1 --json all ");
completes("$on -s gpupci1 --js",                 "$on -s gpupci1 --json ");
completes("$on --detach a",                      "$on --detach all ");
completes("$on --rename gpupci7 gp",             "$on --rename gpupci7 gpupci");
completes("$on --timeout ",                      "$on --timeout ");
completes("gpupci --sysroot /nonexistent -d gp", 'gpupci --sysroot /nonexistent -d gp');
is_deeply($bash->list_after("$on --detach "), [qw(all gpupci1 gpupci2)], 'cards');
is_deeply($bash->list_after("$on -s gpupci"), [qw(gpupci1 gpupci2)],     'cards that begin so');
my $help = run_program('', "$BUILD/gpupci", '--help')->{out};
is_deeply(
    [ sort @{ $bash->list_after('gpupci --') } ],
    [ sort $help =~ /^ +(?:-\w, )?(--[a-z-]+)/mg ],
    'all options'
);

# A kernel that does not come back holds a Tab up for a second, not for half a minute.
mkdir "$FOLDER/bin" or die;
spurt("$FOLDER/bin/gpupci", <<"END");
#!/bin/sh
[ "\$1" = --help ] || echo "\$*" > "$FOLDER/asked"
exec "$BUILD/gpupci" "\$@"
END
chmod 0755, "$FOLDER/bin/gpupci";
is($bash->run("PATH=\"$FOLDER/bin:\$PATH\""), '', 'a gpupci that prints its arguments');
completes("$on -d a", "$on -d all ");
is(slurp("$FOLDER/asked"), "--list --timeout 1 --sysroot $FOLDER/host\n", 'what it is asked');

# Projects and their users, owners, aggregates, flavors.
walkthrough_inventory();
rocks(split / /) for 'add project hpc-physics', 'add project user user4 hpc-physics', 'set host vm rocks-33 owner=user7',
    'add aggregate host vm-container-0-15 t4-15core', 'add flavor two.t4';
offers('hpc-physics',         'rocks remove project h');
offers('user4 user7',         'rocks set host vm rocks-33 owner=', '');
offers('project=hpc-physics', 'rocks set host vm rocks-33 project=', 'project=');
offers('t4-15core',           'rocks remove aggregate host vm-container-0-15 t');
offers('two.t4',              'rocks set flavor two');

done_testing;
