# SPDX-License-Identifier: GPL-2.0-or-later
# The verbs of attributes, tested the same way at each level: global, os, appliance, host.
package Attr;

use strict;
use warnings;

use Exporter qw(import);
use Inventory;
use Rocks;
use Test::More;

our @EXPORT = qw(@VALUES attr_inventory value_of test_add test_set test_remove test_list
    test_report test_dump);

# Any text is a value.
our @VALUES = (
    'host-model', '', ' ', '<b a="c">&amp;</b>', q{it's "so"}, '100%', "two\nlines\n",
    "a\tb\x01\x7f", "gr\xc3\xb6\xc3\x9fe", "\xff\xfe", '-x', '--help', 'help', '$HOME `id` \\',
    'select name from nodes', '*?[]{}~#;|', 'x' x 5000,
);

# Words of the commands, name of the owner's argument, two owners, SQL of an owner's rows.
my %LEVELS = (
    global => {
        words  => ['attr'],
        owners => [],
        where  => 'host IS NULL AND appliance IS NULL',
    },
    os => {
        words  => [ 'os', 'attr' ],
        name   => 'os',
        owners => [ 'linux', 'sunos' ],
        table  => 'os_attr',
        where  => "os = '%s'",
    },
    appliance => {
        words  => [ 'appliance', 'attr' ],
        name   => 'appliance',
        owners => [ 'compute', 'login' ],
        where  => "appliance = (SELECT id FROM appliance WHERE name = '%s')",
    },
    host => {
        words  => [ 'host', 'attr' ],
        name   => 'host',
        owners => [ 'compute-0-0', 'compute-0-1' ],
        where  => "host = (SELECT id FROM host WHERE name = '%s')",
    },
);

sub attr_inventory {
    my (%made) = @_;
    fresh_inventory('add host compute-0-0', 'add host compute-0-1', 'add host login-0-0');
    # What an inventory begins with is in the way of whole listings.
    sql("DELETE FROM attr WHERE name = 'managed'") unless $made{whole};
    return;
}

sub table_of { return $LEVELS{ $_[0] }{table} // 'attr' }

sub value_of {
    my ($level, $attr, @owner) = @_;
    my $where = $LEVELS{$level}{where};
    $where =~ s/%s/$owner[0]/;
    return sql("SELECT value || '|' FROM @{[ table_of($level) ]} WHERE name = '$attr' AND $where");
}

# The level, its words after a verb, the first owner as a list and as a scalar.
sub take_level {
    my ($verb, $name) = @_;
    my $level = $LEVELS{$name};
    my @owner = @{ $level->{owners} } ? ($level->{owners}[0]) : ();
    attr_inventory(whole => $verb eq 'dump');
    return ([ $verb, @{ $level->{words} } ], \@owner, $level);
}

sub test_owners {
    my ($words, $level, @rest) = @_;
    if ($level->{name} eq 'host') {
        refused(qr/^rocks: there is no host «compute-9-9»; see `rocks list host`$/,
            @{$words}, 'compute-9-9', @rest);
        refused(qr/there is no host «compute-9-9»/, @{$words}, 'compute-0-0', 'compute-9-9', @rest);
        my $before = inventory();
        prints('', @{$words}, 'compute-9-%', @rest);
        prints('', @{$words}, 'rack7', @rest);
        ok(inventory() eq $before, 'a pattern and a group of no hosts change nothing');
    } elsif ($level->{name} eq 'os') {
        refused(qr/^rocks: «lin%» is not an operating system, such as linux$/, @{$words}, 'lin%', @rest);
        refused(qr/^rocks: the os «a b» must not have a blank or =$/, @{$words}, 'linux', 'a b', @rest);
    } else {
        refused(qr/^rocks: there is no appliance «gpu»; see `rocks list appliance`$/,
            @{$words}, 'gpu', @rest);
        refused(qr/there is no appliance «gpu»/, @{$words}, 'compute', 'gpu', @rest);
    }
    misused(qr/^rocks: \{$level->{name}\} is missing: /, @{$words}, @rest);
    return;
}

# What add and set have in common.
sub test_change {
    my ($verb, $name) = @_;
    my ($words, $owner, $level) = take_level($verb, $name);
    my @forms = forms((map { $level->{name} => $_ } @{$owner}), attr => 'cpu_mode',
        value => 'host-model');

    for my $form (@forms) {
        attr_inventory();
        prints('', @{$words}, @{$form});
        is(value_of($name, 'cpu_mode', @{$owner}), 'host-model|', 'it is in the file');
        is(sql("SELECT count(*) FROM @{[ table_of($name) ]}"), 1, 'and nothing else');
    }
    for my $i (0 .. $#VALUES) {
        my $got = rocks(@{$words}, @{$owner}, "a$i", "value=$VALUES[$i]");
        is($got->{status}, 0, "value $i is taken");
        is(value_of($name, "a$i", @{$owner}), "$VALUES[$i]|", "value $i is in the file");
    }
    prints('', @{$words}, @{$owner}, 'Looks', 'value=a=b');
    is(value_of($name, 'Looks', @{$owner}), 'a=b|', 'a value that looks like a parameter');
    misused(
        qr/^rocks: there is no parameter «a»; a value that looks like one is given by name, such as value=a=b$/m,
        @{$words}, @{$owner}, 'looks', 'a=b');
    prints('', @{$words}, @{$owner}, 'looks', 'select a=b');
    is(value_of($name, 'looks', @{$owner}), 'select a=b|', 'select … is never a parameter');
    test_change_refusals($name, $words, $owner, $level);
    return;
}

sub test_change_refusals {
    my ($name, $words, $owner, $level) = @_;
    for my $own (qw(hostname rack rank appliance membership)) {
        refused(qr/^rocks: $own is a property of the host; change it with `rocks set host \w+`$/,
            @{$words}, @{$owner}, $own, 'x');
    }
    refused(qr/^rocks: the attribute is empty$/, @{$words}, @{$owner}, '', 'x');
    refused(qr/^rocks: the attribute «a b» must not have a blank or =$/,
        @{$words}, @{$owner}, 'a b', 'x');
    refused(qr/the attribute «a=b» must not have a blank/, @{$words}, @{$owner}, 'attr=a=b', 'x');
    refused(qr/^rocks: the attribute «a\\x0ab» has control characters or is not UTF-8$/,
        @{$words}, @{$owner}, "a\nb", 'x');
    refused(qr/^rocks: the attribute is longer than 255 bytes$/,
        @{$words}, @{$owner}, 'a' x 256, 'x');
    misused(qr/^rocks: \{attr\} is missing: name of the attribute$/m,
        @{$words}, (map { "$level->{name}=$_" } @{$owner}), 'value=x');
    misused(qr/^rocks: \{(attr|$words->[1])\} is missing: /, @{$words}, 'x');
    misused(qr/^rocks: attr is given twice: «a» and «b»$/m,
        @{$words}, @{$owner}, 'attr=a', 'attr=b', 'x');
    return misused(qr/^rocks: one word too many: «z»$/m, @{$words}, 'z', 'a', 'x')
        unless $level->{name};

    test_owners($words, $level, 'more', 'x');
    my @owners = @{ $level->{owners} };
    prints('', @{$words}, @owners, $owners[0], 'shared', 'x');
    is(value_of($name, 'shared', $_), 'x|', "$_ has it") for @owners;
    return;
}

sub test_add {
    my ($name) = @_;
    test_change('add', $name);
    my ($words, $owner, $level) = take_level('add', $name);
    prints('', @{$words}, @{$owner}, 'cpu_mode', 'host-model');
    refused(qr/^rocks: attribute «cpu_mode» is already there; `set` changes it$/,
        @{$words}, @{$owner}, 'cpu_mode', 'host-passthrough');
    prints('', @{$words}, @{$owner}, 'CPU_mode', 'x');
    is(value_of($name, 'cpu_mode', @{$owner}), 'host-model|', 'names differ by case');
    return unless $level->{name};

    # The second has it not, yet nobody gets it.
    refused(qr/attribute «cpu_mode» is already there/,
        @{$words}, reverse(@{ $level->{owners} }), 'cpu_mode', 'x');
    return;
}

sub test_set {
    my ($name) = @_;
    test_change('set', $name);
    my ($words, $owner) = take_level('set', $name);
    for my $value ('host-model', 'host-passthrough', '', "a\nb") {
        prints('', @{$words}, @{$owner}, 'cpu_mode', $value);
        is(value_of($name, 'cpu_mode', @{$owner}), "$value|", 'changed');
    }
    is(sql("SELECT count(*) FROM @{[ table_of($name) ]}"), 1, 'no value before is kept');
    return;
}

sub test_remove {
    my ($name) = @_;
    my ($words, $owner, $level) = take_level('remove', $name);
    my @set = ('set', @{ $level->{words} });
    for my $form (forms((map { $level->{name} => $_ } @{$owner}), attr => 'cpu_mode')) {
        prints('', @set, @{$owner}, 'cpu_mode', 'host-model');
        prints('', @set, @{$owner}, 'kept',     'x');
        prints('', @{$words}, @{$form});
        is(value_of($name, 'cpu_mode', @{$owner}), '',   'it is gone');
        is(value_of($name, 'kept', @{$owner}),     'x|', 'others are not');
    }
    my $before = inventory();
    prints('', @{$words}, @{$owner}, $_) for 'cpu_mode', 'hostname', '', 'a%';
    ok(inventory() eq $before, 'removing what is not there succeeds and changes nothing');
    misused(qr/^rocks: \{\w+\} is missing: /, @{$words});
    misused(qr/^rocks: there is no parameter «atr»; did you mean attr=\?$/m,
        @{$words}, @{$owner}, 'atr=kept');
    return misused(qr/^rocks: one word too many: «a»$/m, @{$words}, 'a', 'kept')
        unless $level->{name};

    my @owners = @{ $level->{owners} };
    prints('', @set, @owners, 'kept', 'x');
    test_owners($words, $level, 'kept');
    prints('', @{$words}, $owners[1], 'kept');
    is(value_of($name, 'kept', $owners[0]), 'x|', 'just of the one that was named');
    prints('', @{$words}, @owners, 'kept');
    is(value_of($name, 'kept', $owners[0]), '', 'of all that were named');
    return;
}

# $table, $one, $json: what a listing of cpu_mode and kvm_autostart prints, of one, as JSON.
sub test_list {
    my ($name, $table, $one, $json) = @_;
    my ($words, $owner, $level) = take_level('list', $name);
    my @set = ('set', @{ $level->{words} });
    if ($name ne 'host') {
        prints('', @{$words}, @{$owner});
        prints("[]\n", @{$words}, @{$owner}, 'json=yes');
    }
    prints('', @set, @{$owner}, 'kvm_autostart', '');
    prints('', @set, @{$owner}, 'cpu_mode',      'host-model');
    prints($table, @{$words}, @{$owner});
    prints($one, @{$words}, @{$owner}, 'attr=cpu_mode');
    (my $rows = $one) =~ s/\A.*\n//;
    prints($rows, @{$words}, @{$owner}, 'attr=cpu_mode', 'output-header=no');
    prints("VALUE     \nhost-model\n", @{$words}, @{$owner}, 'attr=cpu_mode', 'output-col=value');
    prints('', @{$words}, @{$owner}, 'attr=nothing');
    json_is($json, @{$words}, @{$owner}, 'attr=cpu_mode', 'json=yes');
    misused(qr/^rocks: output-col= has an unknown column: «x»$/m, @{$words}, @{$owner}, 'output-col=x');

    prints('', @set, @{$owner}, 'cpu_mode', "two\n<lines>");
    my $got = rocks(@{$words}, @{$owner}, 'attr=cpu_mode', 'output-header=no', 'output-col=value');
    like($got->{out}, qr/^two\\x0a<lines> *\n\z/, 'a value of two lines, escaped in a table');
    return;
}

sub test_report {
    my ($name, $owner_key) = @_;
    my ($words, $owner, $level) = take_level('report', $name);
    my @set   = ('set', @{ $level->{words} });
    my $whose = $level->{name} ? "$owner->[0]: " : '';
    my $list  = join ' ', 'rocks list', @{ $level->{words} };

    refused(qr/^rocks: \Q$whose\Ethere is no attribute «cpu_mode»; see `$list`$/,
        @{$words}, @{$owner}, 'attr=cpu_mode');
    for my $i (0 .. $#VALUES) {
        my $value = $VALUES[$i];
        rocks(@set, @{$owner}, 'cpu_mode', "value=$value");
        is(rocks(@{$words}, @{$owner}, 'attr=cpu_mode')->{out}, "$value\n", "value $i comes back");
    }
    rocks(@set, @{$owner}, 'cpu_mode', "it's\n\\\t");
    prints(qq({'cpu_mode': 'it\\'s\\n\\\\\\x09'}\n),
        @{$words}, @{$owner}, 'attr=cpu_mode', 'pydict=true');
    json_is([ { $owner_key => $owner->[0] // 'global',
                attr       => [ { attr => 'cpu_mode', value => "it's\n\\\t" } ] } ],
        @{$words}, @{$owner}, 'attr=cpu_mode', 'json=yes');
    misused(qr/^rocks: there is no parameter «atr»; did you mean attr=\?$/m,
        @{$words}, @{$owner}, 'atr=cpu_mode');
    return misused(qr/^rocks: one word too many: «x»$/m, @{$words}, 'x') unless $level->{name};

    my @owners = @{ $level->{owners} };
    rocks(@set, @owners, 'cpu_mode', 'a');
    prints("$owners[0]: a\n$owners[1]: a\n", @{$words}, @owners, 'attr=cpu_mode');
    prints("$owners[0]: {'cpu_mode': 'a'}\n$owners[1]: {'cpu_mode': 'a'}\n",
        @{$words}, @owners, 'attr=cpu_mode', 'pydict=true');
    refused(qr/there is no (host|appliance) «nothing»/, @{$words}, 'nothing');
    return;
}

sub test_dump {
    my ($name) = @_;
    my ($words, $owner, $level) = take_level('dump', $name);
    my @set  = ('set', @{ $level->{words} });
    my $line = join ' ', '/opt/rocks/bin/rocks add', @{ $level->{words} }, @{$owner};
    prints('', @{$words}, @{$owner});
    prints('', @set, @{$owner}, 'a', 'x y');
    prints("$line a x\\ y\n", @{$words}, @{$owner});
    for my $pair (
        [ '', 'q', "''" ],
        [ 'value=a=b', 'a=b', 'value=a=b' ],
        [ 'value=--help', '--help', 'value=--help' ],
        [ 'value=help', 'help', 'value=help' ],
        [ '@%^-_=+:,./', 'all these', '@%^-_=+:,./' ],
        [ q{'"$`\\<>|&;()*}, 'all these too', q{\\'\\"\\$\\`\\\\\\<\\>\\|\\&\\;\\(\\)\\*} ],
        [ "a\nb", 'a line feed', "a'\n'b" ],
        [ "\xc3\xb6", 'UTF-8', "\xc3\xb6" ],
        )
    {
        my ($value, $what, $quoted) = @{$pair};
        rocks(@set, @{$owner}, 'a', $value);
        is(rocks(@{$words}, @{$owner})->{out}, "$line a $quoted\n", "quoted: $what");
    }
    rocks(@set, @{$owner}, "a$_", "value=$VALUES[$_]") for 0 .. $#VALUES;
    restores($name eq 'host' ? ([ 'dump', 'host' ]) : (), $words);
    return misused(qr/^rocks: one word too many: «x»$/m, @{$words}, 'x') unless $level->{name};

    my @owners = @{ $level->{owners} };
    attr_inventory(whole => 1);
    rocks(@set, @owners, 'a', 'x');
    my @lines =
        map { join(' ', '/opt/rocks/bin/rocks add', @{ $level->{words} }, $_, 'a x') . "\n" }
        @owners;
    prints(join('', @lines), @{$words});
    prints($lines[1], @{$words}, $owners[1]);
    return prints('', @{$words}, 'nothing') if $level->{name} eq 'os';
    refused(qr/there is no (host|appliance) «nothing»/, @{$words}, 'nothing');
    return;
}

1;
