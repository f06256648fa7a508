# SPDX-License-Identifier: GPL-2.0-or-later
# Two containers without machines, on which a VM can be moved: each with a disk folder of its
# own at one path, a hypervisor that is a folder, and cards that are bound to vfio-pci.
package Moving;

use strict;
use warnings;

use Exporter qw(import);
use Fleet;
use Inventory;
use Machine;
use Rocks;
use Scan;
use Test::More;

our @EXPORT = qw($SOURCE $TARGET $VM $DISKS $IMAGE set_up uuid on_disk kept_on put_disk
    words domain is_defined runs moves trigger calls asked only_one);

our ($SOURCE, $TARGET, $VM) = qw(vm-container-0-14 vm-container-0-15 rocks-33);

# What the containers call their disk folder; what is in its files is random, and sparse.
our $DISKS = "$FOLDER/disks";
our $IMAGE = join('', map { chr int rand 256 } 1 .. 65536) . "\0" x 1048576 . 'the end';

# Runs what ssh would run, with the disk folder of that host and what libvirt keeps in place.
my $INSIDE = <<'END';
#!/bin/sh
host=$1
shift
exec PROGRAM "FOLDER/hosts/$host/disks" DISKS "FOLDER/hosts/$host/libvirt" /var/lib/libvirt "$@"
END

# The ssh of a container: its options, a host, and words that are for a shell.
my $HOP = <<'END';
#!/bin/sh
while case $1 in -*) true ;; *) false ;; esac; do shift; done
host=$1
shift
printf '%s\n' "$host" "$@" > FOLDER/hop
[ ! -e "FOLDER/hosts/$host/key" ] || { echo 'Host key verification failed.' >&2; exit 255; }
exec FOLDER/inside "$host" sh -c "$*"
END

sub _program {
    my ($path, $text) = @_;
    $text =~ s/FOLDER/$FOLDER/g;
    $text =~ s/DISKS/$DISKS/g;
    $text =~ s/PROGRAM/$BUILD\/tests\/inside/g;
    spurt($path, $text);
    chmod 0755, $path or die "$path: $!";
}

# The cards of a host: gpupci1, gpupci2, … at these slots, of this model.
sub _record_cards {
    my ($host, %options) = @_;
    my @slots = @{ delete $options{slots} };
    my $number = 0;
    my @functions = map {
        { %$_, driver => 'vfio-pci' }
    } map { card('gpupci' . ++$number, "0000:$_", %options) } @slots;
    spurt("$FOLDER/$host.json", document(\@functions, host => $host));
    my $got = rocks(qw(sync host gpu), $host, "file=$FOLDER/$host.json");
    die $got->{err} if $got->{status};
}

sub _record_all_cards {
    _record_cards($SOURCE, slots => [ '02:00', '03:00' ]);
    _record_cards($TARGET, slots => [ '81:00', '82:00' ]);
}

# The inventory of two containers with two cards each, and a VM on the first; then more commands.
sub _record {
    my (@more) = @_;
    fresh_inventory();
    for my $line (
        [qw(set attr vm_mac_base_addr 52:54:00:00:00:00)],
        [qw(set attr kvm_bridge lo)],
        [ 'set', 'attr', 'move_ssh', "$FOLDER/hop.sh" ],
        map({ [ 'add', 'host', $_ ] } $SOURCE, $TARGET),
        [ qw(add host vm), $SOURCE, 'hosted-vm', "name=$VM", "disk=file:$DISKS/$VM.vda,vda,virtio",
            'disksize=1' ],
        \&_record_all_cards,
        @more,
    ) {
        if (ref $line eq 'CODE') { $line->(); next }
        my $got = rocks(@$line);
        die "rocks @$line: $got->{err}" if $got->{status};
    }
}

# The same commands make the same inventory: its file, by what made it.
my %recorded;

# Everything from the start: the inventory as above; the VM is defined and runs on the first.
sub set_up {
    my (@more) = @_;
    my $key = join "\n", map {"@$_"} @more;
    system 'rm', '-rf', $DISKS,
        map({ "$FOLDER/$_" } qw(hosts ssh hop hop.sh inside hypervisors plugins));
    mkdir $DISKS or die;
    fleet();
    mkdir $_ or die "$_: $!"
        for map({ ("$FOLDER/hosts/$_", "$FOLDER/hosts/$_/disks", "$FOLDER/hosts/$_/libvirt") } $SOURCE, $TARGET),
        map { "$FOLDER/$_" } qw(hypervisors plugins), map { "hypervisors/$_" } $SOURCE, $TARGET;
    my $ssh = slurp("$FOLDER/ssh");
    $ssh =~ s/^exec sh -c/exec $FOLDER\/inside "\$host" sh -c/m;
    _program("$FOLDER/ssh",    $ssh);
    _program("$FOLDER/inside", $INSIDE);
    _program("$FOLDER/hop.sh", $HOP);
    system('cp', map({ "$BUILD/plugins/$_.so" } qw(domain device global firmware)),
        "$BUILD/tests/plugins/hypervisor-folder.so", "$FOLDER/plugins") == 0 or die;
    chmod 0755, "$FOLDER/plugins";
    $ENV{ROCKS_PLUGINS}     = "$FOLDER/plugins";
    $ENV{HYPERVISOR_FOLDER} = "$FOLDER/hypervisors";
    if ($recorded{$key}) {
        unlink glob "$ENV{ROCKS_DB}*";
        spurt($ENV{ROCKS_DB}, $recorded{$key});
        chmod 0640, $ENV{ROCKS_DB} or die;
    }
    else {
        _record(@more);
        sql('PRAGMA wal_checkpoint(TRUNCATE)');
        $recorded{$key} = slurp($ENV{ROCKS_DB});
    }
    on_host($_, 'gpupci', "cat '$FOLDER/$_.json'\n") for $SOURCE, $TARGET;
    put_disk($SOURCE, "$VM.vda", $IMAGE);
    domain($SOURCE, xml => "<domain of='$SOURCE'/>\n", running => '');
}

sub uuid {
    return sql("SELECT uuid FROM vm JOIN host ON id = host WHERE name = '$VM'");
}

# One pattern of several, which are too long for a line.
sub words { my $all = join '', @_; return qr/$all/ }

sub on_disk { my ($host, $name) = @_; return "$FOLDER/hosts/$host/disks/$name" }

# A path below /var/lib/libvirt there.
sub kept_on { my ($host, $name) = @_; return "$FOLDER/hosts/$host/libvirt/$name" }

# A file with holes where its bytes are 0.
sub put_disk {
    my ($host, $name, $bytes) = @_;
    spurt(on_disk($host, $name), $bytes);
    system('fallocate', '-d', on_disk($host, $name)) == 0 or die;
}

# What a hypervisor has of the VM.
sub domain {
    my ($host, %files) = @_;
    my $path = "$FOLDER/hypervisors/$host/" . uuid();
    unlink glob "$path.*";
    spurt("$path.$_", $files{$_}) for keys %files;
}

sub is_defined { return -e "$FOLDER/hypervisors/$_[0]/" . uuid() . '.xml' ? 1 : 0 }
sub runs { return -e "$FOLDER/hypervisors/$_[0]/" . uuid() . '.running' ? 1 : 0 }

# rocks move host vm rocks-33 …; its process id is in a file, for who is to kill it.
sub moves {
    my (@words) = @_;
    return run_program('', 'sh', '-c', "echo \$\$ > $FOLDER/pid; exec \"\$@\"", 'sh',
        "$BUILD/rocks", qw(move host vm), $VM, @words);
}

# What is to go wrong, as tests/plugins/hypervisor-folder.c has it.
sub trigger {
    my ($what) = @_;
    unlink "$FOLDER/hypervisors/trigger";
    spurt("$FOLDER/hypervisors/trigger", "$what\n") if $what;
}

# What the hypervisors were asked to change since this was called last.
sub calls {
    my $path = "$FOLDER/hypervisors/log";
    my @calls = -e $path ? grep { !/^definition/ } split /\n/, slurp($path) : ();
    unlink $path;
    return join ', ', @calls;
}

# What one container's ssh was called with last.
sub asked { return slurp("$FOLDER/hop") }

# No two containers have the VM.
sub only_one {
    my ($name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return cmp_ok(is_defined($SOURCE) + is_defined($TARGET), '<=', 1,
        "$name: at most one can start it");
}

1;
