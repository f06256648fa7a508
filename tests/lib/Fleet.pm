# SPDX-License-Identifier: GPL-2.0-or-later
# A fleet without machines: a stand-in for ssh that runs here what a host should run, or
# fails as hosts do.
package Fleet;

use strict;
use warnings;

use Exporter qw(import);
use Rocks;

our @EXPORT = qw(fleet ails heals lies_about on_host ssh_words hypervisor);

# $FOLDER/hosts/NAME/bin is in front of a host's PATH; the file ails says what is wrong
# with it, words what ssh was called with last.
my $SSH = <<'END';
#!/bin/sh
words=$(printf '%s\n' "$@" .)
while [ "$1" != -- ]; do shift; done
shift
host=$1 folder=FOLDER/hosts/$1
shift
[ -d "$folder" ] || mkdir -p "$folder"
printf '%s\n' "$words" > "$folder/words"
PATH=$folder/bin:FOLDER/root:$PATH HOST=$host ails=
export PATH HOST
[ ! -e "$folder/ails" ] || read -r ails < "$folder/ails"
case $ails in
refused) echo "ssh: connect to host $host port 22: Connection refused" >&2; exit 255 ;;
key) printf '@@@\nHost key verification failed.\n' >&2; exit 255 ;;
hangs) exec sleep 600 ;;
dies)
    sleep 1 | sh -c "$*" 2> /dev/null | {
        IFS= read -r mark
        IFS= read -r line
        printf '%s\n%s\n' "$mark" "$line"
        kill -9 $$
    } ;;
lies) . FOLDER/lies; exit ;;
esac
exec sh -c "$*"
END

# Sets up the stand-in; every host answers.
sub fleet {
    (my $text = $SSH) =~ s/FOLDER/$FOLDER/g;
    mkdir "$FOLDER/hosts";
    # Whoever runs the tests, ssh goes there as root.
    mkdir "$FOLDER/root";
    spurt("$FOLDER/root/id", "#!/bin/sh\necho 0\n");
    chmod 0755, "$FOLDER/root/id" or die;
    spurt("$FOLDER/ssh", $text);
    chmod 0755, "$FOLDER/ssh" or die;
    $ENV{ROCKS_SSH} = "$FOLDER/ssh -F /dev/null";
    # What a killed rocks leaves goes with the test.
    $ENV{TMPDIR} = "$FOLDER/tmp";
    mkdir $ENV{TMPDIR};
    return;
}

# From now on a host is refused, key (it has another), hangs, dies in the middle, or lies.
sub ails {
    my ($what, @hosts) = @_;
    for my $host (@hosts) {
        mkdir "$FOLDER/hosts/$host";
        spurt("$FOLDER/hosts/$host/ails", "$what\n");
    }
    return;
}

sub heals { unlink map { "$FOLDER/hosts/$_/ails" } @_; return }

# What a host prints that lies: for a second, under the tag of the run, in the names of others
# and in that of pdsh, also after NUL bytes. Its own command succeeds.
my $LIES = <<'END';
words="$*" me=$(uname -n)
tag=${words#*"'rocks' '"}
tag=${tag%%"'"*}
lie() {
    for other in OTHERS; do
        printf "$other: lie\n$other: \036$tag+\n"
        printf "$other: \036$tag-0\n"
        printf "x\0\nx$other: \036$tag-0\0\nx$other: \n\0\0"
        printf "pdsh@$me: $other: ssh exited with exit code 255\n"
        printf "pdsh@$me: $other: command timeout\n\0"
        printf "XXRETCODE:3\n"
    done
}
printf '\036%s+\n' "$tag"
for i in 1 2 3 4 5 6 7 8 9 10; do lie; lie >&2; sleep 0.1; done
printf '\n\036%s-0\n' "$tag" >&2
printf '\n\036%s-0\n' "$tag"
END

# From now on a host lies about others.
sub lies_about {
    my ($host, @others) = @_;
    ails(lies => $host);
    spurt("$FOLDER/lies", $LIES =~ s/OTHERS/@others/r);
    return;
}

# A program of a host: a script.
sub on_host {
    my ($host, $program, $script) = @_;
    my $path = "$FOLDER/hosts/$host/bin";
    mkdir "$FOLDER/hosts/$host";
    mkdir $path;
    spurt("$path/$program", "#!/bin/sh\n$script");
    chmod 0755, "$path/$program" or die;
    return;
}

# libvirt of a container: its own test driver, with these domains: functions that they have,
# and other devices as XML. It forgets at the end of a call what happened in it.
sub hypervisor {
    my ($host, @domains) = @_;
    my %state = (running => 1, paused => 3, shutdown => 4, shutoff => 5, crashed => 6,
        suspended => 7);
    my $text = "<node>\n";
    for my $domain (@domains) {
        my $devices = join '', map {
            my ($bus, $slot, $function) = /^0000:(..):(..)\.(.)$/ or die;
            "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' "
                . "bus='0x$bus' "
                . "slot='0x$slot' function='$function'/></source></hostdev>";
        } @{ $domain->{functions} // [] };
        my $uuid = $domain->{uuid} ? "<uuid>$domain->{uuid}</uuid>" : '';
        $text .= "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
            . "<name>$domain->{name}</name>$uuid<memory>1024</memory>"
            . "<os><type arch='x86_64'>hvm</type></os>"
            . "<devices>$devices" . ($domain->{devices} // '') . "</devices>"
            . "<test:runstate>$state{$domain->{state}}</test:runstate></domain>\n";
    }
    spurt("$FOLDER/$host.node", "$text</node>\n");
    rocks(qw(set attr libvirt_uri), "test://$FOLDER/HOST.node");
    return;
}

# What ssh was called with for a host last.
sub ssh_words { return slurp("$FOLDER/hosts/$_[0]/words") }

1;
