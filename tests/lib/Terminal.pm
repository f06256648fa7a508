# SPDX-License-Identifier: GPL-2.0-or-later
# An interactive bash at a terminal of its own: keys go in, what readline then has comes out.
package Terminal;

use strict;
use warnings;

use Fcntl qw(O_RDWR O_NOCTTY);
use IO::Select;
use POSIX       ();
use Time::HiRes qw(time);

# Of x86-64 and arm64: asm-generic/ioctls.h.
use constant { TIOCGPTN  => 0x80045430, TIOCSPTLCK => 0x40045431 };
use constant { TIOCSCTTY => 0x540e,     TIOCSWINSZ => 0x5414 };
use constant SECONDS => 20;

sub open_pair {
    sysopen my $ours, '/dev/ptmx', O_RDWR | O_NOCTTY or die "/dev/ptmx: $!";
    my ($unlocked, $number) = (pack('i', 0)) x 2;
    ioctl($ours, TIOCSPTLCK, $unlocked) or die "TIOCSPTLCK: $!";
    ioctl($ours, TIOCGPTN,   $number)   or die "TIOCGPTN: $!";
    sysopen my $theirs, '/dev/pts/' . unpack('i', $number), O_RDWR | O_NOCTTY or die "pts: $!";
    my $size = pack 'S4', 50, 1000, 0, 0;    # so wide that no line is broken
    ioctl($theirs, TIOCSWINSZ, $size) or die "TIOCSWINSZ: $!";
    return ($ours, $theirs);
}

sub run_bash {
    my ($terminal) = @_;
    POSIX::setsid();
    ioctl($terminal, TIOCSCTTY, 0) or die "TIOCSCTTY: $!";
    open STDIN,  '<&', $terminal or die;
    open STDOUT, '>&', $terminal or die;
    open STDERR, '>&', $terminal or die;
    @ENV{qw(TERM INPUTRC PS1 HISTFILE)} = ('dumb', '/dev/null', '$ ', '');
    delete @ENV{qw(COLUMNS LINES PROMPT_COMMAND BASH_ENV)};
    exec qw(bash --norc --noprofile -i) or die "bash: $!";
}

# A bash that has read these files.
sub new {
    my ($class, @files)  = @_;
    my ($ours,  $theirs) = open_pair();
    my $pid = fork() // die "fork: $!";
    run_bash($theirs) if !$pid;
    close $theirs;
    my $self = bless { terminal => $ours, pid => $pid, seen => '' }, $class;

    # C-x C-l prints the line; bash does not ask before a long list.
    $self->run(
        "bind -x '\"\\C-x\\C-l\": printf \"<<%s|%s>>\" \"\$READLINE_LINE\" \"\$READLINE_POINT\"'");
    $self->run("bind 'set completion-query-items 0'; bind 'set page-completions off'; "
            . "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'");
    $self->run("source '$_'") for @files;
    return $self;
}

sub type {
    my ($self, $keys) = @_;
    syswrite($self->{terminal}, $keys) == length $keys or die "terminal: $!";
    return;
}

# Reads until the pattern is there; what came before it, and its captures.
sub wait_for {
    my ($self, $pattern) = @_;
    my $select = IO::Select->new($self->{terminal});
    my $end    = time + SECONDS;
    while ($self->{seen} !~ $pattern) {
        $select->can_read($end - time) or die "bash does not answer: '$self->{seen}'\n";
        sysread $self->{terminal}, $self->{seen}, 65536, length $self->{seen}
            or die "bash has ended: '$self->{seen}'\n";
    }
    my @found = $self->{seen} =~ $pattern;
    my $text  = substr $self->{seen}, 0, $-[0], '';
    substr $self->{seen}, 0, $+[0] - $-[0], '';
    return ($text, @found);
}

# Runs a line, and returns what it printed.
sub run {
    my ($self, $line) = @_;
    my $mark = 'mark-' . ++$self->{count};
    $self->type("$line; echo $mark'!'\r");
    my ($echo) = $self->wait_for(qr/\Q$mark\E!\r?\n/);
    return $echo =~ s/\A.*'!'\r?\n//sr;
}

# Types keys, and returns the line; the cursor too when it is not at the end.
sub line_after {
    my ($self, $keys) = @_;
    $self->type("$keys\cX\cL");
    my (undef, $line, $point) = $self->wait_for(qr/<<(.*?)\|(\d+)>>/);
    $self->type("\cA\cK");
    return $point == length $line ? $line : "$line at $point";
}

# Types keys and Tab twice: what is listed.
sub list_after {
    my ($self, $keys) = @_;
    $self->type("$keys\t\t\cX\cL");
    my ($text) = $self->wait_for(qr/<<.*?\|\d+>>/);
    $self->type("\cA\cK");
    my @lines = split /\r?\n/, $text =~ s/\r+/\r/gr;
    shift @lines;    # what was typed
    pop @lines;      # and its like below the list
    return [ map { split } @lines ];
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    kill 'HUP', $self->{pid};
    close $self->{terminal};
    waitpid $self->{pid}, 0;
    return;
}

1;
