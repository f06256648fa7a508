# SPDX-License-Identifier: GPL-2.0-or-later
# How hard a program or a plugin makes it for who finds a fault in it.
package Hardening;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(hardening_faults);

# Whether functions begin with where an indirect jump may land.
sub lands_checked {
    my ($file) = @_;
    open my $pipe, '-|', 'objdump', '-d', '-j', '.text', $file or die "objdump: $!\n";
    my $found = 0;
    while (<$pipe>) { $found++ if /\bendbr64\b/ }
    close $pipe or die "objdump $file failed\n";
    return $found > 2;    # the C library's own start has two
}

# What is missing in a file, according to readelf. With optimisation: also what the C library
# checks for it (_FORTIFY_SOURCE), which sanitizers are in the way of.
sub hardening_faults {
    my ($file, %with) = @_;
    open my $pipe, '-|', 'readelf', '-W', '-h', '-l', '-d', '--dyn-syms', $file
        or die "readelf: $!\n";
    my $text = do { local $/; <$pipe> };
    close $pipe or die "readelf $file failed\n";

    my @faults;
    push @faults, 'it is at a fixed address' if $text !~ /^\s*Type:\s+DYN\b/m;
    push @faults, 'it is not a position-independent program'
        if $file !~ /\.so$/ && $text !~ /FLAGS_1\).*\bPIE\b/;
    push @faults, 'its relocations stay writable (RELRO)' if $text !~ /^\s*GNU_RELRO\b/m;
    push @faults, 'it binds late (now)' if $text !~ /FLAGS_1\).*\bNOW\b/;
    push @faults, 'its stack can be run' if $text !~ /^\s*GNU_STACK\s.*\sRW\s/m;
    push @faults, 'its text is relocated' if $text =~ /TEXTREL/;
    push @faults, 'it looks for libraries where it was built' if $text =~ /\(R(?:UN)?PATH\)/;
    push @faults, 'no stack protector' if $text !~ /\b__stack_chk_fail\b/;
    push @faults, 'no fortified calls' if $with{fortify} && $text !~ /\b__\w+_chk\b(?<!stack_chk)/;
    push @faults, 'its indirect jumps may land anywhere (-fcf-protection)'
        if $text =~ /^\s*Machine:.*X86-64/m && !lands_checked($file);
    return @faults;
}

1;
