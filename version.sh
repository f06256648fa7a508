#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# ./version.sh prints which version this tree is, ./version.sh date of which day it is.
# In git the version is the last tag v*, with how many commits came since and which one
# it is: 0.1.0, 0.1.0+3.g0123456789ab. In an archive that git made it is what git wrote into
# .archive then; without a tag, the file VERSION. SOURCE_DATE_EPOCH is the date if set.
set -eu

cd "$(dirname "$0")"

# A tree of somebody else's too, as `sudo make install` has it.
git_here() { [ -e .git ] && git -c safe.directory="$(pwd)" "$@" 2> /dev/null; }

day() { date -u -d "@$1" +%Y-%m-%d; }

# The line that git wrote into the archive; nothing if this is not one.
archived() { sed -n "s/^$1: \([^\$]*\)\$/\1/p" .archive; }

case ${1-} in
'')
    described=$(git_here describe --tags --match 'v[0-9]*' --abbrev=12 || archived version)
    described=$(printf '%s' "${described#v}" | sed 's/-\([0-9]*\)-g\([0-9a-f]*\)$/+\1.g\2/')
    [ -n "$described" ] || described=$(cat VERSION)
    printf '%s\n' "$described"
    ;;
date)
    seconds=${SOURCE_DATE_EPOCH:-$(git_here log -1 --format=%ct || archived date)}
    [ -n "$seconds" ] || seconds=$(stat -c %Y VERSION)
    day "$seconds"
    ;;
*)
    echo "usage: ./version.sh [date]" >&2
    exit 2
    ;;
esac
