# SPDX-License-Identifier: GPL-2.0-or-later
# What a person at a frontend does with hosts that really answer: tests of tests/hosts and of
# the lab.
package Frontend;
use strict;
use warnings;

use Exporter qw(import);
use JSON::PP qw(decode_json);
use Rocks;
use Test::More;

our @EXPORT = qw(frontend complains types finds status_of);

# A frontend command that has to succeed; its output.
sub frontend {
    my $got = rocks(@_);
    die "rocks @_: $got->{err}\n" if $got->{status};
    return $got->{out};
}

# A call that has to fail with this status, and say this.
sub complains {
    my ($status, $pattern, @words) = @_;
    my $got = rocks(@words);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{status}, $status, "rocks @words: status");
    return like($got->{err}, $pattern, "rocks @words: why");
}

# Types in a shell what rocks said to type.
sub types {
    my ($line) = @_;
    local $ENV{PATH} = "$BUILD:$ENV{PATH}";
    my $got = run_program('', 'sh', '-c', $line);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return is($got->{status}, 0, $line) || diag($got->{err});
}

# The rows of rocks check host gpu: card, VM, what; then the commands that it says to type.
sub finds {
    my ($what, @rows) = @_;
    my $got   = rocks(qw(check host gpu json=yes));
    my @found = map { @{ $_->{gpu} } } @{ decode_json($got->{out} || '[]') };
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($got->{err},    '',            "$what: no complaint");
    is($got->{status}, @rows ? 1 : 0, "$what: status");
    is_deeply([ map { [ $_->{gpu}, $_->{vm}, $_->{what} =~ s/ \(pid \d+\)$//r ] } @found ], \@rows,
        "$what: rows")
        or diag($got->{out});
    return map { $_->{repair} } @found;
}

# What a VM does, as its hypervisor says.
sub status_of {
    my ($vm) = @_;
    my $status = frontend('list', 'host', 'vm', $vm,
        qw(status=yes output-col=status output-header=no));
    return $status =~ s/\s+\z//r;
}

1;
