# SPDX-License-Identifier: GPL-2.0-or-later
# Starts programs through a small one, build/tests/starter: a fork of Perl, with its
# megabytes, costs several times what the programs of a test cost themselves.
package Starter;

use strict;
use warnings;

use Cwd qw(abs_path getcwd);
use Time::HiRes ();

my $PROGRAM = abs_path($ENV{BUILD} // 'build') . '/tests/starter';

sub new {
    my ($class) = @_;
    pipe my $in,   my $to  or die "pipe: $!";
    pipe my $from, my $out or die "pipe: $!";
    my $id = fork() // die "fork: $!";
    if (!$id) {
        # What is preloaded is for the programs.
        delete $ENV{LD_PRELOAD};
        open STDIN,  '<&', $in  or die;
        open STDOUT, '>&', $out or die;
        exec $PROGRAM or die "$PROGRAM: $!\n";
    }
    return bless { to => $to, from => $from, id => $id, of => $$ }, $class;
}

sub get {
    my ($self, $size) = @_;
    my $got = '';
    while (length $got < $size) {
        sysread $self->{from}, $got, $size - length $got, length $got
            or die "$PROGRAM has ended\n";
    }
    return $got;
}

# Starts a program: its process id. %{$how}: its files in, out and err, /dev/null where they
# are not given, and seconds, after which an alarm ends it. wait() comes before the next.
sub start {
    my ($self, $how, @words) = @_;
    my @strings = (
        getcwd(), map({ $_ // '/dev/null' } @{$how}{qw(in out err)}),
        @words, map({"$_=$ENV{$_}"} grep { defined $ENV{$_} } keys %ENV)
    );
    for my $string (@strings) {
        utf8::encode($string) if utf8::is_utf8($string);
        $string =~ s/\0.*//s;
    }
    my $text    = join '', map {"$_\0"} @strings;
    my $request = pack('L4', length $text, scalar @words, $how->{seconds} // 0, umask) . $text;
    while (length $request) {
        my $count = syswrite($self->{to}, $request) // die "$PROGRAM: $!\n";
        substr $request, 0, $count, '';
    }
    return unpack 'l', $self->get(4);
}

# Its wait status, and the seconds of CPU that it took.
sub wait {
    my ($self) = @_;
    my ($status, $microseconds) = unpack 'l2', $self->get(8);
    return ($status, $microseconds / 1e6);
}

# What the starters of this process took counts as what its children took.
sub DESTROY {
    my ($self) = @_;
    return if $self->{of} != $$;
    local ($?, $!);
    kill 'TERM', $self->{id};
    waitpid $self->{id}, 0;
    return;
}

# Where just the programs are built, as for the lab, there is no starter.
sub run_forked {
    my ($how, @words) = @_;
    my $before = (times)[2];
    my $id     = fork() // die "fork: $!";
    if (!$id) {
        open STDIN,  '<', $how->{in}  // '/dev/null' or die;
        open STDOUT, '>', $how->{out} // '/dev/null' or die;
        open STDERR, '>', $how->{err} // '/dev/null' or die;
        alarm $how->{seconds} if $how->{seconds};
        exec { $words[0] } @words or die "$words[0]: $!";
    }
    waitpid $id, 0;
    return ($?, (times)[2] - $before);
}

my @idle;

# One that waits for work. Those of a parent are not for its child.
sub take {
    @idle = grep { $_->{of} == $$ } @idle;
    return pop @idle // Starter->new;
}

# Runs a program to its end: start() and wait(). A starter that an exception interrupted is
# dropped.
sub run {
    my ($how, @words) = @_;
    return run_forked($how, @words) if !-x $PROGRAM;
    my $self = take();
    $self->start($how, @words);
    my @got = $self->wait;
    push @idle, $self;
    return @got;
}

# Runs lists of programs, the lists beside each other: [ [ \%how, @words ], … ]. A list of
# wait statuses for each.
sub at_once {
    my @lists    = map { [ @{$_} ] } @_;
    my @starters = map { take() } @lists;
    my @statuses = map { [] } @lists;
    $starters[$_]->start(@{ shift @{ $lists[$_] } }) for 0 .. $#lists;
    my %list_of = map { fileno $starters[$_]{from} => $_ } 0 .. $#lists;
    while (%list_of) {
        my $ready = '';
        vec($ready, $_, 1) = 1 for keys %list_of;
        select $ready, undef, undef, undef;
        for my $file (grep { vec $ready, $_, 1 } keys %list_of) {
            my $at = $list_of{$file};
            push @{ $statuses[$at] }, ($starters[$at]->wait)[0];
            my $next = shift @{ $lists[$at] };
            if   ($next) { $starters[$at]->start(@{$next}) }
            else         { delete $list_of{$file} }
        }
    }
    push @idle, @starters;
    return @statuses;
}

1;
