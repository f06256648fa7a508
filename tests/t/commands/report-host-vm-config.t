#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks report host vm config: XML from the inventory's facts, or an error and no XML.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

sub config { return rocks(qw(report host vm config), @_) }

sub xpath {
    my ($xml, $expression) = @_;
    spurt("$FOLDER/domain.xml", $xml);
    my $answer = run_program('', 'xmllint', '--xpath', $expression, "$FOLDER/domain.xml");
    chomp $answer->{out};
    return $answer->{out};
}

sub valid {
    my ($xml, $name) = @_;
    spurt("$FOLDER/domain.xml", $xml);
    my $answer = run_program('', 'virt-xml-validate', "$FOLDER/domain.xml", 'domain');
    return is($answer->{status}, 0, "$name: valid") || diag($answer->{out} . $answer->{err});
}

sub does {
    my @words = @_;
    my $got = rocks(@words);
    is($got->{status}, 0, "@words") || diag($got->{err});
    return;
}

walkthrough_inventory();
does(qw(set host vm rocks-33 uuid=0d3c0a4e-6a54-4b5b-9a36-0c9ff0b0a001));
my $bare = config('rocks-33');
is($bare->{status}, 0, 'a VM without a card');
is($bare->{err}, '', 'says nothing');
valid($bare->{out}, 'without a card');
golden('xml/rocks-33.xml', $bare->{out});
is(xpath($bare->{out}, 'count(//hostdev)'), 0, 'has none');
is(xpath($bare->{out}, 'count(//hidden) + count(//vendor_id)'), 0, 'nothing hidden');
is(xpath($bare->{out}, 'count(//memballoon[@model="none"])'), 0, 'and a balloon');

does('set', 'host', 'gpu', 'vm-container-0-15', 'gpupci1',
    'functions=0/030000/10de:1db6,1/040300/10de:10f1');
does(qw(add host gpu rocks-33 gpupci pci_0000_02_00_0));
my $one = config('rocks-33');
valid($one->{out}, 'with a card');
golden('xml/rocks-33-card.xml', $one->{out});
is(xpath($one->{out}, 'count(//hostdev)'), 2, 'a hostdev a function');
is(xpath($one->{out}, 'string(/domain/@type)'), 'kvm', 'kvm by default');
is(xpath($one->{out}, 'string(//cpu/@mode)'), 'host-passthrough', 'the host\'s CPU');
is(xpath($one->{out}, 'string(//hidden/@state)'), 'on', 'the hypervisor is hidden');
is(xpath($one->{out}, 'count(//vendor_id[@state="on"])'), 1, 'under its own name');
is(xpath($one->{out}, 'string(//memballoon/@model)'), 'none', 'no balloon');

does(qw(add host gpu rocks-33 gpupci2 gpupci2));
my $two = config('rocks-33');
valid($two->{out}, 'with two cards');
is(xpath($two->{out}, 'count(//hostdev)'), 3, 'both cards');

# Giving a card changes no other address.
sub addresses {
    my ($xml) = @_;
    $xml =~ s{<hostdev.*?</hostdev>}{}gs;
    return { map { $_ => 1 }
            $xml =~
            m{(<(?:interface|disk|video|controller)\b(?:(?!<(?:interface|disk|video|controller)\b).)*?<address type=[^>]*>)}gs
    };
}
my ($before, $after) = (addresses($bare->{out}), addresses($two->{out}));
ok(scalar keys %$before, 'addresses are there');
is_deeply([ grep { !$after->{$_} } sort keys %$before ], [], 'and none changed with two cards');

# Attributes, the nearer level.
does(qw(set attr kvm_domain_type qemu));
does(qw(set host attr rocks-33 kvm_machine pc));
my $qemu = config('rocks-33');
valid($qemu->{out}, 'qemu on pc');
is(xpath($qemu->{out}, 'string(/domain/@type)'), 'qemu', 'kvm_domain_type');
like(xpath($qemu->{out}, 'string(//os/type/@machine)'), qr/^pc/, 'kvm_machine');
is(xpath($qemu->{out}, 'count(//cpu[@mode="host-passthrough"])'), 0,
    'host-passthrough only with kvm');
does(qw(remove attr kvm_domain_type));
does(qw(remove host attr rocks-33 kvm_machine));
does(qw(set attr kvm_bridge br-gpu));
is(xpath(config('rocks-33')->{out}, 'string(//interface/source/@bridge)'), 'br-gpu', 'kvm_bridge');
does('set', 'attr', 'kvm_bridge', q{a"<b>&'c});
is(xpath(config('rocks-33')->{out}, 'string(//interface/source/@bridge)'), q{a"<b>&'c},
    'a hostile value is only a value');
does(qw(remove attr kvm_bridge));

# No XML for a VM that cannot have its card; the sentence says what to do.
does(qw(set host gpu vm-container-0-15 gpupci1 state=quarantined));
fails(
    qr/^rocks: rocks-33: its gpupci, gpupci1 of vm-container-0-15, is quarantined; .*state=present/,
    qw(report host vm config rocks-33));
does(qw(set host gpu vm-container-0-15 gpupci1 state=missing));
fails(qr/is missing, last seen at pci_0000_02_00_0; .*rocks sync host gpu vm-container-0-15/,
    qw(report host vm config rocks-33));
does(qw(add host gpu vm-container-0-15 gpupci3 pci_0000_02_00_0));
fails(qr/is swapped: another card is at pci_0000_02_00_0 now; /,
    qw(report host vm config rocks-33));

# Another container: the rules of the file forbid it, so they are taken out for this.
does(qw(remove host gpu vm-container-0-15 gpupci3));
does(qw(set host gpu vm-container-0-15 gpupci1 state=present));
does(qw(add host vm-container-0-14));
my $rule = sql(q{SELECT sql FROM sqlite_master WHERE name = 'vm_with_card_stays'});
sql(qq{DROP TRIGGER vm_with_card_stays;
      UPDATE vm SET container = (SELECT id FROM host WHERE name = 'vm-container-0-14');
      $rule});
fails(qr/is not on vm-container-0-14, which houses it; /, qw(report host vm config rocks-33));

# Several: prints the good ones, reports the bad one, and fails.
walkthrough_inventory();
does(qw(add host vm vm-container-0-15 hosted-vm name=rocks-34));
does(qw(add host gpu rocks-33 gpupci gpupci1));
does(qw(set host gpu vm-container-0-15 gpupci1 state=missing));
my $both = config('vm-container-0-15');
is($both->{status}, 1, 'one of two failed');
is_deeply([ $both->{out} =~ m{<name>(.*?)</name>}g ], ['rocks-34'], 'the other one is whole');
like($both->{err}, qr/\Arocks: rocks-33: [^\n]*\n\z/, 'and one line says which');

fails(qr/there is no host «rocks-99»/, qw(report host vm config rocks-99));
does(qw(add host compute-0-0));
fails(qr/compute-0-0 is not a VM and houses none/, qw(report host vm config compute-0-0));
usage(qr/\{host\} is missing/, qw(report host vm config));

# What a plugin is given: each attribute once, its nearest value, by name.
fresh_inventory(
    'set attr vm_mac_base_addr 52:54:00:00:00:00',
    'add host vm-container-0-15',
    'add host vm vm-container-0-15 hosted-vm name=rocks-33',
    'add host vm vm-container-0-15 hosted-vm name=rocks-34',
    'set attr kvm_a global',
    'set attr kvm_b global',
    'set attr kvm_c global',
    'set appliance attr hosted-vm kvm_b appliance',
    'set appliance attr hosted-vm kvm_c appliance',
    'set appliance attr hosted-vm kvm_e appliance',
    'set appliance attr vm-container kvm_a container',
    'set host attr rocks-33 kvm_c host',
    'set host attr rocks-33 kvm_d host',
    'set host attr rocks-33 kvm_B host',
);
mkdir "$FOLDER/fake", 0755 or die;
system('cp', (map { "$BUILD/tests/plugins/$_.so" } qw(fake-document amend-names)), "$FOLDER/fake") == 0
    or die;
{
    local $ENV{ROCKS_PLUGINS} = "$FOLDER/fake";
    my $itself = 'membership=Hosted VM rack=0 rank=15 vm_mac_base_addr=52:54:00:00:00:00';
    is(config('rocks-33')->{out},
        'rocks-33 appliance=hosted-vm hostname=rocks-33 kvm_B=host kvm_a=global kvm_b=appliance '
            . "kvm_c=host kvm_d=host kvm_e=appliance $itself\n",
        'attributes of all levels');
    is(config('rocks-34')->{out},
        'rocks-34 appliance=hosted-vm hostname=rocks-34 kvm_a=global kvm_b=appliance '
            . "kvm_c=appliance kvm_e=appliance $itself\n",
        'attributes of no level of its own');
}

# Plugins: a folder that others may write to is refused, a missing one is an error.
my $folder = "$FOLDER/plugins";
mkdir $folder;
chmod 0777, $folder;
$ENV{ROCKS_PLUGINS} = $folder;
my $refused = config('rocks-34');
is($refused->{status}, 1, 'a folder others may write to');
is($refused->{out}, '', 'no XML');
like($refused->{err}, qr/\Q$folder\E/, 'is named');
$ENV{ROCKS_PLUGINS} = "$FOLDER/absent";
like(config('rocks-34')->{err}, qr/\Q$FOLDER\E\/absent/, 'an absent folder is named');

done_testing;
