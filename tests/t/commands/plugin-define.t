#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# libvirt itself takes what tests/data/xml says that our plugins make: it defines each
# domain, and makes a QEMU command line of it. No daemon: virsh is one, in a folder.
use strict;
use warnings;

use Rocks;
use Test::More;

my $root = "$FOLDER/libvirt";
my @virsh = ('virsh', '-q', '-c', "qemu:///embed?root=$root");

# Root's libvirt wants a user of a package that only its daemon needs, and looks for KVM for
# minutes where that user may not have it: root becomes nobody.
mkdir $root;
if (!$>) {
    my (undef, undef, $user, $group) = getpwnam 'nobody';
    chown $user, $group, $root;
    chmod 0711, $FOLDER;
    umask 022;
    unshift @virsh, 'setpriv', "--reuid=$user", "--regid=$group", '--clear-groups', 'env',
        "HOME=$root",
        "XDG_RUNTIME_DIR=$root", "XDG_CACHE_HOME=$root";
}

sub virsh { return run_program('', @virsh, @_) }

# Without KVM, libvirt takes no domain that asks for it.
sub has_kvm {
    my $got = virsh('domcapabilities', '--virttype', 'kvm');
    return $got->{status} == 0;
}

my $kvm = has_kvm();
diag('no KVM here: domains that ask for it are tried as qemu ones') if !$kvm;

# A domain as this machine can take it.
sub prepared {
    my ($xml) = @_;
    return $xml if $kvm;
    $xml =~ s/<domain type="kvm">/<domain type="qemu">/;
    $xml =~ s/<cpu mode="host-(?:passthrough|model)"/<cpu mode="maximum"/;
    $xml =~ s/<maxphysaddr mode="passthrough"/<maxphysaddr mode="emulate" bits="46"/;
    return $xml;
}

# The QEMU command line, of a domain without the cards and bridges that this machine has not.
sub command_line {
    my ($xml, $name) = @_;
    $xml =~ s{<(hostdev|interface) .*?</\1>}{}gs;
    spurt("$FOLDER/argv.xml", prepared($xml));
    my $got = virsh(qw(domxml-to-native qemu-argv), "$FOLDER/argv.xml");
    is($got->{status}, 0, "$name: a command line") or diag($got->{err});
    return $got->{out};
}

# What libvirt calls each of these domains once it is defined, '' for one that it refuses; and
# what it says. One virsh takes them all, since each start of one looks for all QEMUs again.
sub defined_as {
    my ($option, @documents) = @_;
    my ($number, @commands) = (0);
    for my $xml (@documents) {
        my $file = "$FOLDER/define-" . $number++ . '.xml';
        spurt($file, prepared($xml));
        push @commands, 'echo =', "define $option $file", 'domuuid rocks-33', 'undefine --nvram rocks-33';
    }
    my $got = virsh(join '; ', @commands);
    my (undef, @uuids) = map { s/\s+//gr } split /=/, $got->{out}, -1;
    is(scalar @uuids, scalar @documents, 'libvirt answers for each') or diag($got->{err});
    return ($got->{err}, @uuids);
}

my @files = sort glob 'tests/data/xml/*.xml';
cmp_ok(scalar @files, '>=', 30, 'there are documents');
# No domain can have the name in that one.
@files = grep { !/escaped/ } @files;
{
    my @documents = map { slurp($_) } @files;
    my ($err, @uuids) = defined_as('', @documents);
    for my $i (0 .. $#files) {
        my ($uuid) = $documents[$i] =~ m{<uuid>(.*?)</uuid>};
        is($uuids[$i], $uuid, "$files[$i]: defined, under its UUID") or diag($err);
    }
}

# What libvirt refuses is seen here.
(my $twice = slurp('tests/data/xml/everything.xml')) =~ s/slot="0x1d"/slot="0x01"/;
is((defined_as('', $twice))[1], '', 'two devices at one address: refused');

# What the plugins refuse for libvirt, it does refuse; what they take it takes.
for my $row (
    [ 'qemu-tuned-card', qr{(?<=<vcpu )cpuset="[^"]*"}, ['0-16383', '0', '3-3,5'], ['0-16384', '99999', '5-3', '3,5-3'], 'cpuset="%s"' ],
    [ 'qemu-tuned-card', qr/nodeset="[^"]*"/, [qw(0 16383)], ['16384'], 'nodeset="%s"' ],
    [   'plain', qr/target dev="vda"/, [qw(vdb sdz hdaa xvda)], [qw(foo vd vda1 vdA vd_a)], 'target dev="%s"' ],
    [ 'plain', qr/<source file="[^"]*"/, ['/a'], ['foo'], '<source file="%s"' ],
    [   'plain', qr/mac address="[^"]*"/, ['52:54:00:00:00:01'],
        [ '53:54:00:00:00:01', '80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:91' ],
        'mac address="%s"'
    ],
    )
{
    my ($name, $pattern, $good, $bad, $format) = @{$row};
    my $xml = slurp("tests/data/xml/$name.xml");
    my @documents = map {
        my $value = $_;
        $xml =~ /$pattern/ or die $name;
        $xml =~ s/$pattern/sprintf $format, $value/er
    } @{$good}, @{$bad};
    my ($err, @uuids) = defined_as('--validate', @documents);
    isnt($uuids[$_], '', "$name, $good->[$_]: taken") or diag($err) for 0 .. $#{$good};
    is($uuids[@{$good} + $_], '', "$name, $bad->[$_]: refused") for 0 .. $#{$bad};
}

# What the words mean in the end.
sub xml_of { return slurp("tests/data/xml/$_[0].xml") }

my $bios = command_line(xml_of('qemu-card'), 'BIOS');
unlike($bios, qr/pflash|pci-hole64|phys-bits/, 'BIOS: neither firmware nor window');
for my $name (qw(uefi pc-uefi qemu-pc-uefi)) {
    my $line = command_line(xml_of($name), $name);
    like($line, qr/pflash0/, "$name: firmware in flash memory");
    unlike($line, qr/smm=on|property=secure/, "$name: without secure boot");
}
for my $name (qw(uefi-secure qemu-uefi-secure)) {
    my $line = command_line(xml_of($name), $name);
    like($line, qr/pflash0/, "$name: firmware in flash memory");
    like($line, qr/smm=on/, "$name: with SMM");
    like($line, qr/driver=cfi\.pflash01,property=secure,value=on/, "$name: which alone writes it");
}
for my $name (qw(qemu-big-card qemu-pc-big-card)) {
    my $line = command_line(xml_of($name), $name);
    like($line, qr/(?:q35|i440FX)-pcihost\.pci-hole64-size=536870912K/, "$name: the window");
    like($line, qr/phys-bits=42/, "$name: the width");
}
like(command_line(xml_of('big-card'), 'big-card'), $kvm ? qr/host-phys-bits=on/ : qr/phys-bits=46/,
    'the width of the host');
(my $no_keys = xml_of('pc-uefi')) =~ s/enabled="no"/enabled="yes"/;
spurt("$FOLDER/argv.xml", prepared($no_keys));
my $refused = virsh(qw(domxml-to-native qemu-argv), "$FOLDER/argv.xml");
isnt($refused->{status}, 0, 'no secure boot on pc, as the plugin says');
like($refused->{err}, qr/firmware/, 'since there is no firmware for it');

done_testing;
