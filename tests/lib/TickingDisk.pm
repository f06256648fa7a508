# SPDX-License-Identifier: GPL-2.0-or-later
# A disk for a VM that needs no operating system: with every tick of its clock, 18 a second, the
# VM writes a letter to its serial line, and halts until the next. A VM without a disk to start
# from looks for a network instead, and keeps a processor busy.
package TickingDisk;
use strict;
use warnings;

use Exporter qw(import);

our @EXPORT = qw(ticking_disk);

# The first sector: sti; mov dx, 0x3f8; mov al, 'R'; out dx, al; hlt; jmp to the out.
sub ticking_disk {
    return pack 'a510 v', pack('H*', 'fb' . 'baf803' . 'b052' . 'ee' . 'f4' . 'ebfc'), 0xaa55;
}

1;
