#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# What becomes of a VM's definition when rocks defines it again, by the real libvirt: its own is
# replaced, what somebody else has put there is not lost unasked, and what is replaced is kept.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Namespaces;
use VmFleet;

my ($name, $next) = qw(vm-container-0-0 vm-container-0-1);
my ($vm, $win) = qw(rocks-33 win11);
my ($host, $other) = fleet($name => 't4', $next => undef);

# What libvirt has defined.
sub defined_as { return $host->run("virsh dumpxml --inactive $_[0]") }

sub define {
    my ($xml) = @_;
    $host->put('/root/vm.xml', $xml);
    return $host->run('virsh -q define /root/vm.xml');
}

# Somebody edits the definition: a pattern and what replaces it.
sub edit {
    my ($pattern, $text) = @_;
    (my $xml = $host->run("virsh dumpxml --inactive --security-info $vm")) =~ s/$pattern/$text/
        or die "$pattern does not match";
    define($xml);
    return defined_as($vm);
}

sub replaced { return frontend(qw(report host vm replaced), $_[0] // $vm) }
sub count_replaced { my $text = replaced(@_); return scalar(() = $text =~ /^<!-- /mg) }

# A definition as a machine without KVM takes it.
sub prepared {
    my ($xml) = @_;
    $xml =~ s/<domain type="kvm">/<domain type="qemu">/;
    $xml =~ s/<cpu mode="host-(?:passthrough|model)"/<cpu mode="maximum"/;
    $xml =~ s/<maxphysaddr mode="passthrough"/<maxphysaddr mode="emulate" bits="46"/;
    return $xml;
}

# What libvirt reports of definitions after taking them: a hash of XML, by the same names.
sub expanded {
    my (%xml) = @_;
    my $script = '';
    for my $key (sort keys %xml) {
        $host->put("/root/own/$key.xml", $xml{$key});
        $script .= "define /root/own/$key.xml\ndumpxml --inactive rocks-33\n"
            . "undefine --nvram rocks-33\n";
    }
    $host->put('/root/script', $script);
    my $got = $host->try('virsh -q < /root/script');
    is($got->{err}, '', 'libvirt takes them');
    my %expanded;
    @expanded{ sort keys %xml } = $got->{out} =~ m{^(<domain .*?^</domain>)$}msg;
    return \%expanded;
}

# What definitions would lose for others, with known or not: a list of texts.
sub loses {
    my (@cases) = @_;
    my ($number, $input) = (0, '');
    for my $case (@cases) {
        my ($present, $xml, $known) = @{$case};
        $number++;
        spurt("$FOLDER/present.$number", $present);
        spurt("$FOLDER/next.$number",    $xml);
        $input .= "$FOLDER/present.$number $FOLDER/next.$number " . ($known // '') . "\n";
    }
    my $got = run_program($input, "$BUILD/tests/losses", "$BUILD/plugins/libvirt.so");
    is($got->{status}, 0, 'they are compared') or diag($got->{err});
    return map { s/\n\z//r } $got->{out} =~ /\G((?:.+\n)*)\n/g;
}

scenario 'what libvirt adds to our definitions is no loss' => sub {
    my @files = grep { !/escaped/ } sort glob 'tests/data/xml/*.xml';
    cmp_ok(scalar @files, '>=', 30, 'there are documents');
    my %xml = map { m{([^/]+)\.xml$} => prepared(slurp($_)) } @files;
    my $expanded = expanded(%xml);
    my @losses = loses(map { my $key = $_; map { [ $expanded->{$key}, $xml{$key}, $_ ] } undef, '-' } sort keys %xml);
    for my $key (sort keys %xml) {
        like($expanded->{$key}, qr{<emulator>}, "$key: libvirt reports more");
        is(shift @losses, '', "$key: nothing is lost");
        is(shift @losses, '', "$key: nor taken by a repair");
    }
};

# Devices of kvm_device_N, in few words: what libvirt adds is its own, the device is not.
scenario 'what libvirt adds to devices of an attribute is no loss' => sub {
    my %device = (
        tpm        => q{<tpm><backend type="emulator"/></tpm>},
        sound      => q{<sound model="ich6"/>},
        watchdog   => q{<watchdog model="i6300esb"/>},
        channel    => q{<channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>},
        hostdev    => q{<hostdev mode="subsystem" type="pci"><source><address bus="0x18" slot="0" function="0"/></source></hostdev>},
        usb        => q{<hostdev mode="subsystem" type="usb"><source><vendor id="0x1234"/><product id="0xbeef"/></source></hostdev>},
        mdev       => q{<hostdev mode="subsystem" type="mdev" model="vfio-pci"><source><address uuid="c2177883-f1bb-47f0-914d-32a22e3a8804"/></source></hostdev>},
        filesystem => q{<filesystem><source dir="/export"/><target dir="x"/></filesystem>},
        panic      => q{<panic/>},
        vsock      => q{<vsock><cid auto="yes"/></vsock>},
        rbd        => q{<disk type="network"><source protocol="rbd" name="a/b"><host name="c"/></source><target dev="vdz"/></disk>},
        disk       => q{<disk><source file="/x"/><target dev="vdy"/></disk>},
        interface  => q{<interface type="bridge"><source bridge="br0"/></interface>},
        ovs        => q{<interface type="bridge"><source bridge="ovs0"/><virtualport type="openvswitch"/></interface>},
        macvtap    => q{<interface type="direct"><source dev="eth0"/></interface>},
        input      => q{<input type="tablet"/>},
        video      => q{<video><model type="qxl"/></video>},
        spice      => q{<graphics type="spice"/>},
        serial     => q{<serial type="file"><source path="/x"/></serial>},
        parallel   => q{<parallel type="pty"/>},
        rng        => q{<rng model="virtio"><backend model="random">/dev/urandom</backend></rng>},
        smartcard  => q{<smartcard mode="host"/>},
    );
    for my $base (qw(plain pc)) {
        my $plain = prepared(slurp("tests/data/xml/$base.xml"));
        my %xml = map { $_ => $plain =~ s{</devices>}{$device{$_}</devices>}r } keys %device;
        my $expanded = expanded(%xml);
        my @losses = loses(map { my $kind = $_; map { [ $expanded->{$kind}, $_ ] } $xml{$kind}, $plain } sort keys %device);
        for my $kind (sort keys %device) {
            is(shift @losses, '', "$base, $kind: nothing is lost");
            isnt(shift @losses, '', "$base, $kind: without it, it is");
        }
    }
};

scenario 'a VM that an older rocks defined' => sub {
    frontend(qw(sync host gpu), $name);
    frontend('add', 'host', 'vm', $name, 'hosted-vm', "name=$vm", 'mem=64',
        "disk=file:$DISKS/$vm.vda,vda,virtio", 'disksize=1');
    define(frontend(qw(report host vm config), $vm));
    unlike(defined_as($vm), qr/gpupt/, 'without a mark');
    prints("$vm: made $DISKS/$vm.vda on $name\n", qw(start host vm), $vm);
    is(status_of($vm), 'active', 'it starts');
    like(defined_as($vm), qr{<rocks:vm xmlns:rocks=["']urn:gpupt:rocks["']/>}, 'and has the mark');
    is(count_replaced(), 1, 'what was there is kept');
    for (1, 2) {
        prints('', qw(stop host vm), $vm);
        prints('', qw(start host vm), $vm);
    }
    is(count_replaced(), 1, 'of its own nothing more');
    prints('', qw(stop host vm), $vm);
    # Its size is changed here, and what libvirt has is replaced.
    frontend(qw(set host vm), $vm, 'mem=96');
    prints('', qw(start host vm), $vm);
    like(defined_as($vm), qr{<memory unit='KiB'>98304</memory>}, 'a change of the inventory');
    prints('', qw(stop host vm), $vm);
};

scenario 'somebody has edited it' => sub {
    my $edited = edit(qr{<driver name='qemu' type='raw'/>}, q{<driver name='qemu' type='raw' cache='none'/>});
    my $got = rocks(qw(start host vm), $vm);
    is($got->{status}, 1, 'it is not started');
    is( $got->{err},
        "rocks: $vm: somebody has changed its definition on $name, and the VM would lose what follows; put that into its attributes, or run `rocks start host vm $vm replace=yes`; `rocks report host vm replaced $vm` prints the definition that was there\n"
            . qq{rocks: $vm: would lose disk vda/driver cache="none"\n},
        'and why'
    );
    is(defined_as($vm), $edited, 'nothing is changed');
    is(count_replaced(), 2, 'it is kept all the same');
    rocks(qw(start host vm), $vm);
    is(count_replaced(), 2, 'once');
    prints('', qw(start host vm), $vm, 'replace=yes');
    is(status_of($vm), 'active', 'it runs');
    unlike(defined_as($vm), qr/cache=/, 'as it is recorded');
    like(replaced(), qr/^<!-- $vm on $name, found 2\d{3}-[^ ]*Z by \w+ -->\n<domain .*cache='none'.*\n\z/ms, 'what was replaced is printed');
    prints('', qw(stop host vm), $vm);

    # Somebody takes something away, which nothing is lost by.
    edit(qr{<memballoon.*?</memballoon>}s, q{<memballoon model='none'/>});
    prints('', qw(start host vm), $vm);
    prints('', qw(stop host vm), $vm);
    for my $size (1 .. 3) {
        edit(qr{</devices>}, "<watchdog model='i6300esb' action='" . qw(none reset pause shutdown)[$size] . "'/></devices>");
        prints('', qw(start host vm), $vm, 'replace=yes');
        prints('', qw(stop host vm), $vm);
    }
    is(count_replaced(), 3, 'three are kept');
    like(replaced(), qr/action='reset'.*action='pause'.*action='shutdown'/s, 'the last ones');
};

scenario 'a password is named, and kept nowhere' => sub {
    edit(qr/(<graphics type='vnc')/, q{<graphics type='vnc' passwd='geheim'});
    complains(1, qr/^rocks: $vm: would lose graphics vnc passwd$/m, qw(start host vm), $vm);
    prints('', qw(start host vm), $vm, 'replace=yes');
    prints('', qw(stop host vm), $vm);
    my $all = sql('SELECT xml FROM replaced; SELECT xml FROM definition');
    like($all, qr/graphics/, 'the definitions are kept');
    unlike($all, qr/geheim/, 'without it');
};

scenario 'a VM that virt-install made' => sub {
    my $xml = slurp('tests/data/virt-install/win11.xml') =~ s{/state/partition1/kvm/disks}{$DISKS}gr;
    my ($uuid) = $xml =~ m{<uuid>(.*?)</uuid>};
    define($xml);
    frontend('add', 'host', 'vm', $name, 'hosted-vm', "name=$win", 'mem=256', 'cpus=2', 'mac=52:54:00:aa:bb:01', "disk=qcow2:$DISKS/$win.qcow2,sda,sata");
    frontend(qw(set host vm), $win, "uuid=$uuid");
    frontend(qw(set host attr), $win, qw(kvm_firmware uefi));
    $host->run("qemu-img create -q -f qcow2 $DISKS/$win.qcow2 10M");
    my $there = defined_as($win);
    my $got   = rocks(qw(start host vm), $win);
    is($got->{status}, 1, 'it is not started');
    like($got->{err}, qr/^rocks: $win: rocks did not make its definition on $name, and the VM would lose what follows/, 'it says whose it is');
    my @lines = $got->{err} =~ /^rocks: $win: would lose (.*)$/mg;
    is(scalar @lines, 11, 'ten of what would be lost, and how many more');
    is_deeply(
        [ @lines[ 0 .. 3 ] ],
        [ 'tpm model="tpm-crb"', 'disk sda/driver discard="unmap"', 'interface 52:54:00:aa:bb:01/model type="e1000e" (then "virtio")', 'channel com.redhat.spice.0 type="spicevmc"' ],
        'the most important first'
    );
    like($lines[-1], qr/^\d+ more$/, 'not all');
    is(defined_as($win), $there, 'nothing is changed');

    # Its card is not recorded: a repair takes neither that nor anything else.
    (my $with_card = $there) =~ s{</devices>}{<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0x18' slot='0' function='0'/></source></hostdev></devices>};
    define($with_card);
    $there = defined_as($win);
    $got = rocks(qw(check host gpu), $name, 'repair=yes');
    is(defined_as($win), $there, 'a repair leaves it');
    like($got->{err}, qr/^rocks: $win: its definition on $name is left unchanged, since the VM would lose what follows; `rocks start host vm $win replace=yes` replaces it\nrocks: $win: would lose hostdev 0000:18:00\.0$/m, 'and says what to do');
    like($got->{out}, qr/$win .*rocks start host vm $win replace=yes/, 'the row stays');
    like(replaced($win), qr/bus='0x18'/, 'it is kept');
    frontend(qw(remove host vm), $win);
    $host->run("virsh -q undefine --keep-nvram $win");
    is(sql('SELECT count(*) FROM replaced JOIN vm ON vm.host = replaced.vm'), sql('SELECT count(*) FROM replaced'), 'until the VM is removed');
};

scenario 'a repair of what rocks defined adds cards and takes none' => sub {
    frontend(qw(add host gpu), $vm, qw(gpupci gpupci1));
    my $got = rocks(qw(check host gpu), $name, 'repair=yes');
    like($got->{err}, qr/^rocks: $vm: is defined on $name as recorded$/m, 'a card is added');
    my $with = defined_as($vm);
    like($with, qr/<hostdev/, 'the definition has it');
    frontend(qw(remove host gpu), $vm, 'gpupci');
    $got = rocks(qw(check host gpu), $name, 'repair=yes');
    is(defined_as($vm), $with, 'a repair does not take it back');
    like($got->{err}, qr/^rocks: $vm: its definition on $name is left unchanged, .*; `rocks start host vm $vm` replaces it$/m, 'and says what does');
    prints('', qw(start host vm), $vm);
    unlike(defined_as($vm), qr/<hostdev/, 'a start does');
    is(rocks(qw(check host gpu), $name)->{out}, '', 'all agree');
};

scenario 'a VM that was set to another container' => sub {
    frontend(qw(set host vm), $vm, "physnode=$next");
    complains(1, qr/^rocks: $vm: it runs on $name, where it was before; `rocks set host vm $vm physnode=$name` takes that back, then `rocks move host vm $vm $next` /, qw(start host vm), $vm, 'elsewhere=yes');
    is($other->run("ls $DISKS"), '', 'no disk was made');
    $host->run("virsh -q destroy $vm");
    complains(1, qr/^rocks: $vm: $name still has it defined, and its disks may be there; /, qw(start host vm), $vm);
    is($other->run("ls $DISKS"), '', 'no disk was made');
    $host->stop_libvirt();
    complains(1, qr/^rocks: $vm: it was on $name, which cannot say whether it runs there: .* elsewhere=yes starts it on $next$/, qw(start host vm), $vm);
    prints("$vm: made $DISKS/$vm.vda on $next\n", qw(start host vm), $vm, 'elsewhere=yes');
    $host->start_libvirt();
    prints('', qw(stop host vm), $vm);
    prints('', qw(start host vm), $vm);
    prints('', qw(stop host vm), $vm);
    $other->run("virsh -q undefine $vm; rm $DISKS/$vm.vda");
    frontend(qw(set host vm), $vm, "physnode=$name");
    prints('', qw(start host vm), $vm);
};

scenario 'a VM that has moved' => sub {
    over_ssh();
    edit(qr{</devices>}, "<watchdog model='i6300esb' action='reset'/></devices>");
    my $refused = rocks(qw(move host vm), $vm, $next, 'action=poweroff');
    is($refused->{status}, 1, 'it does not move while that loses what somebody else put there');
    like($refused->{err}, qr/^rocks: $vm: its definition on $name has what rocks did not put there /, 'and says so');
    like($refused->{err}, qr/^rocks: $vm: would lose watchdog /m, 'with what it is');
    is($host->run("virsh domstate $vm"), "running\n", 'before it is stopped');
    edit(qr{<watchdog.*?</watchdog>}s, '');
    is(rocks(qw(move host vm), $vm, $next, 'action=poweroff')->{err}, '', 'it moves');
    my $kept = count_replaced();
    prints('', qw(stop host vm),  $vm);
    prints('', qw(start host vm), $vm);
    is(count_replaced(), $kept, 'the definition of the target is known');
};

done_testing();
