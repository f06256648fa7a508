#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What a VM keeps besides its disks moves with it: variables of UEFI firmware and the state of an
# emulated TPM, wherever the move breaks off.
use strict;
use warnings;

use Machine;
BEGIN { in_private_mounts() }
use File::Path qw(make_path);
use Fleet;
use Inventory;
use Moving;
use Rocks;
use Test::More;

my ($nvram, $tpm, $lock);
my $tpm_xml = '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>';

# What libvirt 9.0 prints of a VM with UEFI that was defined without a path: it names none.
my $definition = "<domain><os firmware='efi'/><devices>$tpm_xml</devices></domain>\n";

# A VM with UEFI and a TPM that runs, as libvirt 9.0 and swtpm 0.7.1 keep its files.
sub set_up_kept {
    set_up([qw(set attr kvm_firmware uefi)], [ qw(set attr kvm_device_0), $tpm_xml ]);
    $nvram = "qemu/nvram/${VM}_VARS.fd";
    $tpm   = 'swtpm/' . uuid() . '/tpm2/tpm2-00.permall';
    $lock  = $tpm =~ s/[^\/]+$/.lock/r;
    make_path(map({ (kept_on($_, 'qemu/nvram'), kept_on($_, 'swtpm')) } $SOURCE, $TARGET),
        kept_on($SOURCE, $tpm =~ s/\/[^\/]+$//r));
    chown 3, 4, kept_on($TARGET, 'qemu/nvram') or die;
    spurt(kept_on($SOURCE, $nvram), 'variables');
    spurt(kept_on($SOURCE, $tpm),   'keys');
    spurt(kept_on($SOURCE, $lock),  '');
    chown 1, 2, kept_on($SOURCE, $tpm) or die;
    chmod 04777, kept_on($SOURCE, $tpm) or die;
    domain($SOURCE, xml => $definition, running => '');
}

# The target as it was before the move.
sub is_clean {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $found = run_program('', 'find', kept_on($TARGET, ''), '-mindepth', 1, '-printf', '%P\n')->{out};
    is(join(' ', sort split /\n/, $found), 'qemu qemu/nvram swtpm', "$what: nothing is left on the target");
    is(slurp(kept_on($SOURCE, $tpm)) . slurp(kept_on($SOURCE, $nvram)), 'keysvariables',
        "$what: the source has it all");
}

# Taken back at each step.
set_up_kept();
like(
    moves($TARGET, 'dryrun=yes')->{out},
    words(qr/^copy \/var\/lib\/libvirt\/\Q$nvram\E: 1 MB, of which 1 MB are in use\n/m,
        qr/copy \/var\/lib\/libvirt\/\Q$tpm\E: 1 MB, of which 1 MB are in use\n/),
    'the plan names them'
);
my $on_probe  = "case \"\$*\" in *' -n '* | *--server*) exec /usr/bin/rsync \"\$@\" ;; esac\n";
for my $row (
    [ copy    => 'rsync',     "${on_probe}exit 1\n" ],
    [ copy    => 'rsync',     "${on_probe}case \"\$(cat | tee \"\$0.list\")\" in *permall*) exit 1 ;; esac\n"
            . "/usr/bin/rsync \"\$@\" < \"\$0.list\"\n" ],
    [ compare => 'sha256sum', "exit 1\n" ],
    [ place   => 'ln',        "exit 1\n" ],
    [ place   => 'ln',        "case \$* in *permall*) exit 1 ;; esac; exec /usr/bin/ln \"\$@\"\n" ],
    [ define  => 'kill before define' ],
    [ define  => 'kill after define' ],
    [ start   => 'kill before start' ],
) {
    my ($step, $program, $script) = @$row;
    $script ? on_host($TARGET, $program, $script) : trigger($program);
    isnt(moves($TARGET)->{status}, 0, "$step, $program: broken off") if $script;
    is(moves($TARGET)->{signal}, 9, "$step, $program: killed")      if !$script;
    is(sql('SELECT step FROM move'), $step, 'just there');
    unlink map { "$FOLDER/hosts/$TARGET/bin/$program$_" } '', '.list';
    is(moves('undo=yes')->{err}, '', "$step, $program: taken back");
    is(runs($SOURCE) . is_defined($TARGET), '10', 'it runs where it was');
    is_clean("$step, $program");
}

# swtpm writes a new file and renames it: a guest that ran on the target has changed it.
trigger('kill before start');
is(moves($TARGET)->{signal}, 9, 'killed before it starts');
spurt(kept_on($TARGET, "$tpm.new"), 'kEys');
rename kept_on($TARGET, "$tpm.new"), kept_on($TARGET, $tpm) or die;
like(moves('undo=yes')->{err},
    qr/\Arocks: $VM: it ran on \Q$TARGET\E: \/var\/lib\/libvirt\/\Q$tpm\E has changed there; /,
    'a TPM that was used there is not thrown away');
spurt(kept_on($TARGET, $lock), '');
is(moves('resume=yes')->{err}, '', 'it goes on');
is(slurp(kept_on($TARGET, $tpm)), 'kEys', 'with what the guest wrote');
is(slurp(kept_on($TARGET, $nvram)), 'variables', 'and the variables');
my $access = sub { sprintf '%o %d:%d', (stat kept_on($TARGET, $_[0]))[ 2, 4, 5 ] };
is($access->($nvram), '100600 3:4', 'which are of the owner of their folder');
is($access->($tpm =~ s/\/[^\/]+$//r), '40700 0:0', 'only root, or who libvirt lets, sees the keys');
is($access->($tpm =~ s/\/tpm2.*//r), '40711 0:0', 'swtpm gets to them');

# Resumed, from another host that the VM never was on.
set_up_kept();
on_host($TARGET, 'ln', "exit 1\n");
isnt(moves($TARGET)->{status}, 0, 'broken off');
unlink "$FOLDER/hosts/$TARGET/bin/ln";
my $got = moves('resume=yes');
is($got->{err}, '', 'goes on');
is(slurp(kept_on($TARGET, $tpm)), 'keys', 'with its keys');
is($access->($tpm), '100600 0:0', 'which are nobody else\'s');
like($got->{out}, qr/^$VM: \/var\/lib\/libvirt\/\Q$_\E is still on \Q$SOURCE\E; `rocks run host /m,
    'what is left is named')
    for $nvram, $tpm;

# Refused before it is stopped.
set_up_kept();
sub stays {
    my ($what, $words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = moves($TARGET);
    is($got->{status}, 1, "$what: refused");
    like($got->{err}, qr/\Arocks: $VM: $words\n\z/, 'and why');
    is(runs($SOURCE), 1, 'it runs on');
    is_clean($what);
}
for my $path ("/etc/$tpm", "/var/lib/libvirt/$tpm.old", '/var/lib/libvirt/swtpm/../../x', 'x') {
    local $ENV{HYPERVISOR_TPM} = $path;
    stays("a source that says $path",
        qr/on \Q$SOURCE\E it has an emulated TPM, but on \Q$TARGET\E it would have one of another version, .*/);
}
{
    # A later libvirt takes the file for what the firmware that it picks has.
    local $ENV{HYPERVISOR_FORMAT} = 'qcow2';
    stays('a target that takes the variables for another format',
        qr/the variables of its firmware, \S+_VARS\.fd, have the format raw on \Q$SOURCE\E, and libvirt on \Q$TARGET\E would take them for qcow2: .* `qemu-img convert` while the VM is off/);
    local $ENV{HYPERVISOR_FORMAT} = 'raw';
    is(moves($TARGET, 'dryrun=yes')->{err}, '', 'one that takes them for what they are');
}
my $more = kept_on($SOURCE, $tpm =~ s/[^\/]+$/more/r);
spurt($more, '');
stays('a file beside the state',
    qr/on \Q$SOURCE\E other files are beside the state of its TPM, \S+: \.\/more would be lost; remove it there if nothing needs it/);
unlink $more;
make_path(kept_on($TARGET, $tpm =~ s/\/[^\/]+$//r));
spurt(kept_on($TARGET, $tpm), 'old keys');
like(moves($TARGET)->{err}, qr/its TPM state, .*: \Q$TARGET\E has something there, which is never /,
    'keys on the target are not overwritten');
is(slurp(kept_on($TARGET, $tpm)), 'old keys', 'and stay');
system 'rm', '-rf', kept_on($TARGET, 'swtpm/' . uuid());

# It has neither yet: its attributes were set while it ran, or it never ran.
system 'rm', '-rf', kept_on($SOURCE, 'swtpm'), kept_on($SOURCE, $nvram);
like(moves($TARGET)->{err}, qr/its file of firmware variables, \S+: it is missing though the VM runs/,
    'one that had them and runs');
domain($SOURCE, xml => $definition);
like(moves($TARGET, 'dryrun=yes')->{out}, qr/^\S+\Q$_\E is not there: nothing of it is copied$/m,
    'one that never ran') for $nvram, $tpm;
domain($SOURCE, xml => "<domain/>\n", running => '');
is(moves($TARGET)->{err}, '', 'one that runs without them moves');
is(runs($TARGET), 1, 'and runs');

done_testing;
