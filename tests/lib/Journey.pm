# SPDX-License-Identifier: GPL-2.0-or-later
# A VM that moves between two hosts with a real libvirt, ssh and rsync: those of tests/hosts
# or of the lab. A host has run(), try() and name().
package Journey;
use strict;
use warnings;

use Frontend;
use Rocks;
use Test::More;
use Time::HiRes qw(sleep time);

my $PATIENCE = 240; # seconds until a copy has begun

# While this file is there, the end of rsync that sends stands still after as many bytes of a
# file as the file says.
my $HELD = '/root/held';

# What a host calls rsync, so that this can be had; before /usr/bin in its PATH.
our $RSYNC = <<"PERL";
#!/usr/bin/perl
exec '/usr/bin/rsync', \@ARGV if \$ARGV[0] ne '--server' || !-e '$HELD';
open my \$held, '<', '$HELD' or die;
my (\$most, \$sent) = (scalar <\$held>, 0);
open my \$rsync, '-|', '/usr/bin/rsync', \@ARGV or die;
while (sysread \$rsync, my \$block, 65536) {
    \$sent += length \$block;
    select undef, undef, undef, 0.1 while \$sent > \$most && -e '$HELD';
    # rsync made what it reads, and perhaps this, a socket that does not block.
    while (length \$block) {
        my \$written = syswrite STDOUT, \$block;
        substr \$block, 0, \$written, '' if \$written;
        exit 1 if !defined \$written && !\$!{EAGAIN};
        select undef, undef, undef, 0.01 if !\$written;
    }
}
close \$rsync;
exit \$? >> 8;
PERL

# The VM's name, the folder of its disks on every host, and in it the disk in whose middle a
# copy stands still: it has more than a megabyte, the others have less.
sub new {
    my ($class, %is) = @_;
    return bless {%is}, $class;
}

# rocks move host vm, and what it said.
sub moves {
    my ($self, @words) = @_;
    return rocks(qw(move host vm), $self->{vm}, @words);
}

sub _sums {
    my ($self, $host) = @_;
    return $host->run("cd $self->{folder} && sha256sum $self->{vm}.*");
}

# The present disks are those that must arrive.
sub remember_disks {
    my ($self, $host) = @_;
    $self->{sums} = $self->_sums($host);
    return;
}

sub domains_on {
    my ($host) = @_;
    return $host->run('virsh -q list --all --name');
}

# Begins a move; back when a part of the disk is on the target. The rest waits for let_go().
sub begin_copy {
    my ($self, $source, $target) = @_;
    $source->run("echo 1048576 > $HELD");
    my $child = fork() // die "fork: $!\n";
    if (!$child) {
        open STDOUT, '>', "$FOLDER/moved" or die;
        open STDERR, '>&', \*STDOUT or die;
        exec "$BUILD/rocks", qw(move host vm), $self->{vm}, $target->name or die;
    }
    my $until = time + $PATIENCE;
    while (time < $until) {
        my $blocks = $target->try("stat -c %b $self->{folder}/.rocks-move-*/$self->{held}")->{out};
        return $child if $blocks =~ /^[1-9]/;
        sleep 0.1;
    }
    die 'nothing was copied: ' . slurp("$FOLDER/moved");
}

sub let_go {
    my ($self, $source) = @_;
    $source->run("rm -f $HELD");
    return;
}

# Its exit status, and what it said.
sub end_of {
    my ($self, $child) = @_;
    waitpid $child, 0;
    return ($? >> 8, slurp("$FOLDER/moved"));
}

# As a frontend goes whose power does: pdsh would otherwise stay, and have the copy go on.
sub kill {
    my ($self, $child) = @_;
    kill 'KILL', _children_of($child), $child;
    waitpid $child, 0;
    return;
}

sub _children_of {
    my ($parent) = @_;
    my @children;
    for my $path (glob '/proc/[0-9]*/stat') {
        my $stat = eval { slurp($path) } // next;
        push @children, $1 if $stat =~ /^(\d+) \(.*\) \S (\d+) /s && $2 == $parent;
    }
    return @children;
}

# What a killed move has left on a host has ended.
sub wait_for_rsync {
    my ($self, $host) = @_;
    $host->run('while grep -qsx rsync /proc/[0-9]*/comm; do sleep 0.1; done');
    return;
}

# Nothing on these hosts can start the VM.
sub is_nowhere {
    my ($self, $what, @hosts) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is(join(' ', map { domains_on($_) } @hosts), join(' ', map {''} @hosts),
        "$what: defined nowhere");
}

# The VM is there and nowhere else, byte for byte, and does that.
sub lives_on {
    my ($self, $host, $other, $status, $what) = @_;
    my ($vm, $name) = ($self->{vm}, $host->name);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    like(frontend(qw(list host vm), $vm), qr/ \Q$name\E /, "$what: the inventory");
    is(domains_on($host),   $vm,           "$what: defined there");
    is(domains_on($other),  '',            "$what: and not here");
    is(status_of($vm),      $status,       "$what: $status");
    is($self->_sums($host), $self->{sums}, "$what: every byte");
    isnt($other->try("virsh start $vm")->{status}, 0, "$what: nothing can start it here");
    is(frontend(qw(list move)), '', "$what: no move is open");
    my @disks = $self->{sums} =~ / (\S+)$/mg;
    return is($host->run("ls -a $self->{folder}"), join("\n", qw(. ..), @disks),
        "$what: nothing is left");
}

# Types what the last lines of a move say removes its old disks.
sub types_removals {
    my ($self, $said) = @_;
    my @lines = $said =~ /`(rocks run host [^\n]*)` removes it$/mg;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(@lines, scalar(() = $self->{sums} =~ /\n|\z/g), 'every disk is named');
    types($_) for @lines;
    return;
}

1;
