# SPDX-License-Identifier: GPL-2.0-or-later
# A headless Chromium, told what to do over two pipes (--remote-debugging-pipe): messages are JSON
# with a NUL at the end, see https://chromedevtools.github.io/devtools-protocol/
package Browser;
use strict;
use warnings;

use JSON::PP;
use POSIX qw(dup2);

my $SECONDS = 30;    # for one answer

my $json = JSON::PP->new->utf8;

# A browser with a profile in a folder of the caller's.
sub new {
    my ($class, $folder) = @_;
    local $^F = 9;    # the pipes outlive exec()
    pipe(my $commands, my $to)    or die "pipe: $!";
    pipe(my $from,     my $events) or die "pipe: $!";
    my $pid = fork // die "fork: $!";
    if (!$pid) {
        my ($in, $out) = map { fileno $_ } $commands, $events;
        # Neither may be closed by the other's becoming 3 or 4.
        dup2($in, 7) && dup2($out, 8) && dup2(7, 3) && dup2(8, 4) or die "dup2: $!";
        open STDOUT, '>', "$folder/browser.log" or die "$folder/browser.log: $!";
        open STDERR, '>&', \*STDOUT or die "stderr: $!";
        exec 'chromium', '--headless=new', '--remote-debugging-pipe', "--user-data-dir=$folder/profile",
            '--disable-gpu', '--hide-scrollbars', '--no-first-run', '--disable-background-networking', '--disable-sync',
            '--disable-component-update', '--disable-dev-shm-usage', $< ? () : '--no-sandbox', 'about:blank'
            or die "chromium: $!\n";
    }
    close $commands;
    close $events;
    my $self = bless { pid => $pid, to => $to, from => $from, number => 0, text => '', events => [] }, $class;
    my ($page) = grep { $_->{type} eq 'page' } @{ $self->call('Target.getTargets')->{targetInfos} };
    $self->{session} = $self->call('Target.attachToTarget',
        { targetId => $page->{targetId}, flatten => JSON::PP::true })->{sessionId};
    $self->call("$_.enable") for qw(Page Runtime Log Network Accessibility);
    return $self;
}

sub next_message {
    my ($self) = @_;
    my $deadline = time + $SECONDS;
    my $length;
    while (($length = index $self->{text}, "\0") < 0) {
        my $ready = '';
        vec($ready, fileno $self->{from}, 1) = 1;
        select($ready, undef, undef, $deadline - time) > 0
            && sysread($self->{from}, $self->{text}, 1 << 20, length $self->{text})
            or die "the browser does not answer\n";
    }
    my $message = substr $self->{text}, 0, $length + 1, '';
    return $json->decode(substr $message, 0, -1);
}

# What a method of the protocol returns; events that come before are kept.
sub call {
    my ($self, $method, $parameters) = @_;
    my $number = ++$self->{number};
    my $text   = $json->encode({ id => $number, method => $method, params => $parameters // {},
        $self->{session} ? (sessionId => $self->{session}) : () }) . "\0";
    local $SIG{PIPE} = 'IGNORE';
    while (length $text) {
        my $count = syswrite $self->{to}, $text or die "the browser has ended\n";
        substr $text, 0, $count, '';
    }
    while (my $message = $self->next_message) {
        if (($message->{id} // 0) == $number) {
            die "$method: $message->{error}{message}\n" if $message->{error};
            return $message->{result};
        }
        push @{ $self->{events} }, $message if $message->{method};
    }
}

# Shows a file; returns the events since the last one, up to its load event.
sub show {
    my ($self, $path) = @_;
    $self->{events} = [];
    $self->call('Page.navigate', { url => "file://$path" });
    while (!grep { $_->{method} eq 'Page.loadEventFired' } @{ $self->{events} }) {
        push @{ $self->{events} }, $self->next_message;
    }
    return @{ $self->{events} };
}

# The value of an expression in the page.
sub value {
    my ($self, $expression) = @_;
    my $got = $self->call('Runtime.evaluate', { expression => $expression, returnByValue => JSON::PP::true });
    die "$expression: $got->{exceptionDetails}{exception}{description}\n" if $got->{exceptionDetails};
    return $got->{result}{value};
}

sub DESTROY {
    my ($self) = @_;
    local $?;
    kill 'KILL', $self->{pid};
    waitpid $self->{pid}, 0;
    return;
}

1;
