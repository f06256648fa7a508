# SPDX-License-Identifier: GPL-2.0-or-later
# A VM on a VM host of the lab. Its disk starts a kernel that prints on the serial line what
# it finds on its PCI bus, and turns the VM off.
package Lab::Guest;
use strict;
use warnings;

use Lab::Kernel qw($TREE $BUILD);
use TickingDisk;

# An emulated machine in an emulated machine takes its time, in seconds.
my $PATIENCE = 600;

my $FOLDER = '/state/partition1/kvm/disks';

# Puts the disk on the VM host where rocks says that it is: TYPE:PATH,DEVICE,BUS.
sub put_disk {
    my ($host, $name) = @_;
    $host->run("mkdir -p $FOLDER && cp $TREE/$BUILD/lab/guest.image $FOLDER/$name.vda");
}

# One for a VM that is only to run: it does next to nothing.
sub put_ticking_disk {
    my ($host, $name) = @_;
    $host->put("$FOLDER/$name.vda", ticking_disk());
}

# Defines a VM by its XML and starts it; what report_of() takes.
sub start {
    my ($host, $name, $xml) = @_;
    $host->put("/root/$name.xml", $xml);
    $host->run("virsh -q define /root/$name.xml && virsh -q start $name");
    return $host->begin(
        "cat \"\$(virsh ttyconsole $name)\" > /lab/$name.console; cat /lab/$name.console");
}

# Waits until a VM has turned itself off; what its kernel saw, by address: { id => '1234:1111',
# class => '038000' }.
sub report_of {
    my ($host, $started) = @_;
    my $answer = $host->wait_for($started, $PATIENCE)
        or die "a VM did not turn itself off in $PATIENCE s\n";
    die "the report of a VM is incomplete: $answer->{out}\n" if $answer->{out} !~ /^end\r?$/m;
    my %devices;
    for ($answer->{out} =~ /^device ([^\r\n]*)/mg) {
        my ($address, $id, $class) = split / /;
        $devices{$address} = { id => $id, class => $class };
    }
    return \%devices;
}

1;
