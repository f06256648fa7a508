# SPDX-License-Identifier: GPL-2.0-or-later
# The source, as tests of the house read it.
package Sources;

use strict;
use warnings;

use Exporter qw(import);
use File::Find;

our @EXPORT = qw(sources);

# The C files and headers below these folders.
sub sources {
    my (@folders) = @_;
    my @files;
    find({ wanted => sub { push @files, $_ if /\.[ch]$/ }, no_chdir => 1 }, @folders);
    return sort @files;
}

1;
