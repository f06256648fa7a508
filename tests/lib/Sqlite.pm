# SPDX-License-Identifier: GPL-2.0-or-later
# The sqlite3 shell, one for all questions of a test: to start it costs many times what a
# question does. It opens the file for each question and closes it before the answer is there.
package Sqlite;

use strict;
use warnings;

my $END = '--- end of the answer ---';

# Its complaints go to this file.
sub new {
    my ($class, $err) = @_;
    pipe my $in,   my $to  or die "pipe: $!";
    pipe my $from, my $out or die "pipe: $!";
    my $id = fork() // die "fork: $!";
    if (!$id) {
        open STDIN,  '<&', $in  or die;
        open STDOUT, '>&', $out or die;
        open STDERR, '>',  $err or die;
        exec qw(sqlite3 -batch -bail) or die "sqlite3: $!";
    }
    return bless { to => $to, from => $from, err => $err, id => $id, of => $$ }, $class;
}

# Whether it may be asked this about a file of this name: not with a library preloaded, which is
# for a process a question, and names are written without quotes.
sub can_ask {
    my ($file, $statement) = @_;
    return !$ENV{LD_PRELOAD} && $file =~ m{\A/[\w./-]+\z} && $statement !~ /\0/;
}

# The answer; dies with what the shell says when it fails, and needs another shell then.
sub ask {
    my ($self, $file, $statement) = @_;
    utf8::encode($statement) if utf8::is_utf8($statement);
    $statement .= "\n;" if $statement !~ /\A\./;
    local $SIG{PIPE} = 'IGNORE';
    my $request = ".open $file\n$statement\n.open :memory:\n.print $END\n";
    while (length $request) {
        my $count = syswrite($self->{to}, $request) // last;
        substr $request, 0, $count, '';
    }
    my $answer = '';
    until ($answer =~ s/^\Q$END\E\n\z//m) {
        sysread $self->{from}, $answer, 1 << 16, length $answer and next;
        open my $err, '<', $self->{err} or die "$self->{err}: $!";
        die 'sqlite3: ', <$err>;
    }
    chomp $answer;
    return $answer;
}

sub DESTROY {
    my ($self) = @_;
    return if $self->{of} != $$;
    local ($?, $!);
    close $self->{to};
    waitpid $self->{id}, 0;
    unlink $self->{err};
    return;
}

1;
