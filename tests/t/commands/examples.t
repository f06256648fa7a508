#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Every example of every help runs, and has something to show.
use strict;
use warnings;

use File::Path qw(make_path);
use Fleet;
use Inventory;
use Rocks;
use Sysfs;
use Test::More;

# A move that broke off.
sub begin_move {
    sql("INSERT INTO move (vm, source, target, step, token, slice, shared, ran, autostart, action, patience, who)
        SELECT vm.host, container, id, 'copy', 'x', 0, 0, 0, 0, 'poweroff', 1, 'root' FROM vm, host
        WHERE name = 'vm-container-0-14'");
    return { status => 0 };
}

# A definition of a VM that rocks has replaced.
sub replace_definition {
    sql("INSERT INTO replaced (vm, container, xml, at, who)
        SELECT vm.host, 'vm-container-0-15', '<domain/>', '2026-01-31T12:00:00Z', 'root' FROM vm, host
        WHERE host.id = vm.host AND name = 'rocks-33'");
    return { status => 0 };
}

# What an example needs besides the walk-through's inventory; a list of commands, and of functions.
my $GIVEN    = ['add host gpu rocks-33 gpupci gpupci1'];
my @MODE     = ('attr', 'appliance attr vm-container', 'host attr vm-container-0-15');
my @MOVE     = ('set host vm rocks-33 disk=', 'set attr kvm_bridge lo', 'add host vm-container-0-14');
my %PREPARED = (
    'add host vm-container-0-15' => [ 'remove host rocks-33 vm-container-0-15' ],
    "add host rocks-33 membership='Hosted VM' rack=0 rank=15 cpus=4" => ['remove host rocks-33'],
    'add host gpu vm-container-0-15 gpupci1 pci_0000_02_00_0' =>
        ['remove host gpu vm-container-0-15 gpupci1'],
    'add host vm vm-container-0-15 hosted-vm name=rocks-33 mem=8192 cpus=4' => ['remove host rocks-33'],
    'restore database rocks-copy.db' => [ sub { rocks('dump', 'database', "$FOLDER/work/rocks-copy.db", 'replace=yes') } ],
    'remove appliance gpu-container' => ['add appliance gpu-container'],
    'add host interface vm-container-0-15 br0 subnet=private ip=10.1.0.9' => ['add network private'],
    'dump appliance'                 => ['add appliance gpu-container'],
    'remove network storage'         => ['add network storage'],
    map({ $_ => ['add network storage subnet=10.3.0.0 netmask=255.255.0.0'] } 'set network mtu storage 9000',
        'set network netmask storage 255.255.255.0', 'set network subnet storage 10.2.0.0'),
    map({ $_ => ['add retired gpu gpupci2 03:00.0 serial=00-12'] } 'remove retired gpu 00-12', 'list retired gpu', 'dump retired gpu'),
    'list network'                   => ['add network private'],
    'dump network'                   => ['add network private'],
    map({ $_ => ['add host compute-0-0'] } 'remove host compute-0-0', 'set host name compute-0-0 login-1',
        'set host membership compute-0-0 Login', 'set host rack compute-0-0 1', 'set host rank compute-0-0 7'),
    'add host alias compute-0-0 c-0-0'     => ['add host compute-0-0'],
    'list host membership compute-0-0'     => ['add host compute-0-0'],
    map({ $_ => [ 'add host compute-0-0', 'add host alias compute-0-0 c-0-0' ] } 'dump host alias',
        'dump host alias compute-0-0', 'list host alias compute-0-0', 'remove host alias compute-0-0 c-0-0'),
    map({ $_ => ['add os attr linux cpu_mode host-model'] } 'dump os attr linux', 'list os attr',
        'list os attr linux', 'remove os attr linux cpu_mode'),
    map({ $_ => ['add network private subnet=10.1.0.0 netmask=255.255.0.0'] } 'report nextip private',
        'report nextip private baseip=10.1.0.9 increment=1'),
    'report host vm replaced rocks-33' => [ \&replace_definition ],
    'set host vm rocks-33 physnode=vm-container-0-14' => ['add host vm-container-0-14'],
    map({ ("$_ host vm rocks-33" => [ 'set host vm rocks-33 disk=' ]) } qw(start pause resume)),
    map({ ("move host vm rocks-33 $_" => \@MOVE) } 'vm-container-0-14', 'vm-container-0-14 dryrun=yes'),
    map({ ("move host vm rocks-33 $_" => [ @MOVE, \&begin_move ]) } 'resume=yes', 'undo=yes'),
    'dump gpu model'                 => ['add gpu model T4 10de:1eb8'],
    'remove gpu model A16'           => ['add gpu model A16 10de:25b6:10de:14a9'],
    'remove gpu model V100 10de:1db6' => ['add gpu model V100 10de:1db6'],
    map({ $_ => [ map { "add host gpu vm-container-0-15 gpupci$_ 0$_:00.0 id=10de:1eb8 numa=0" } 5, 6 ] } 'list gpu T4',
        'list gpu card T4', 'add host gpu rocks-33 gpupci T4:2 near=node'),
    map({ $_ => ['add project hpc-physics'] } 'list project', 'dump project', 'remove project hpc-physics',
        'add project user user4 user7 hpc-physics'),
    map({ $_ => [ 'add project hpc-physics', 'add project user user4 user7 hpc-physics' ] } 'list project user',
        'list project user hpc-physics', 'dump project user', 'remove project user user7 hpc-physics'),
    map({ $_ => ['add aggregate host vm-container-0-15 t4-15core'] } 'list aggregate', 'dump aggregate host',
        'list aggregate host vm-container-0-15', 'remove aggregate host vm-container-0-15 t4-15core',
        'remove aggregate host % t4-15core'),
    map({ $_ => ['add flavor two.t4 gpu=T4:2'] } 'report gpu openstack format=flavor', 'list flavor', 'dump flavor', 'remove flavor two.t4',
        'set flavor two.t4 near=switch mem=184320', 'set flavor two.t4 aggregate=none'),
    'add flavor project hpc-physics data-students two.t4' =>
        [ 'add flavor two.t4 gpu=T4:2', 'add project hpc-physics', 'add project data-students' ],
    map({ $_ => [ 'add flavor two.t4', 'add project hpc-physics', 'add project data-students',
            'add flavor project hpc-physics data-students two.t4' ] } 'list flavor project two.t4', 'dump flavor project',
        'remove flavor project data-students two.t4'),
    'list move'                      => [ @MOVE, \&begin_move ],
    'run host localhost uptime'      => ['add host frontend-0-0'],
    'check host gpu vm-container-0-15' => ['sync host gpu vm-container-0-15'],
    map({ $_ => $GIVEN } 'set host gpu rocks-33 gpupci pci_0000_03_00_0',
        'remove host gpu rocks-33 gpupci', 'report host gpu rocks-33 gpu=gpupci',
        'list host gpu rocks-33 json=yes', 'list history rocks-33'),
    map({ my ($verb, $attr) = @{$_}; map { ("$verb $_$attr" => [ 'set ' . $_ . ' cpu_mode host-model' ]) } @MODE }
        [ 'remove', ' cpu_mode' ], [ 'report', ' attr=cpu_mode' ], [ 'list', '' ], [ 'dump', '' ]),
);

# The document that an example reads, a host that can be asked, and a plugin that stops VMs.
my $host = "$FOLDER/host";
mkdir $host or die;
Sysfs->walkthrough_host($host);
# As on every host there is a process, so that gpupci can say that nobody has a card open.
make_path("$host/proc/1/fd");
spurt("$host/proc/meminfo", "MemTotal:       263762980 kB\n");
my $scan = run_program('', "$BUILD/gpupci", '--sysroot', $host, qw(--list --json));
is($scan->{status}, 0, 'gpupci --list --json') || diag($scan->{err});
fleet();
on_host('vm-container-0-15', 'gpupci', "exec '$BUILD/gpupci' --sysroot '$host' \"\$@\"");
mkdir "$FOLDER/plugins", 0755 or die;
system('cp', (map { "$BUILD/plugins/$_.so" } qw(domain device global report-page)),
    "$BUILD/tests/plugins/hypervisor-willing.so", "$FOLDER/plugins") == 0 or die;
$ENV{ROCKS_PLUGINS} = "$FOLDER/plugins";

my @commands = map { /^(.*?)  / } split /\n/, rocks()->{out};
my %seen;
my $count = 0;
mkdir "$FOLDER/work" or die;
spurt("$FOLDER/work/scan.json", $scan->{out});
spurt("$FOLDER/work/features.xml", "<acpi/>\n");
spurt("$FOLDER/work/device.xml", "<watchdog model='i6300esb'/>\n");
for my $words (@commands) {
    my $help = rocks('help', split / /, $words)->{out};
    my ($lines) = $help =~ /^Examples:\n((?:    .*\n)+)/m;
    for my $line (split /\n/, $lines // '') {
        my ($example) = $line =~ /^    rocks (.*)$/;
        ok(defined $example, "$words: $line: a call of rocks") || next;
        like($example, qr/^\Q$words\E(?: |$)/, "rocks $example: is of $words");
        ok(!$seen{$example}++, "rocks $example: is there once");
        $count++;
        walkthrough_inventory();
        for my $before (@{ $PREPARED{$example} // [] }) {
            my $got = ref $before ? $before->() : rocks(split / /, $before);
            is($got->{status}, 0, "prepared: $before");
        }
        my $script = "cd '$FOLDER/work' && rocks() { '$BUILD/rocks' \"\$@\"; } && rocks $example";
        my $got = run_program('', 'sh', '-c', $script);
        is($got->{status}, 0,  "rocks $example: done");
        # It may warn of the SQLite library; what there is nothing to sync for says so.
        is($got->{err}, '', "rocks $example: no complaint")
            if $example !~ /^(?:report version|sync config|sync host network)$/;
        isnt($got->{out},  '', "rocks $example: shows something")
            if $example =~ /^(?:list|report(?! gpu page file=)|dump(?! database)|help) /;
    }
    ok($lines, "rocks help $words: has examples");
}
cmp_ok($count, '>=', @commands, 'examples were run');
ok($seen{$_}, "prepared for an example that is there: rocks $_")
    for grep { !/^(?:list|dump|report|remove) (?:appliance |host )?attr/ } sort keys %PREPARED;

done_testing;
