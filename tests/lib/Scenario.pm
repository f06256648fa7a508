# SPDX-License-Identifier: GPL-2.0-or-later
# Tests written as stories.
package Scenario;
use strict;
use warnings;

use Exporter qw(import);
use Test::More;

our @EXPORT = qw(scenario);

# A story with a title: Test::More reports what it finds wrong. A story that dies has failed;
# those after it run all the same.
sub scenario {
    my ($title, $story) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return subtest $title, sub {
        eval { $story->(); 1 } or fail("it broke off: $@");
    };
}

1;
