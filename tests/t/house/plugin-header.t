#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks-plugin.h stands alone: strict C99 in both compilers, two headers, one symbol.
use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

my $header = 'plugins/rocks-plugin.h';
my $build = $ENV{BUILD} // 'build';
my $folder = tempdir(CLEANUP => 1);
my @strict = qw(-std=c99 -pedantic -Wall -Wextra -Wshadow -Wundef -Werror -Iplugins);

my %source = (
	'the header alone' => '',
	'a plugin that amends' => <<'END',
static int amend(const struct rocks_vm *vm, struct _xmlDoc *document,
		 struct rocks_failure *failure)
{
	if (!ROCKS_HAS(struct rocks_vm, vm, card) || !document)
		failure->explain(failure, vm->name);
	return 0;
}

ROCKS_PLUGIN(.name = "site", .amend = amend);
END
	'a plugin that does nothing' => 'ROCKS_PLUGIN(.name = "site");',
);

sub slurp {
	my ($path) = @_;
	open my $file, '<', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file>;
}

sub compiles {
    my ($compiler, $name) = @_;
    open my $file, '>', "$folder/site.c" or die "$folder/site.c: $!\n";
    print {$file} "#include <rocks-plugin.h>\n$source{$name}\n";
    close $file or die "$folder/site.c: $!\n";
    my $said =
        qx($compiler @strict -shared -fPIC -fvisibility=hidden -o $folder/site.so $folder/site.c 2>&1);
    ok($? == 0, "$compiler: $name") or diag($said);
    return if $source{$name} eq '';
    is(shown("$folder/site.so"), 'rocks_plugin', "$compiler: $name: shows one symbol");
    return;
}

sub shown {
	my ($object) = @_;
	my @lines = qx(nm -D --defined-only $object);
	$? == 0 or die "nm $object failed\n";
	# AddressSanitizer marks each symbol with one of its own.
	return join ' ', grep { !/^__odr_asan/ } map { (split)[2] } @lines;
}

my @included = slurp($header) =~ /^\s*#\s*include\s+(\S+)/gm;
is("@included", '<stddef.h> <stdint.h>', 'it includes nothing else');

for my $compiler (qw(gcc clang)) {
	compiles($compiler, $_) for sort keys %source;
}

my @plugins = glob "$build/plugins/*.so";
cmp_ok(scalar @plugins, '>=', 3, 'our plugins are built');
is(shown($_), 'rocks_plugin', "$_ shows one symbol") for @plugins;

done_testing();
