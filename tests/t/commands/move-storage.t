#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks move host vm: what only the source has is copied, what both have stays, file by file; and
# whatever else the VM's XML names is there.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use Fleet;
use Inventory;
use Moving;
use Rocks;
use Test::More;

my $image = "$DISKS/$VM.vda";

# A folder of both containers, and files in it.
my $both   = "$FOLDER/both";
my $shared = "$both/data.img";

sub with_disks {
    my (@disks) = @_;
    set_up();
    system 'rm', '-rf', $both;
    mkdir $both or die;
    spurt($shared, 'shared data');
    my $got = rocks('set', 'host', 'vm', $VM, 'disk=' . join ' ', @disks);
    die $got->{err} if $got->{status};
    return;
}

sub refuses {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = moves($TARGET, @words);
    is($got->{status}, 1, "$pattern: refused");
    like($got->{err}, qr/\Arocks: $VM: $pattern[^\n]*\n\z/, 'with a word');
    is(runs($SOURCE) . calls(), '1', 'before anything is stopped');
    return is_deeply([ glob "$both/.rocks-*" ], [], 'nothing is left where it was looked');
}

sub plans {
    my ($pattern, $what) = @_;
    my $got = moves($TARGET, 'dryrun=yes');
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{err}, '', $what);
    return like($got->{out}, $pattern, "$what: the plan");
}

# A VM with a disk of its container and one of both moves with one command, there and back.
with_disks("file:$image,vda,virtio", "file:$shared,vdb,virtio");
{
    my $got = moves($TARGET);
    is($got->{err}, '', 'a local and a shared disk');
    like($got->{out}, qr/^copy \Q$image\E: .*\nkeep \Q$shared\E, which both have\nsteps/m, 'one each');
    is(runs($TARGET), 1, 'it runs there');
    ok(slurp(on_disk($TARGET, "$VM.vda")) eq $IMAGE, 'with the one');
    is(slurp($shared), 'shared data', 'and the other');
    is_deeply([ glob "$both/.rocks-*" ], [], 'where nothing is left');
    unlike($got->{out}, qr/\Q$shared\E is still/, 'which nobody is told to remove');
    unlink on_disk($SOURCE, "$VM.vda");
    is(moves($SOURCE)->{err}, '', 'and back');
    calls();
}
unlink on_disk($TARGET, "$VM.vda");
refuses(words(
    qr/its disk vda, \Q$image\E: \Q$TARGET\E does not see it, so it is not on storage that /,
        qr/both have; without shared=yes it is copied/),
    'shared=yes');

# What is recorded is what was found: going on asks nobody again.
for my $end ('resume=yes', 'undo=yes') {
    with_disks("file:$image,vda,virtio", "file:$shared,vdb,virtio");
    trigger('kill after undefine');
    is(moves($TARGET)->{signal}, 9, "$end: killed");
    is(sql('SELECT group_concat(copied || bytes) FROM move_file'), '1' . length($IMAGE) . ',00',
        'the record has both');
    spurt("$both/.rocks-nonce-of-another", '');
    my $got = moves($end);
    is($got->{err}, '', 'it ends');
    is(runs($end eq 'undo=yes' ? $SOURCE : $TARGET), 1, 'and runs');
    is(slurp($shared), 'shared data', 'the shared disk is as it was');
    is(-e on_disk($TARGET, "$VM.vda") ? 1 : 0, $end eq 'resume=yes' ? 1 : 0,
        'the other is where it belongs');
}

# A command that is killed while it looks leaves a file that a later one removes.
with_disks("file:$shared,vda,virtio");
on_host($TARGET, 'head', "kill -9 \$(cat $FOLDER/pid); exec /usr/bin/head \"\$\@\"\n");
is(moves($TARGET)->{signal}, 9, 'killed while it looks');
unlink "$FOLDER/hosts/$TARGET/bin/head";
spurt("$both/.rocks-nonce-0123456789abcdef-0", '');
utime time - 7200, time - 7200, glob "$both/.rocks-nonce-*";
spurt("$both/.rocks-nonce-of-now", '');
plans(qr/^keep \Q$shared\E, which both have$/m, 'looked at again');
is(join(' ', map { s/.*\///r } glob "$both/.rocks-*"), '.rocks-nonce-of-now', 'what is old is gone');

# A host that puts a link where the file is to be: nothing is read or written through it.
with_disks("file:$shared,vda,virtio");
spurt("$FOLDER/precious", 'precious');
on_host($TARGET, 'readlink', "for f in $both/.rocks-nonce-*; do [ ! -f \$f ] || "
        . "ln -sf $FOLDER/precious \$f; done; exec /usr/bin/readlink \"\$\@\"\n");
refuses(qr/its disk vda, \Q$shared\E: \Q$TARGET\E has something there/);
is(slurp("$FOLDER/precious"), 'precious', 'what a link leads to is as it was');

# The same file system of a server: the lines are an NFS client's, of a mountinfo in
# cgroups_test.go of KWDB, with other paths.
my $server = '0:212 / PLACE rw,relatime - nfs4 SERVER:/data/k8s/nfs_share rw,vers=4.1,'
    . 'rsize=1048576,wsize=1048576,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,'
    . 'clientaddr=20.20.20.27,local_lock=none,addr=20.20.20.43';
my $root = '1 1 253:0 / / rw,relatime - ext4 /dev/mapper/ubuntu--vg-ubuntu--lv rw,stripe=64';

sub mounted {
    my ($host, $place, $address) = @_;
    my $line = $server =~ s/PLACE/$place/r =~ s/SERVER/$address/r;
    spurt("$FOLDER/mountinfo-$host", "$root\n3417 1 $line\n");
    return on_host($host, 'findmnt',
        "exec /usr/bin/findmnt -F $FOLDER/mountinfo-$host \"\$\@\"\n");
}
for my $case (
    [ 'one server',      '20.20.20.43', '20.20.20.43', 1 ],
    [ 'two servers',     '20.20.20.43', '20.20.20.44', 0 ],
    [ 'the host itself', 'localhost',   'localhost',   0 ],
) {
    my ($what, $first, $second, $is_one) = @$case;
    with_disks("file:$shared,vda,virtio");
    mounted($SOURCE, $both, $first);
    mounted($TARGET, $both, $second);
    # Nobody can make a file there.
    on_host($SOURCE, 'find', "exit 1\n");
    system('mount', '--bind', '-o', 'ro', $both, $both) == 0 or die;
    system('mount', '-o', 'remount,bind,ro', $both) == 0 or die;
    $is_one
        ? plans(qr/^keep \Q$shared\E, which both have$/m, $what)
        : refuses(qr/its disk vda, .*: \Q$TARGET\E has a file there, too; whether that is the same/);
    system('umount', $both) == 0 or die;
}
with_disks("file:$image,vda,virtio");
mounted($_, $DISKS, '20.20.20.43') for $SOURCE, $TARGET;
refuses(qr/its disk vda, .*: it is on a server that both containers use, but \Q$TARGET\E does not see/);

# Overlays: a chain, by relative paths, whose files both have; one that only the source has.
my @create = qw(qemu-img create -q -f qcow2);
my $make   = sub {
    my ($where, @words) = @_;
    my $got = run_program('', "$FOLDER/inside", $where, @create, @words);
    die $got->{err} if $got->{status};
    return;
};
my $overlay = "$DISKS/$VM.qcow2";
with_disks("qcow2:$overlay,vda,virtio");
mkdir "$both/golden" or die;
$make->($SOURCE, "$both/golden/base.qcow2", '10M');
$make->($SOURCE, qw(-F qcow2 -b golden/base.qcow2), "$both/middle.qcow2");
$make->($SOURCE, qw(-F qcow2 -b), "$both/middle.qcow2", $overlay);
plans(
    qr/^copy \Q$overlay\E: .*\nkeep \Q$both\E\/middle\.qcow2, .*\nkeep \Q$both\E\/golden\/base\.qcow2, /m,
    'a local overlay of shared files');
is(moves($TARGET)->{err}, '', 'moves');
is(runs($TARGET), 1, 'and runs');
with_disks("qcow2:$both/o.qcow2,vda,virtio");
$make->($SOURCE, "$both/base.qcow2", '10M');
$make->($SOURCE, qw(-F qcow2 -b base.qcow2), "$both/o.qcow2");
is(moves($TARGET, 'shared=yes')->{err}, '', 'an overlay and its golden image, both shared');
with_disks("qcow2:$both/o.qcow2,vda,virtio");
$make->($SOURCE, "$DISKS/base.qcow2", '10M');
$make->($SOURCE, qw(-F qcow2 -b), "$DISKS/base.qcow2", "$both/o.qcow2");
my $whole = qr/, or make the disk whole: `qemu-img rebase -b "" \Q$both\E\/o\.qcow2` while the VM is off/;
refuses(words(qr/its backing file of disk vda, .*base\.qcow2: \Q$TARGET\E does not have it, .*/, $whole));
$make->($TARGET, "$DISKS/base.qcow2", '10M');
refuses(words(qr/its backing file of disk vda, .*: \Q$TARGET\E has another file there, .*/, $whole));
for my $name ('json:{"driver":"null-co"}', 'host_device:/dev/sda', 'fat:/etc', 'nbd:unix:/run/socket') {
    with_disks("qcow2:$overlay,vda,virtio");
    $make->($SOURCE, qw(-u -F raw -b), $name, $overlay, '10M');
    refuses(qr/its disk vda, \Q$overlay\E: it names the file it needs as \w+:…, which is not understood/);
}
with_disks("qcow2:$overlay,vda,virtio");
$make->($SOURCE, qw(-u -F raw -b nbd://filer/base), $overlay, '10M');
plans(qr/^leave nbd:\/\/filer\/base where it is: /m, 'an overlay of what a network has');
is(moves($TARGET)->{err}, '', 'moves');
is(runs($TARGET), 1, 'and runs');

# A source that sends another header than the one that was looked at. The shared file is a raw
# disk, into which a guest wrote an image of its own.
for my $case (
    [ "qemu-img rebase -u -F raw -b /etc/shadow DISK", qr/the image \Q$overlay\E needs \/etc\/shadow/ ],
    [ "qemu-img rebase -u -F raw -b nbd:\/\/other DISK", qr/the image \Q$overlay\E needs nbd:\/\/other/ ],
    [ "qemu-img rebase -u -F qcow2 -b $both/raw.img DISK", qr/the image \Q$both\E\/raw\.img needs \/etc\/shadow/ ],
    [ "qemu-img rebase -u -F vmdk -b $both/raw.img DISK", qr/\Q$overlay\E: it needs a file of the format vmdk; / ],
    [ "qemu-img create -q -f qcow2 -o data_file=$FOLDER/more DISK 10M", qr/the image \Q$overlay\E needs \S+\/more/ ],
    [ "truncate -s 0 DISK; head -c 100000 /dev/zero > DISK", qr/its disk vda, \Q$overlay\E: it is not an image of/ ],
) {
    my ($change, $pattern) = @$case;
    with_disks("qcow2:$overlay,vda,virtio");
    $make->($SOURCE, qw(-u -F raw -b /etc/shadow), "$both/raw.img", '10M');
    $make->($SOURCE, qw(-F raw -b), "$both/raw.img", $overlay);
    my $disk = on_disk($SOURCE, "$VM.qcow2");
    on_host($TARGET, 'rsync', "case \"\$*\" in *' -n '* | *--server*) ;; *) "
            . $change =~ s/DISK/$disk/gr . " ;; esac; exec /usr/bin/rsync \"\$@\"\n");
    my $got = moves($TARGET);
    like($got->{err}, qr/\Arocks: $VM: [^\n]*$pattern[^\n]*\n[^\n]* stands at «copy»/, "$change: refused");
    is(is_defined($TARGET) . calls(), "0stop $SOURCE, undefine $SOURCE", 'and not given to the target');
    ok(!-e on_disk($TARGET, "$VM.qcow2"), 'nor in its place');
    unlink "$FOLDER/hosts/$TARGET/bin/rsync";
    is(moves('undo=yes')->{err}, '', 'taken back');
    is(runs($SOURCE), 1, 'it runs where it was');
}

# Pieces of XML name files, too.
sub with_device {
    my (@elements) = @_;
    with_disks("file:$image,vda,virtio");
    rocks(qw(set host attr), $VM, 'kvm_device_0', join '', @elements);
    put_disk($SOURCE, 'more.img', 'more');
    return;
}
my $disk = sub {
    my ($path, $more, $format) = (@_, '', 'raw');
    return "<disk type='file' device='disk'><driver name='qemu' type='$format'/>"
        . "<source file='$path'/><target dev='vdz' bus='virtio'/>$more</disk>";
};
with_device($disk->("$DISKS/more.img"));
{
    trigger('kill after undefine');
    my $got = moves($TARGET);
    is($got->{signal}, 9, 'a disk in kvm_device_0: killed');
    like($got->{out}, qr/^copy \Q$DISKS\E\/more\.img: 1 MB, /m, 'it is in the plan');
    $got = moves('resume=yes');
    is($got->{err}, '', 'it goes on');
    is(slurp(on_disk($TARGET, 'more.img')), 'more', 'with that disk');
    like($got->{out}, qr/\Q$DISKS\E\/more\.img is still on/, 'and what is left is told');
}
with_device($disk->("$DISKS/more.img"));
trigger('kill after undefine');
moves($TARGET);
is(moves('undo=yes')->{err}, '', 'taken back');
ok(!-e on_disk($TARGET, 'more.img'), 'it is gone there');
for my $case (
    [ $disk->("$DISKS/more.img", '<shareable/>'), qr/its disk vdz, .*: other VMs may write to it/ ],
    [ $disk->("$DISKS/more.img", '', 'vmdk'), qr/its disk vdz, .*: which other files an image of its/ ],
    [   $disk->("$DISKS/more.img", '<readonly/>'),
        words(qr/its medium vdz, .*: \Q$TARGET\E does not have it; put it there, or take it out of the /,
            qr/attribute that names it/)
    ],
    [ $disk->("$DISKS/../disks/more.img"), qr/the path of its disk vdz is «/ ],
    [ $disk->("$DISKS/none.img"), qr/its disk vdz, .*: it is missing though the VM runs/ ],
    [   "<filesystem type='mount'><source dir='$DISKS'/><target dir='a'/></filesystem>",
        qr/its folder a, \Q$DISKS\E: \Q$TARGET\E has another folder there, and what the VM wrote /
    ],
    [   "<filesystem type='mount'><source dir='$DISKS/none'/><target dir='a'/></filesystem>",
        qr/its folder a, \Q$DISKS\E\/none: \Q$TARGET\E does not have that folder/
    ],
    [   "<interface type='user'><rom file='$DISKS/more.img'/></interface>",
        qr/its ROM file, \Q$DISKS\E\/more\.img: \Q$TARGET\E does not have it/
    ],
) {
    my ($element, $pattern) = @$case;
    with_device($element);
    refuses($pattern);
}
with_device("<filesystem type='mount'><source dir='$both'/><target dir='a'/></filesystem>",
    "<disk type='network'><source protocol='rbd' name='p/i'/><target dev='vdz'/></disk>",
    "<interface type='user'><rom file='$DISKS/more.img'/></interface>");
put_disk($TARGET, 'more.img', 'more');
plans(qr/^keep \Q$both\E, which both have\nleave rbd:p\/i where it is: .*\nkeep \Q$DISKS\E\/more\.img, /m,
    'what is there');
is_deeply([ glob "$both/.rocks-*" ], [], 'and is clean');

done_testing;
