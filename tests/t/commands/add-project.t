#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# rocks add project: names that mean nothing else, in any case of letters.
use strict;
use warnings;

use Inventory;
use Rocks;
use Test::More;

my $rows = q{SELECT name, ifnull(unix_group, '-') FROM project ORDER BY name};
for my $form (forms(project => 'hpc-physics')) {
    fresh_inventory('add host compute-0-0');
    prints('', qw(add project), @{$form});
    is(sql($rows), 'hpc-physics|-', 'it is in the file');
}
prints('', qw(add project data.students_2+ group=students@example.org));
prints('', qw(add project 7x group=NONE));
is(sql($rows), "7x|-\ndata.students_2+|students\@example.org\nhpc-physics|-", 'with a group, and without');
refused(qr/^rocks: project «HPC-Physics» is already there$/, qw(add project HPC-Physics));

# Words that commands have, or are going to have; of both there are more in the list of commands.
for my $word (qw(gpu GPU Host vm Project USER flavor Aggregate alias attr list Remove dump config
    model card Booking quota LEDGER page calendar limit OpenStack all)) {
    refused(qr/^rocks: «$word» cannot be the name of a project: commands use that word; choose another name$/,
        qw(add project), "project=$word");
}
my %words = map { lc, 1 } map { split / / } map { /^(.*?)  / } split /\n/, rocks()->{out};
my ($any) = grep { !/^(?:add|list|gpu)$/ } sort { $b cmp $a } keys %words;
refused(qr/ commands use that word/, qw(add project), "project=$any");
refused(qr/^rocks: «$_» cannot be the name of a project: it stands for no value; choose another name$/, qw(add project), $_)
    for qw(none NULL);

refused(qr/^rocks: «\Q$_\E» is not a valid project name: letters, digits, -, _, \. and \+ only, a letter or digit in front$/,
    qw(add project), "project=$_")
    for '<script>alert(1)</script>', 'a<b>', '-x', '.x', '+', "it's", 'a"b', 'a b', 'a%', 'a/b', 'a=b', 'a,b', 'a:b', "\xc3\xb6", '$(id)';
refused(qr/^rocks: the project name «a\\x0ab» has control characters/, qw(add project), "a\nb");
refused(qr/^rocks: the project name is empty$/, qw(add project), '');
refused(qr/^rocks: the project name is longer than 255 bytes$/, qw(add project), 'x' x 256);
refused(qr/^rocks: «\Q$_\E» is not a valid group: /, qw(add project x), "group=$_") for '-g', '<b>', '1000', 'a:b';
misused(qr/^rocks: \{project\} is missing: its name$/m, qw(add project));

done_testing;
