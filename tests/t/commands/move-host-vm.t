#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks move host vm: a VM goes to another container with its cards and disks, or the error says why
# it cannot before it is stopped.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use Fleet;
use Inventory;
use Moving;
use Rocks;
use Scan;
use Test::More;

my $card  = [ qw(add host gpu), $VM, 'gpupci', 'gpupci1' ];
my $image = "$DISKS/$VM.vda";

# The VM stays, and so do its hypervisors.
sub stays {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    my $got    = moves(@words ? @words : $TARGET);
    is($got->{status}, 1, "$pattern: failed");
    like($got->{err}, qr/\Arocks: $VM: $pattern[^\n]*\n\z/, 'with a word');
    is($got->{out}, '', 'and nothing else');
    is(calls(), '', 'nothing was asked of a hypervisor');
    ok(inventory() eq $before, 'the inventory is as it was');
    return is(runs($SOURCE), 1, 'it runs on');
}

sub shows { my ($what, @words) = @_; return like(rocks(@words)->{out}, $what, "rocks @words") }

sub same_disk {
    my ($host, $name, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return ok(-e on_disk($host, $name) && slurp(on_disk($host, $name)) eq $IMAGE, $what);
}

# It is on the target and nothing of the move is left but the old disk.
sub has_moved {
    my ($what, $running) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    shows(qr/ \Q$TARGET\E /, qw(list host vm), $VM);
    is_deeply([ is_defined($SOURCE), runs($SOURCE), is_defined($TARGET), runs($TARGET) ],
        [ 0, 0, 1, $running ], "$what: only the target has it");
    same_disk($TARGET, "$VM.vda", "$what: its disk is there to the last byte");
    same_disk($SOURCE, "$VM.vda", "$what: and where it was");
    is_deeply([ glob "$FOLDER/hosts/*/disks/.rocks*" ], [], "$what: no folder is left");
    return prints('', qw(list move));
}

# Words.
set_up($card);
usage(qr/give one of these: a container, resume=yes, undo=yes/, qw(move host vm), $VM);
usage(qr/give one of these/, qw(move host vm), $VM, $TARGET, 'undo=yes');
usage(qr/give one of these/, qw(move host vm), $VM, 'resume=yes', 'undo=yes');
usage(qr/shared= is only for a new move/, qw(move host vm), $VM, 'undo=yes', 'shared=yes');
usage(qr/action= must be poweroff or shutdown, not «reset»/, qw(move host vm), $VM, $TARGET,
    'action=reset');
usage(qr/undo= must be yes or no, not «perhaps»/, qw(move host vm), $VM, 'undo=perhaps');
usage(qr/timeout= must be a number from 1 to 86400/, qw(move host vm), $VM, $TARGET, 'timeout=0');
refused(qr/\Q$SOURCE\E is not a VM; see `rocks list host vm`/, qw(move host vm), $SOURCE, $TARGET);
refused(qr/there is no host «nowhere»/, qw(move host vm), $VM, 'nowhere');
refused(qr/$VM is on \Q$SOURCE\E already/, qw(move host vm), $VM, $SOURCE);
refused(qr/$VM is not being moved; see `rocks list move`/, qw(move host vm), $VM, 'undo=yes');
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40));
refused(qr/rocks-40 is a VM itself: it houses none/, qw(move host vm), $VM, 'rocks-40');
calls();

# What would be done.
{
    my $before = inventory();
    my $got    = moves($TARGET, 'dryrun=yes');
    is($got->{err}, '', 'dryrun=yes');
    is($got->{out}, <<"TEXT", 'says what would be done');
$VM: from $SOURCE to $TARGET; it runs
card gpupci: gpupci1 at pci_0000_02_00_0 -> gpupci1 at pci_0000_81_00_0
copy $image: 2 MB, of which 1 MB are in use
steps: stop, undefine, copy, compare, place, switch, define, start
nothing was changed
TEXT
    is(calls(), '', 'and does nothing');
    ok(inventory() eq $before && runs($SOURCE), 'at all');
    is_deeply([ glob on_disk($TARGET, '*') ], [], 'anywhere');
}

# It moves.
{
    my $got = moves($TARGET);
    is($got->{status}, 0, 'it moves') || diag($got->{err});
    is($got->{err}, '', 'without a complaint');
    like($got->{out}, qr/^steps: .*\n(?:$VM: \w+\n){9}$VM: \Q$image\E is still on \Q$SOURCE\E; /m,
        'step by step');
    has_moved('with a card', 1);
    is(calls(), "stop $SOURCE, undefine $SOURCE, define $TARGET, start $TARGET", 'in that order');
    prints("HOST      GPU    PCI_BUS         \n$VM: gpupci pci_0000_81_00_0\n", qw(list host gpu),
        $VM);
    like(slurp("$FOLDER/hypervisors/$TARGET/" . uuid() . '.xml'), qr/bus="0x81"/,
        'with the card of that host');
    is(sql('SELECT count(*) FROM assignment'), 1, 'the other card is free');
    cmp_ok((stat on_disk($TARGET, "$VM.vda"))[12] * 512, '<', 200_000, 'the holes of its disk too');
    is(join(' ', map { (split)[2] } grep { /gpupci1/ } split /\n/, rocks(qw(list history),
        $VM)->{out}),
        'assigned reserved reserved assigned taken', 'the history records it');

    # Its old disk is in the way back, and goes when it is said to.
    $got = moves($SOURCE);
    like($got->{err},
        qr/\Arocks: $VM: its disk vda, \Q$image\E: \Q$SOURCE\E has something there, which is never/,
        'no disk is written over');
    my ($command) = moves($SOURCE)->{out} eq '' && "run host $SOURCE 'rm -- $image'";
    is(run_program('', 'sh', '-c', "'$BUILD/rocks' $command")->{status}, 0,
        'the command that was suggested');
    $got = moves($SOURCE);
    is($got->{err}, '', 'and it moves back');
    is(runs($SOURCE), 1, 'and runs there');
}

# One that is off stays off; one that was never started is not defined either.
set_up();
domain($SOURCE, xml => '<domain/>', autostart => '');
is(moves($TARGET)->{err}, '', 'one that is off');
has_moved('off', 0);
ok(-e "$FOLDER/hypervisors/$TARGET/" . uuid() . '.autostart',
    'and starts with its container as before');
set_up();
domain($SOURCE);
unlink on_disk($SOURCE, "$VM.vda");
calls();
is(moves($TARGET)->{err}, '', 'one that never was');
is_deeply([ is_defined($TARGET), calls() =~ s/undefine \Q$SOURCE\E//r ], [ 0, '' ],
    'is not defined there');
like(rocks(qw(start host vm), $VM)->{out}, qr/made \Q$image\E on \Q$TARGET\E/, 'and starts there');

# Two cards; which is which.
set_up($card, [ qw(add host gpu), $VM, 'gpupci2', 'gpupci2' ]);
is(moves($TARGET)->{err}, '', 'two cards');
shows(qr/gpupci  pci_0000_81_00_0\n.*gpupci2 pci_0000_82_00_0/, qw(list host gpu), $VM);

# No card there is like it.
set_up($card);
rocks(qw(add host vm), $TARGET, qw(hosted-vm name=rocks-40));
rocks(qw(add host gpu rocks-40 gpupci gpupci1));
rocks(qw(set host gpu), $TARGET, qw(gpupci2 state=quarantined));
stays(words(qr/\Q$TARGET\E has no free card like its gpupci \(10de:1db6, the same functions\): of /,
        qr/that model it has gpupci1 \(held by rocks-40\), gpupci2 \(quarantined\); see /,
        qr/`rocks list host gpu \Q$TARGET\E`/));
rocks(qw(remove host gpu rocks-40 gpupci));
rocks(qw(set host gpu), $TARGET, 'gpupci1', 'functions=0/030000/10de:1db6');
stays(words(
    qr/\Q$TARGET\E has no free card like its gpupci .*gpupci1 \(not to be had, or with other /,
        qr/functions\)/));
rocks(qw(set host gpu), $TARGET, $_, 'id=10de:1eb8') for qw(gpupci1 gpupci2);
stays(qr/\Q$TARGET\E has no free card like its gpupci .*: it has none of that model/);
sql("UPDATE card SET ids = NULL WHERE name = 'gpupci1'");
stays(qr/the model of its gpupci is unknown/);

# A card that was asked for by model: any card of that model is like it, whatever its functions are.
set_up([ qw(add host gpu), $VM, qw(gpupci V100) ]);
rocks(qw(set host gpu), $TARGET, 'gpupci1', 'functions=0/030000/10de:1db4', 'id=10de:1db4');
rocks(qw(set host gpu), $TARGET, qw(gpupci2 state=quarantined));
on_host($TARGET, 'gpupci', "sed 's/1db6/1db4/g' '$FOLDER/$TARGET.json'\n");
my $like = moves($TARGET, 'dryrun=yes');
like($like->{out}, qr/^card gpupci: gpupci1 at .* -> gpupci1 at /m, 'of another V100') or diag($like->{err});
rocks(qw(set host gpu), $TARGET, $_, 'id=10de:1eb8') for qw(gpupci1 gpupci2);
stays(qr/\Q$TARGET\E has no free card for its gpupci, which asks for the model V100; see `rocks list gpu card V100 host=\Q$TARGET\E`/);

# A card that is not bound to vfio-pci.
set_up($card);
on_host($TARGET, 'gpupci', "sed 's/vfio-pci/nouveau/' '$FOLDER/$TARGET.json'\n");
stays(words(
    qr/0000:81:00\.0 of its card gpupci is with the driver nouveau on \Q$TARGET\E, not bound /,
        qr/to vfio-pci; there, `gpupci --detach gpupci1`/));

# What is on the target, and what is not.
set_up();
put_disk($TARGET, "$VM.vda", 'precious');
stays(qr/its disk vda, \Q$image\E: \Q$TARGET\E has something there, which is never overwritten/);
is(slurp(on_disk($TARGET, "$VM.vda")), 'precious', 'nor was it');
unlink on_disk($TARGET, "$VM.vda");
symlink 'nowhere', on_disk($TARGET, "$VM.vda");
stays(qr/its disk vda, .* has something there/);
set_up([ qw(set host vm cdrom), $VM, "cdrom=$DISKS/debian.iso" ]);
put_disk($SOURCE, 'debian.iso', 'debian');
stays(words(
    qr/its CD-ROM, \Q$DISKS\E\/debian\.iso: \Q$TARGET\E does not have it; put it there, or /,
        qr/take it out with/));
put_disk($TARGET, 'debian.iso', 'deb');
stays(qr/its CD-ROM, .*: the one of \Q$TARGET\E is of another size/);
put_disk($TARGET, 'debian.iso', 'debian');
is(moves($TARGET)->{err}, '', 'with a CD-ROM that is there');
set_up([ qw(set attr kvm_bridge br-lab) ]);
stays(qr/\Q$TARGET\E has no device br-lab for its interface eth0/);
set_up();
domain($TARGET, xml => '<domain/>');
stays(words(qr/\Q$TARGET\E has it defined already; if it does not run there, `rocks run host /,
        qr/\Q$TARGET\E 'virsh undefine --keep-nvram --keep-tpm [0-9a-f-]{36}'`/));
set_up();
{
    local $ENV{HYPERVISOR_OBSTACLE} = 'a saved state of it is there';
    stays(qr/on \Q$SOURCE\E a saved state of it is there/);
}
spurt("$FOLDER/hypervisors/$TARGET/down", '');
stays(qr/it cannot be reached/);
unlink "$FOLDER/hypervisors/$TARGET/down";
ails(refused => $TARGET);
stays(qr/\Q$TARGET\E: down: ssh: connect to host \Q$TARGET\E port 22: Connection refused/);
heals($TARGET);
ails(key => $SOURCE);
stays(qr/\Q$SOURCE\E: down: its host key is not the one that ssh knows; compare them /);
heals($SOURCE);

# How the target reaches the source.
spurt("$FOLDER/hosts/$SOURCE/key", '');
stays(words(
    qr/\Q$TARGET\E: reaching the container it leaves failed there with status \d+: Host key /,
        qr/verification failed\./));
unlink "$FOLDER/hosts/$SOURCE/key";
rocks(qw(set host attr), $SOURCE, 'move_address', "value=$_"),
    stays(words(
        qr/the attribute move_address of \Q$SOURCE\E is «\Q$_\E», which is not a name or address /,
            qr/of a host/))
    for '-oProxyCommand=touch x', 'a b', '$(id)', '', 'root@', 'a:b';
rocks(qw(set host attr), $SOURCE, 'move_address', "root\@$SOURCE");
stays(qr/\Q$TARGET\E: reaching the container it leaves failed/);
like(asked(), qr/\Aroot\n\Q$SOURCE\E\nrsync\n/, 'the address is used');
rocks(qw(remove host attr), $SOURCE, 'move_address');
on_host($TARGET, 'flock', "exit 1\n");
rename "$FOLDER/hosts/$TARGET/bin/flock", "$FOLDER/hosts/$TARGET/bin/rsync";
stays(qr/\Q$TARGET\E: reaching the container it leaves failed there with status 1/);

# Images that need other files, devices, and files that are not images.
sub with_disk {
    my ($disk, @make) = @_;
    set_up();
    rocks(qw(set host vm), $VM, "disk=$disk,vda,virtio");
    unlink on_disk($SOURCE, "$VM.vda");
    my $got = run_program('', @make);
    is($got->{status}, 0, "@make") || diag($got->{err});
}
my @create = qw(qemu-img create -q -f);
my $real   = sub { on_disk($SOURCE, $_[0]) };
with_disk("qcow2:$DISKS/a.qcow2", @create, 'qcow2', $real->('a.qcow2'), '10M');
is(moves($TARGET)->{err}, '', 'a qcow2 image');
is(slurp(on_disk($TARGET, 'a.qcow2')), slurp($real->('a.qcow2')), 'moves unchanged');
with_disk("qcow2:$DISKS/a.qcow2", @create, qw(qcow2 -u -b base.img -F raw), $real->('a.qcow2'),
    '10M');
stays(qr/its backing file of disk vda, \Q$DISKS\E\/base\.img: it is not there, and the disk needs/);
with_disk("qcow2:$DISKS/a.qcow2", "$FOLDER/inside", $SOURCE, @create, 'qcow2', '-o',
    "data_file=$DISKS/a.raw", "$DISKS/a.qcow2", '10M');
stays(words(
    qr/its external data file of disk vda, \Q$DISKS\E\/a\.raw: \Q$TARGET\E does not have it, and it /,
        qr/is not copied with the disk; put it on storage that both have/));
with_disk("qed:$DISKS/a.qed", @create, qw(qed -u -b base.img -F raw), $real->('a.qed'), '10M');
put_disk($SOURCE, 'base.img', 'base');
stays(words(
    qr/its backing file of disk vda, \Q$DISKS\E\/base\.img: \Q$TARGET\E does not have it, .*, or make /,
        qr/the disk whole: `qemu-img rebase -b "" \Q$DISKS\E\/a\.qed` while the VM is off/));
with_disk("qed:$DISKS/a.qed", @create, 'qed', $real->('a.qed'), '10M');
is(moves($TARGET)->{err}, '', 'a qed image');
with_disk("qcow2:$DISKS/a.qcow2", 'cp', '/etc/passwd', $real->('a.qcow2'));
stays(qr/its disk vda, .*: it is not an image of its type/);
with_disk("phy:$DISKS/a.raw", 'cp', '/etc/passwd', $real->('a.raw'));
stays(qr/its disk vda, .*: it is not a block device/);
with_disk("file:$DISKS/folder", 'mkdir', $real->('folder'));
stays(qr/its disk vda, .*: it is not a file; give a block device the type phy/);

# No room there.
set_up();
system(qw(mount -t tmpfs -o size=32k tmpfs), "$FOLDER/hosts/$TARGET/disks") == 0 or die;
stays(words(
    qr/\Q$TARGET\E has no room for its disks: 1 MB are needed where \Q$image\E is to be, 0 MB /,
        qr/are free/));
system('umount', "$FOLDER/hosts/$TARGET/disks") == 0 or die;

# Storage that both have.
set_up();
stays(words(
    qr/its disk vda, .*: \Q$TARGET\E does not see it, so it is not on storage that both have; /,
        qr/without shared=yes/),
    $TARGET, 'shared=yes');
put_disk($TARGET, "$VM.vda", $IMAGE);
stays(qr/its disk vda, .*: \Q$TARGET\E has another file there, so it is not on storage/, $TARGET,
    'shared=yes');
# One file in two folders that are not shared.
unlink on_disk($TARGET, "$VM.vda");
link on_disk($SOURCE, "$VM.vda"), on_disk($TARGET, "$VM.vda") or die;
stays(qr/its disk vda, .*: \Q$TARGET\E has another file there/, $TARGET, 'shared=yes');
system('mount', '--bind', map { "$FOLDER/hosts/$_/disks" } $SOURCE, $TARGET) == 0 or die;
{
    my $got = moves($TARGET, 'shared=yes');
    is($got->{err}, '', 'shared storage');
    like($got->{out}, qr/^keep \Q$image\E, which both have\n/m, 'nothing is copied');
    unlike($got->{out}, qr/still on/, 'and nothing left');
    has_moved('shared', 1);
}
system('umount', "$FOLDER/hosts/$TARGET/disks") == 0 or die;

# The firmware's variables of a VM with UEFI go along, out of folders that the target allows.
my $nvram   = "$DISKS/nvram";
my @allowed = (
    [qw(set attr kvm_firmware uefi)],
    [ qw(set attr kvm_nvram), "$nvram/$VM.fd" ],
    [ 'set', 'host', 'attr', $TARGET, 'move_nvram_folders', "value=/nowhere $nvram/" ]
);
my $only = sub {
    my ($path, $folders) = @_;
    return words(
        qr/\Q$SOURCE\E says that the variables of its firmware are in «\Q$path\E»; \Q$TARGET\E takes /,
        qr/them only as a file with a plain name in \Q$folders\E; the attribute /,
        qr/move_nvram_folders of \Q$TARGET\E allows other folders/);
};
{
    local $ENV{HYPERVISOR_NVRAM} = "$nvram/$VM.fd";
    set_up(@allowed);
    mkdir on_disk($_, 'nvram') for $SOURCE, $TARGET;
    chown 3, 4, on_disk($TARGET, 'nvram') or die;
    put_disk($SOURCE, "nvram/$VM.fd", 'variables');
    for my $name ("nvram/$VM.fd", "$VM.vda") {
        chown 1, 2, on_disk($SOURCE, $name) or die;
        chmod 07777, on_disk($SOURCE, $name) or die;
    }
    like(moves($TARGET, 'dryrun=yes')->{out}, qr/^copy \Q$nvram\E\/$VM\.fd: 1 MB, /m,
        'firmware variables are in the plan');
    is(moves($TARGET)->{err}, '', 'with firmware variables');
    is(slurp(on_disk($TARGET, "nvram/$VM.fd")), 'variables', 'which are there');
    my $access = sub { sprintf '%o %d:%d', (stat on_disk($TARGET, $_[0]))[ 2, 4, 5 ] };
    is($access->("nvram/$VM.fd"), '100600 3:4', 'as the folder is, whatever the source has');
    is($access->("$VM.vda"), '100660 1:2', 'a disk is nobody else\'s and no program');

    # A VM that would start with a BIOS on the target.
    set_up($allowed[2]);
    my $bios = words(
        qr/on \Q$SOURCE\E it has variables of UEFI firmware, \Q$nvram\E\/$VM\.fd, but its attribute /,
        qr/kvm_firmware is not uefi or uefi-secure: on \Q$TARGET\E it would start with a BIOS; /,
        qr/set kvm_firmware/);
    stays($bios);
    rocks(qw(set host attr), $VM, 'kvm_firmware', 'bios');
    stays($bios, $TARGET, 'dryrun=yes');
}

# Whatever else a hypervisor calls so is refused before anything is stopped.
set_up(@allowed);
put_disk($SOURCE, 'evil', 'evil');
for my $path (
    '/etc/cron.d/evil', 'vars', '/evil', $nvram, "$nvram/", "$nvram/.", "$nvram/..",
    "$nvram/../evil", "$nvram/below/a.fd", "$nvram//a.fd", "$DISKS//nvram/a.fd", "${nvram}s/a.fd",
    "$nvram/a'b", "$nvram/a\"b", "$nvram/a`b"
) {
    local $ENV{HYPERVISOR_NVRAM} = $path;
    my $got = moves($TARGET, 'dryrun=yes');
    is($got->{out} . $got->{status}, '1', "$path: no plan");
    my $words = $only->($path, "/nowhere $nvram/");
    like($got->{err}, qr/\Arocks: $VM: $words\n\z/, 'the folders are named');
}
for my $bytes ("\n", "\e[2J", "\x7f", "\xc2\x9b2J", "\xff") {
    local $ENV{HYPERVISOR_NVRAM} = "$nvram/a$bytes";
    (my $shown = $bytes) =~ s/([^ -~])/sprintf '\\x%02x', ord $1/eg;
    stays($only->("$nvram/a$shown", "/nowhere $nvram/"));
}
{
    local $ENV{HYPERVISOR_NVRAM} = '/etc/cron.d/evil';
    for my $value ('', ' ') {
        rocks(qw(set host attr), $TARGET, 'move_nvram_folders', "value=$value");
        stays($only->('/etc/cron.d/evil', '/var/lib/libvirt/qemu/nvram'));
    }
    for my $folder ('etc', '/', '/etc/../x', '/etc//x', "/e\e") {
        rocks(qw(set host attr), $TARGET, 'move_nvram_folders', "value=$nvram $folder");
        (my $shown = $folder) =~ s/\e/\\x1b/;
        stays(words(qr/the attribute move_nvram_folders of \Q$TARGET\E has «\Q$shown\E», which is not a /,
                qr/folder such as \/var\/lib\/libvirt\/qemu\/nvram/));
    }
    rocks(qw(remove host attr), $TARGET, 'move_nvram_folders');
    rocks(qw(remove attr kvm_nvram));
    # A name that is free in libvirt's folder, and is not the VM's.
    my $own = "/var/lib/libvirt/qemu/nvram/${VM}_VARS.fd";
    for my $name ("$VM.fd", 'rocks-34_VARS.fd', "${VM}_VARS.fd.old", "x${VM}_VARS.fd") {
        $ENV{HYPERVISOR_NVRAM} = "/var/lib/libvirt/qemu/nvram/$name";
        stays(words(qr/\Q$SOURCE\E says that the variables of its firmware are in «\Q$ENV{HYPERVISOR_NVRAM}\E», /,
                qr/but on \Q$TARGET\E it looks for them in «\Q$own\E»; if they are this VM's, set its /,
                qr/attribute kvm_nvram to where they are/));
    }
    $ENV{HYPERVISOR_NVRAM} = $own;
    stays(qr/its file of firmware variables, \Q$own\E: it is missing though/);
}

# Paths of disks that are not one path on all hosts, and control characters.
my ($odd, $shown) = ("a\n\xc2\x9b2J", 'a\\x0a\\xc2\\x9b2J');
for my $path (map { "$DISKS/$_" } "/$VM.vda", "../disks/$VM.vda", "./$VM.vda", '', $odd) {
    set_up();
    sql("UPDATE disk SET path = '$path'");
    (my $told = $path) =~ s/\Q$odd\E/$shown/;
    stays(words(qr/the path of its disk vda is «\Q$told\E», which is not absolute, or has control /,
            qr/characters, \/\/, \. or \.\.; set it with `rocks set host vm $VM disk=…`/));
}
set_up();
put_disk($_, $odd, 'debian') for $SOURCE, $TARGET;
sql("UPDATE vm SET cdrom = '$DISKS/$odd'");
like(moves($TARGET, 'dryrun=yes')->{out}, qr/^keep \Q$DISKS\/$shown\E, which both have$/m,
    'the plan moves no cursor');

# Names with characters special to a shell.
set_up();
my $name = q{b'"$(touch${IFS}oops);`id`&*?[x]\\é#~!%h.vda};
rocks(qw(set host vm), $VM, "disk=file:$DISKS/-d*[x]'/$name,vda,virtio");
mkdir on_disk($SOURCE, "-d*[x]'") or die;
put_disk($SOURCE, "-d*[x]'/$name", $IMAGE);
put_disk($SOURCE, "-d*[x]'/other.vda", 'another');
{
    my $got = moves($TARGET);
    is($got->{err}, '', 'an odd name');
    same_disk($TARGET, "-d*[x]'/$name", 'is copied under its name');
    is_deeply([ map { s/.*\///r } glob on_disk($TARGET, "\\-d\\*\\[x\\]\\'/*") ], [$name],
        'and no other');
    ok(!-e $_, 'and is not run') for qw(oops /oops);
    is((stat on_disk($TARGET, "-d*[x]'"))[2] & 0777, 0755, 'QEMU gets into its folder');
    my ($words) = $got->{out} =~ /`rocks (run host .*)` removes it$/m;
    is(run_program('', 'sh', '-c', "'$BUILD/rocks' $words")->{status}, 0,
        'the suggested command removes it');
    ok(!-e on_disk($SOURCE, "-d*[x]'/$name"), 'and only it');
    ok(-e on_disk($SOURCE, "-d*[x]'/other.vda"), 'not its neighbour');
}

# A guest that is asked to shut down, and takes no notice.
set_up();
domain($SOURCE, xml => '<domain/>', running => '', deaf => '');
{
    my $got = moves($TARGET, qw(action=shutdown timeout=1));
    is($got->{status}, 1, 'a deaf guest');
    like($got->{err},
        words(
            qr/\Arocks: $VM: it was asked to shut down and has not in 1 s; `rocks stop host vm $VM` /,
                qr/pulls the plug\nrocks: $VM: the move stands at «stop»; `rocks move host vm /,
                qr/$VM resume=yes` goes on, undo=yes takes it back\n\z/),
        'is reported');
    is(runs($SOURCE), 1, 'it runs');
    prints('', qw(stop host vm), $VM);
    is(moves('resume=yes')->{err}, '', 'stopped, it goes on');
    has_moved('shut down', 1);
}

# kvm_autostart counts, where it is set.
set_up([ qw(set attr kvm_autostart no) ]);
domain($SOURCE, xml => '<domain/>', autostart => '');
is(moves($TARGET)->{err}, '', 'autostart');
ok(!-e "$FOLDER/hypervisors/$TARGET/" . uuid() . '.autostart', 'is as the attribute says');

# libvirt's own test driver, which forgets at the end of a call what happened in it.
set_up();
delete $ENV{ROCKS_PLUGINS};
my %domain = (name => $VM, uuid => uuid());
hypervisor($TARGET);
hypervisor($SOURCE, { %domain, state => 'running' });
like(moves($TARGET, 'dryrun=yes')->{out}, qr/^$VM: from \Q$SOURCE\E to \Q$TARGET\E; it runs\n/,
    'libvirt: it runs');
hypervisor($SOURCE, { %domain, state => 'paused' });
like(moves($TARGET, 'dryrun=yes')->{out}, qr/; it runs\n/, 'libvirt: it is paused');
hypervisor($SOURCE);
like(moves($TARGET, 'dryrun=yes')->{out}, qr/; it is off\n.*^steps: copy, /ms,
    'libvirt: it is not defined');
hypervisor($SOURCE, { %domain, name => 'renamed', state => 'shutoff' });
like(moves($TARGET, 'dryrun=yes')->{err}, qr/calls it renamed/, 'libvirt: it was renamed');
hypervisor($SOURCE, { %domain, state => 'shutoff' });
my $node = slurp("$FOLDER/$SOURCE.node");
my $needs = qr/remove the TPM from the VM if it does not need them/;
for my $row (
    [ "type='emulator' version='2.0'", '', words(
        qr/an emulated TPM, but on \Q$TARGET\E it would have none, and lose the keys in it; set one of /,
        qr/its attributes kvm_device_N to the <tpm> that it has/) ],
    [ "type='emulator' version='2.0'", "<encryption secret='" . uuid() . "'/>",
        qr/the state of its TPM is encrypted with a secret of libvirt there, .*; $needs/ ],
    [ "type='passthrough'", "<device path='/dev/tpm0'/>",
        qr/its TPM is the chip of that host, .*; $needs/ ],
    [ "type='external'", "<source type='unix' mode='connect' path='/run/tpm'/>",
        qr/its TPM does not keep its state in libvirt's own folder, .*; $needs/ ],
) {
    my ($backend, $inside, $words) = @$row;
    my $tpm = "<devices><tpm model='tpm-crb'><backend $backend>$inside</backend></tpm>";
    spurt("$FOLDER/$SOURCE.node", $node =~ s/<devices>/$tpm/r);
    like(moves($TARGET, 'dryrun=yes')->{err}, qr/\Arocks: $VM: on \Q$SOURCE\E (?:it has )?$words\n\z/,
        "libvirt: a TPM: $backend $inside");
}
{
    my $has = sub {
        my $tpm = "<tpm model='tpm-crb'><backend type='emulator' $_[0]</tpm>";
        rocks(qw(set attr kvm_device_0), $tpm);
        return moves($TARGET, 'dryrun=yes');
    };
    my $tpm = "<devices><tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>";
    spurt("$FOLDER/$SOURCE.node", $node =~ s/<devices>/$tpm/r);
    like($has->("version='1.2'/>")->{err},
        qr/on \Q$TARGET\E it would have one of another version, /, 'libvirt: an older TPM');
    like($has->("><encryption secret='x'/></backend>")->{err},
        qr/\Arocks: $VM: on \Q$TARGET\E the state of its TPM is encrypted /, 'one with a secret');
    my $path = '/var/lib/libvirt/swtpm/' . uuid() . '/tpm2/tpm2-00.permall';
    like($has->("version='2.0'/>")->{out}, qr/^\Q$path\E is not there: nothing of it is copied\n/m,
        'the same one');
    like($has->('/>')->{out}, qr/^\Q$path\E is not there/m, 'one of the version that libvirt takes');
    local @ENV{qw(LD_PRELOAD ASAN_OPTIONS)} = preloaded('libvirt-version');
    local $ENV{TEST_LIBVIRT_VERSION} = 8_008_000;
    like($has->("version='2.0'/>")->{err},
        qr/\Arocks: $VM: on \Q$SOURCE\E libvirt is older than 8\.9\.0: .* deletes the state of its TPM /,
        'a libvirt that would delete it');
}
spurt("$FOLDER/$SOURCE.node", $node);
{
    # Its log has what it was asked; 8 is VIR_DOMAIN_UNDEFINE_KEEP_NVRAM, 0x40 KEEP_TPM.
    local $ENV{LIBVIRT_LOG_FILTERS} = '1:libvirt';
    local $ENV{LIBVIRT_LOG_OUTPUTS} = "1:file:$FOLDER/libvirt.log";
    my $got = moves($TARGET);
    like($got->{out}, qr/^$VM: undefine\n$VM: copy\n$VM: compare\n\z/m, 'libvirt: undefined');
    my ($flags) = slurp("$FOLDER/libvirt.log") =~ /virDomainUndefineFlags:.*, flags=(\w+)$/m;
    is($flags, '0x48', 'libvirt: the variables of the firmware and the TPM are kept');
    like($got->{err}, qr/\Arocks: $VM: somebody defined it on \Q$SOURCE\E again/,
        'and there again at the next call');
    like(moves('undo=yes')->{out}, qr/^$VM is on \Q$SOURCE\E as before$/m, 'taken back');
}

done_testing;
