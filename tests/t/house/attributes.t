#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# doc/attributes.rst has the attributes that the sources read: each of them, and no other.
use strict;
use warnings;

use Rocks;
use Sources;
use Test::More;

# What a call reads, and what names are made of: kvm_device_%u.
my $call = qr/\b(?:attribute|xml_vm_attribute|xml_vm_choice|db_attr_get|db_attr_each)\(/;

sub names_in {
    my ($text) = @_;
    my %names;
    $text =~ s/RAW_DEVICE "/"kvm_device_/g;
    while ($text =~ /$call([^;]*);/g) {
        my $arguments = $1;
        $names{$1} = 1 if $arguments =~ /"(\w+)"/;
    }
    $names{$1} = 1 while $text =~ /snprintf\((?:\w+\.)?name, sizeof\((?:\w+\.)?name\), "(kvm_[\w%]+)"/g;
    return \%names;
}

# Arguments of commands are not attributes; another call asks for them.
my %read;
for my $path (grep { /\.c$/ && !m{^src/gpupci/} } sources(qw(plugins db commands src))) {
    my $text = slurp($path);
    $text =~ s/(?:integer_|boolean_|true_)?\bargument\(//g;
    %read = (%read, %{ names_in($text) });
}
delete @read{qw(hostname rack rank appliance membership)};
cmp_ok(scalar keys %read, '>', 20, 'the sources read attributes');
ok($read{$_}, "$_ is seen")
    for qw(libvirt_uri ssh_command managed kvm_device_%u kvm_device_%u_at HVM_Features vm_disk_dir);

my $page = slurp('doc/attributes.rst');
my %told;
for my $table ($page =~ /^=+ =+ =+\nattribute .*?\n=+ =+ =+\n(.*?)^=+ =+ =+$/msg) {
    $told{$1} = 1 while $table =~ /^([A-Za-z]\w+)(?:, …)? /mg;
}
for my $made (grep { /%/ } keys %read) {
    (my $pattern = $made) =~ s/%[du]/\\d+/;
    $pattern =~ s/%s/\\w+/;
    my @rows = grep { /^$pattern$/ } keys %told;
    ok(@rows, "doc/attributes.rst describes $made");
    delete @told{@rows};
    delete $read{$made};
}
is_deeply([ sort keys %told ], [ sort keys %read ],
    'doc/attributes.rst describes each attribute that is read');
like($page, qr/hostname, rack, rank, appliance,\s+membership/, 'and the intrinsic ones');

# The test sees what is missing.
is_deeply(names_in('x = vm->attribute(vm, "new_one"); y = db_attr_get(db, host,\n "other", &z);'),
    { new_one => 1, other => 1 }, 'a call is seen');

done_testing;
