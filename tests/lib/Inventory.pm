# SPDX-License-Identifier: GPL-2.0-or-later
# What is in the inventory, refusals that leave it alone, dumps that bring it back.
package Inventory;

use strict;
use warnings;

use Exporter qw(import);
use JSON::PP;
use Rocks;
use Test::More;

our @EXPORT = qw(fresh_inventory inventory refused misused forms json_is restores
    comes_back);

# make_inventory(), by the name that most tests call it.
sub fresh_inventory { return make_inventory(@_) }

# All of the file to the byte, history included; '' when there is none.
sub inventory {
    return join '', map { -e "$ENV{ROCKS_DB}$_" ? slurp("$ENV{ROCKS_DB}$_") : '' } '', '-wal';
}

# fails(), and the file is as it was.
sub refused {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    fails($pattern, @words);
    return ok(inventory() eq $before, "rocks @words: changed nothing");
}

# usage(), and the file is as it was.
sub misused {
    my ($pattern, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $before = inventory();
    usage($pattern, @words);
    return ok(inventory() eq $before, "rocks @words: changed nothing");
}

# All ways to give the arguments NAME => VALUE, …: each by its place or as name=value.
sub forms {
    my (@pairs) = @_;
    my (@names, @values, @forms);
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @names,  $name;
        push @values, $value;
    }
    for my $mask (0 .. 2**@names - 1) {
        my @placed = grep { !($mask >> $_ & 1) } 0 .. $#names;
        my @named  = grep { $mask >> $_ & 1 } 0 .. $#names;
        my @words  = map { "$names[$_]=$values[$_]" } @named;
        push @forms, [ @values[@placed], @words ];
        push @forms, [ reverse(@words), @values[@placed] ] if @named && @placed;
    }
    return @forms;
}

# The call prints JSON of this data.
sub json_is {
    my ($data, @words) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = rocks(@words);
    is($got->{status}, 0, "rocks @words: done");
    like($got->{out}, qr/\A[^\n]*\n\z/, "rocks @words: a line");
    return is_deeply(eval { decode_json($got->{out}) }, $data, "rocks @words: JSON")
        || diag($got->{out});
}

# A shell that runs what these dumps print makes an inventory whose dumps are the same.
sub restores {
    my (@dumps) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $dump   = sub { join '', map { rocks(@{$_})->{out} } @dumps };
    my $before = $dump->();
    local $ENV{ROCKS_DB} = "$FOLDER/restored.db";
    unlink glob "$ENV{ROCKS_DB}*";
    (my $script = $before) =~ s{^/opt/rocks/bin/rocks }{'$BUILD/rocks' }mg;
    my $got = run_program('', 'sh', '-e', '-c', $script);
    is($got->{err}, '', 'a shell runs the dump');
    is($got->{status}, 0, 'to its end');
    isnt($before, '', 'there was something');
    return is($dump->(), $before, 'the dump of what it made is the same');
}

# A batch of the whole dump makes an inventory with the same dump.
sub comes_back {
    my ($what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $dump = rocks('dump')->{out};
    local $ENV{ROCKS_DB} = "$FOLDER/again.db";
    unlink glob "$ENV{ROCKS_DB}*";
    my $got = rocks_in($dump, qw(--batch -));
    is("$got->{status} $got->{err}", '0 ', "$what: the dump is restored") or diag($dump);
    return ok(rocks('dump')->{out} eq $dump, "$what: whole");
}

1;
