# SPDX-License-Identifier: GPL-2.0-or-later
# make, make check, make check-hosts, make fuzz, make bench, make bench-lab, make install
# DESTDIR= prefix=, make uninstall, make dist, make distcheck, make SANITIZE=address,undefined

CC ?= cc
# Where everything that is made goes; a second build beside the first takes another.
BUILD ?= build
# Flags of the person who builds; what the sources need is added below.
CFLAGS ?= -O2 -g
# address,undefined or thread, as the compiler knows them; empty for none.
SANITIZE ?=
prefix ?= /usr/local
bindir ?= $(prefix)/bin
sbindir ?= $(prefix)/sbin
# Programs look for these beside themselves: ../lib/rocks/plugins, gpu-models beside that folder,
# ../libexec/rocks.
plugindir ?= $(prefix)/lib/rocks/plugins
libexecdir ?= $(prefix)/libexec/rocks
includedir ?= $(prefix)/include
udevrulesdir ?= $(prefix)/lib/udev/rules.d
systemdunitdir ?= $(prefix)/lib/systemd/system
datadir ?= $(prefix)/share
mandir ?= $(datadir)/man
# Where bash looks when the first Tab behind a command's name is pressed.
completiondir ?= $(datadir)/bash-completion/completions
systemdpresetdir ?= $(prefix)/lib/systemd/system-preset
sysusersdir ?= $(prefix)/lib/sysusers.d
tmpfilesdir ?= $(prefix)/lib/tmpfiles.d
docdir ?= $(datadir)/doc
# gpupci reads /etc/gpupci.conf, wherever it is installed.
sysconfdir ?= /etc

# V=1 shows the commands that are run.
V ?= 0
Q := $(if $(filter 0,$(V)),@)

VERSION := $(shell ./version.sh)
# The programs of docutils that make manual pages; without them those pages are left out.
RST2MAN ?= $(firstword $(shell command -v rst2man rst2man.py))

# A packager's compiler may be newer than ours, and warn of more: WERROR=
WERROR ?= -Werror
WARNINGS := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wvla -Wpointer-arith -Wwrite-strings -Wundef
# Flags that this compiler knows on this architecture, without a warning.
takes = $(shell echo 'int x;' | $(CC) -Werror $(1) -x c -c -o /dev/null - 2> /dev/null && echo '$(1)')
HARDENING := -fstack-protector-strong -fPIE $(call takes,-fstack-clash-protection) \
	$(call takes,-fcf-protection)
ifeq ($(SANITIZE),)
HARDENING += -U_FORTIFY_SOURCE $(if $(filter -O0,$(CFLAGS)),,-D_FORTIFY_SOURCE=2)
else
SANITIZERS := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
SANITIZER_OBJECTS := $(BUILD)/tests/lib/leaks.o
# AddressSanitizer takes the XDR functions of libvirt.so's library, and looks for them at
# the start only: there they are to be then.
SANITIZER_LIBS := -Wl,--push-state,--no-as-needed -l:libtirpc.so.3 -Wl,--pop-state
endif
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD) -MMD -MP $(WARNINGS) $(HARDENING) \
	$(SANITIZERS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SANITIZERS) $(LDFLAGS)

XML_CFLAGS := $(shell pkg-config --cflags libxml-2.0)
XML_LIBS := $(shell pkg-config --libs libxml-2.0)
LIBVIRT_CFLAGS := $(shell pkg-config --cflags libvirt)
LIBVIRT_LIBS := $(shell pkg-config --libs libvirt)
SQLITE_LIBS := $(shell pkg-config --libs sqlite3)
PCI_LIBS := $(shell pkg-config --libs libpci)

LIB_SOURCES := $(wildcard lib/*.c)
DB_SOURCES := $(sort $(shell find db -name '*.c'))
COMMAND_SOURCES := $(sort $(shell find commands -name '*.c'))
ROCKS_SOURCES := $(sort $(shell find src/rocks -name '*.c'))
GPUPCI_SOURCES := $(sort $(shell find src/gpupci -name '*.c'))
# The rooms of rocks below its main().
ROOM_SOURCES := $(sort $(shell find src -name '*.c' ! -path 'src/rocks/*' ! -path 'src/gpupci/*'))
# A plugin is a file, or a folder of its name.
PLUGINS := $(patsubst plugins/%.c,%,$(filter-out %/xml.c %/passed.c,$(wildcard plugins/*.c))) \
	$(patsubst plugins/%/,%,$(wildcard plugins/*/))
PROGRAMS := $(patsubst src/%/main.c,%,$(wildcard src/*/main.c))
TEST_PLUGINS := $(patsubst tests/plugins/%.c,%,$(wildcard tests/plugins/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test-*.c))

object = $(patsubst %.c,$(BUILD)/%.o,$(1))
ROCKS_OBJECTS := $(call object,$(LIB_SOURCES) $(DB_SOURCES) $(ROOM_SOURCES) $(COMMAND_SOURCES))

all: $(PROGRAMS:%=$(BUILD)/%) $(PLUGINS:%=$(BUILD)/plugins/%.so) $(BUILD)/gpu-models manual

$(BUILD)/gpu-models: system/gpu-models
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/rocks: $(ROCKS_OBJECTS) $(call object,$(ROCKS_SOURCES))
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(SANITIZER_LIBS) -ldl

$(BUILD)/gpupci: $(call object,$(LIB_SOURCES) $(GPUPCI_SOURCES)) $(SANITIZER_OBJECTS)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PCI_LIBS)

# What the system starts gpupci from.
SYSTEM_FILES := $(patsubst %.in,$(BUILD)/%,$(wildcard system/*.in))
# Anew each time: what they name depends on where make install is to put it.
$(BUILD)/system/%: system/%.in FORCE
	@mkdir -p $(@D)
	$(Q)sed -e 's|@sbindir@|$(sbindir)|g' -e 's|@bindir@|$(bindir)|g' $< > $@.new
	$(Q)mv $@.new $@

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The SQL of the schema as C strings, a line a line.
$(BUILD)/db/store/%.sql.h: db/store/%.sql
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@.new
	$(Q)mv $@.new $@
$(call object,db/store/schema.c): $(patsubst %,$(BUILD)/%.h,$(wildcard db/store/*.sql))

# Written when the version is another one.
$(BUILD)/version.h: FORCE
	@mkdir -p $(@D)
	$(Q)printf '#define VERSION "%s"\n' '$(VERSION)' > $@.new
	$(Q)if [ "$$(cat $@.new)" = "$$(cat $@ 2> /dev/null)" ]; then rm $@.new; else mv $@.new $@; fi
$(call object,$(COMMAND_SOURCES) $(ROOM_SOURCES) $(ROCKS_SOURCES) $(GPUPCI_SOURCES)): | $(BUILD)/version.h
$(call object,commands/report/version.c src/gpupci/main.c doc/manual.c): $(BUILD)/version.h

# The manual: a page a command out of what its help is made of, and those of doc/*.rst.
MANUAL := $(patsubst doc/%.rst,%,$(wildcard doc/*.[1-9].rst))
manual: $(BUILD)/man/commands.rst $(if $(RST2MAN),$(MANUAL:%=$(BUILD)/man/%))

$(BUILD)/manual: $(ROCKS_OBJECTS) $(call object,$(wildcard doc/*.c))
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(SANITIZER_LIBS) -ldl

$(BUILD)/man/commands.rst: $(BUILD)/manual
	@rm -rf $(@D)
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $(@D)')
	$(Q)$(BUILD)/manual $(@D) "$$(./version.sh date)"

$(BUILD)/man/attributes.rst $(BUILD)/man/moving.rst: $(BUILD)/man/%: doc/% doc/lists \
		$(BUILD)/man/commands.rst
	$(Q)doc/lists $< > $@
$(BUILD)/man/rocks-attributes.7: $(BUILD)/man/attributes.rst
$(BUILD)/man/rocks-moving.7: $(BUILD)/man/moving.rst

# Names are not hyphenated; a terminal has no font C; no section begins with an empty line.
$(BUILD)/man/%: doc/%.rst $(BUILD)/man/commands.rst
	$(if $(Q),@echo '  $@')
	$(Q)sed -e 's|@VERSION@|$(VERSION)|' -e "s|@DATE@|$$(./version.sh date)|" $< \
		> $(@D)/$*.rst
	$(Q)$(RST2MAN) --strict --output-encoding=utf-8 $(@D)/$*.rst $(@D)/$*.new
	$(Q)sed -e '/^\.TH /a .nh\n.ad l' -e '/^\.ft [CP]$$/d' -e '/^\.S[HS]/{n;/^\.S[HS]/n;/^\.sp$$/d}' $(@D)/$*.new > $@
	@rm $(@D)/$*.new

PLUGIN_FLAGS = $(filter-out -fPIE,$(ALL_CFLAGS)) -fPIC -fvisibility=hidden $(XML_CFLAGS)
.SECONDEXPANSION:
$(PLUGINS:%=$(BUILD)/plugins/%.so): $(BUILD)/plugins/%.so: \
		$$(wildcard plugins/$$*.c plugins/$$*/*.[ch]) $(wildcard plugins/*.h) \
		plugins/xml.c plugins/passed.c
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(PLUGIN_FLAGS) -shared $(filter-out -pie,$(ALL_LDFLAGS)) -o $@ \
		$(filter %.c,$^) $(XML_LIBS) $(PLUGIN_LIBS)
	$(Q)chmod go-w $@ $(@D)
$(BUILD)/plugins/libvirt.so: PLUGIN_FLAGS += $(LIBVIRT_CFLAGS)
$(BUILD)/plugins/libvirt.so: PLUGIN_LIBS = $(LIBVIRT_LIBS)

$(BUILD)/tests/plugins/%.so: tests/plugins/%.c plugins/rocks-plugin.h
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(PLUGIN_FLAGS) -shared $(filter-out -pie,$(ALL_LDFLAGS)) -o $@ \
		$(filter %.c,$^) $(XML_LIBS)
	$(Q)chmod go-w $@ $(@D)

# Preloaded into a program by a test.
$(BUILD)/tests/preload/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(PLUGIN_FLAGS) -fvisibility=default -shared \
		$(filter-out -pie,$(ALL_LDFLAGS)) -o $@ $< -ldl

# A unit test has all of both programs but their main() at hand.
UNIT_OBJECTS = $(ROCKS_OBJECTS) \
	$(filter-out %/main.o,$(call object,$(ROCKS_SOURCES) $(GPUPCI_SOURCES) doc/roff.c))
$(BUILD)/tests/test-%: $(BUILD)/tests/unit/test-%.o $(UNIT_OBJECTS)
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(PCI_LIBS) $(TEST_LIBS) -lcmocka -ldl
# It is linked with a part of a plugin, too.
$(BUILD)/tests/test-description: $(call object,plugins/libvirt/description.c \
	plugins/libvirt/variables.c plugins/xml.c)
$(BUILD)/tests/test-description: ALL_CFLAGS += $(XML_CFLAGS)
$(BUILD)/tests/test-description: TEST_LIBS = $(XML_LIBS)

$(BUILD)/tests/arguments: $(BUILD)/tests/lib/arguments.o $(UNIT_OBJECTS)
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SQLITE_LIBS) $(PCI_LIBS) -ldl

# Loads a plugin for a test.
$(BUILD)/tests/losses: $(BUILD)/tests/lib/losses.o
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -ldl $(SANITIZER_LIBS)

# Without sanitizers, which would make each start dear.
$(BUILD)/tests/starter $(BUILD)/tests/inside: $(BUILD)/tests/%: tests/lib/%.c
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $<

tests: all $(BUILD)/tests/starter $(BUILD)/tests/inside $(BUILD)/tests/arguments $(BUILD)/tests/losses $(UNIT_TESTS) \
	$(TEST_PLUGINS:%=$(BUILD)/tests/plugins/%.so) \
	$(patsubst %.c,$(BUILD)/%.so,$(wildcard tests/preload/*.c))

# How prove runs them; PROVE_FLAGS=-v shows every line. Many wait for a clock or a child: more
# of them at once than cores.
PROVE_FLAGS ?= -j$(shell echo $$((2 * $$(nproc))))
# Those that take longest begin first, so that none of them is left alone at the end.
SLOWEST := $(patsubst %,tests/t/%.t,commands/move-broken-off commands/move-storage \
	commands/move-kept commands/move-guards commands/plugin-define commands/fleet-faults \
	commands/values commands/select-guard commands/bad-input commands/limits \
	commands/move-host-vm commands/run-host gpupci/bad-input commands/concurrency \
	commands/sync-host-gpu commands/sync-host-vm house/manual commands/dump-restore commands/set-host-gpu \
	commands/add-host-gpu commands/examples commands/sync-fleet commands/restore-database \
	commands/start-host-vm gpupci/capture commands/database-file)
ALL_TESTS := $(SLOWEST) $(filter-out $(SLOWEST),$(sort $(wildcard tests/t/*/*.t))) $(UNIT_TESTS)
# TESTS= picks some of them.
TESTS ?= $(ALL_TESTS)
# A tree that somebody else owns, as in a container, is trusted for what is built in it.
TRUST := ROCKS_TRUST='$(abspath $(BUILD))'
check: tests
	BUILD='$(BUILD)' $(TRUST) SANITIZE='$(SANITIZE)' CMOCKA_MESSAGE_OUTPUT=TAP prove --timer -Itests/lib $(PROVE_FLAGS) $(TESTS)

# As root: VM hosts that are namespaces of this machine. They wait more than they work, so more
# of them run than there are cores.
HOSTS_FLAGS ?= -j$(shell expr 2 '*' $(shell nproc))
HOSTS_TESTS ?= $(sort $(wildcard tests/hosts/*.t))
check-hosts: all $(BUILD)/tests/losses $(BUILD)/tests/preload/clock.so
	BUILD='$(BUILD)' $(TRUST) prove --timer -Itests/lib $(HOSTS_FLAGS) $(HOSTS_TESTS)

# libFuzzer is clang's. What a run finds new is left in $(BUILD)/fuzz/corpus, what is kept
# is in tests/fuzz/corpus.
FUZZ_SECONDS ?= 20
FUZZERS := $(sort $(patsubst tests/fuzz/fuzz-%.c,%,$(wildcard tests/fuzz/fuzz-*.c)))
# Each has all of both programs but their main() at hand, made for it once.
FUZZ_FLAGS := -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD) -MMD -MP -g -O1 \
	-fno-sanitize-recover=all
FUZZ_SOURCES := $(LIB_SOURCES) $(DB_SOURCES) $(ROOM_SOURCES) $(COMMAND_SOURCES) \
	$(filter-out %/main.c,$(ROCKS_SOURCES) $(GPUPCI_SOURCES))
FUZZ_OBJECTS := $(FUZZ_SOURCES:%.c=$(BUILD)/fuzz/%.o)
$(BUILD)/fuzz/%.o: %.c | $(BUILD)/version.h
	@mkdir -p $(@D)
	$(if $(Q),@echo '  $@')
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined -c -o $@ $<
$(BUILD)/fuzz/db/store/schema.o: $(patsubst %,$(BUILD)/%.h,$(wildcard db/store/*.sql))

$(BUILD)/fuzz/fuzz-%: $(BUILD)/fuzz/tests/fuzz/fuzz-%.o $(FUZZ_OBJECTS)
	$(if $(Q),@echo '  $@')
	$(Q)clang -fsanitize=fuzzer,address,undefined -o $@ $^ $(SQLITE_LIBS) $(PCI_LIBS) -ldl

fuzzers: $(FUZZERS:%=$(BUILD)/fuzz/fuzz-%)
fuzz: fuzzers
	$(Q)for name in $(FUZZERS); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$name; \
		$(BUILD)/fuzz/fuzz-$$name -max_total_time=$(FUZZ_SECONDS) -timeout=30 \
			-verbosity=0 -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/ \
			$(BUILD)/fuzz/corpus/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

bench: all
	BUILD='$(BUILD)' bench/run

# In an emulated machine; what it boots is fetched first, see tests/lab.
bench-lab: all
	BUILD='$(BUILD)' perl tests/lab/prepare
	BUILD='$(BUILD)' bench/detach

# The walk-through of README.rst, printed again.
transcript: all
	BUILD='$(BUILD)' tests/transcript > $(BUILD)/README.rst
	cat $(BUILD)/README.rst > README.rst

EXAMPLE_FOLDER := $(docdir)/rocks-gpupt-devel/examples
install: all $(SYSTEM_FILES)
	install -d '$(DESTDIR)$(udevrulesdir)' '$(DESTDIR)$(systemdunitdir)'
	install -d '$(DESTDIR)$(bindir)' '$(DESTDIR)$(sbindir)' '$(DESTDIR)$(plugindir)' \
		'$(DESTDIR)$(libexecdir)' '$(DESTDIR)$(includedir)' '$(DESTDIR)$(sysconfdir)'
	install -d '$(DESTDIR)$(sysusersdir)' '$(DESTDIR)$(tmpfilesdir)' \
		'$(DESTDIR)$(systemdpresetdir)' '$(DESTDIR)$(EXAMPLE_FOLDER)'
	install -m 755 $(BUILD)/rocks '$(DESTDIR)$(bindir)/rocks'
	install -m 755 $(BUILD)/gpupci '$(DESTDIR)$(sbindir)/gpupci'
	install -m 644 $(PLUGINS:%=$(BUILD)/plugins/%.so) '$(DESTDIR)$(plugindir)'
	install -m 644 system/gpu-models '$(DESTDIR)$(dir $(plugindir))gpu-models'
	install -m 644 plugins/rocks-plugin.h '$(DESTDIR)$(includedir)/rocks-plugin.h'
	install -m 644 $(BUILD)/system/60-gpupci.rules '$(DESTDIR)$(udevrulesdir)'
	install -m 644 $(BUILD)/system/gpupci.service '$(DESTDIR)$(systemdunitdir)'
	install -m 644 $(BUILD)/system/rocks-copy.service system/rocks-copy.timer \
		'$(DESTDIR)$(systemdunitdir)'
	install -d '$(DESTDIR)$(completiondir)'
	install -m 644 system/rocks.bash '$(DESTDIR)$(completiondir)/rocks'
	install -m 644 system/gpupci.bash '$(DESTDIR)$(completiondir)/gpupci'
	$(foreach section,5 7 8,install -d '$(DESTDIR)$(mandir)/man$(section)' && \
		find $(BUILD)/man -name '*.$(section)' -exec install -m 644 -t \
		'$(DESTDIR)$(mandir)/man$(section)' {} + &&) true
	@for page in $(MANUAL); do test -e $(BUILD)/man/$$page || \
		echo "make: $$page is left out: it needs rst2man of docutils" >&2; done
	install -m 644 system/gpupci.preset '$(DESTDIR)$(systemdpresetdir)/60-gpupci.preset'
	install -m 644 system/rocks.sysusers.conf '$(DESTDIR)$(sysusersdir)/rocks-gpupt.conf'
	install -m 644 system/rocks.tmpfiles.conf '$(DESTDIR)$(tmpfilesdir)/rocks-gpupt.conf'
	install -m 644 doc/example-plugin/* '$(DESTDIR)$(EXAMPLE_FOLDER)'
	test -e '$(DESTDIR)$(sysconfdir)/gpupci.conf' || \
		install -m 644 system/gpupci.conf '$(DESTDIR)$(sysconfdir)/gpupci.conf'

# What install would put there, and nothing else: a configuration that was changed stays.
uninstall: all
	rm -rf $(BUILD)/uninstall
	$(Q)$(MAKE) -s DESTDIR='$(abspath $(BUILD))/uninstall' install > /dev/null
	cd $(BUILD)/uninstall && find . ! -type d | while read -r file; do \
		case $$file in .$(sysconfdir)/*) \
			cmp -s "$$file" '$(abspath $(DESTDIR))'/"$$file" || continue ;; \
		esac; rm -f '$(abspath $(DESTDIR))'/"$$file"; done
	cd $(BUILD)/uninstall && find . -depth -type d -path '*/rocks*' | while read -r folder; do \
		folder='$(abspath $(DESTDIR))'/$$folder; [ ! -d "$$folder" ] || \
		rmdir --ignore-fail-on-non-empty "$$folder"; done
	rm -rf $(BUILD)/uninstall

# The source of a commit: the same bytes whenever and wherever it is made.
DIST := gpupt-$(VERSION)
dist:
	@mkdir -p $(BUILD)
	@test -e .git || { echo 'make: dist needs git: this tree came out of an archive' >&2; exit 1; }
	@git diff-index --quiet HEAD || echo 'make: what is not committed is not in it' >&2
	$(Q)git -c tar.umask=0022 archive --format=tar --prefix=$(DIST)/ \
		-o '$(abspath $(BUILD))/$(DIST).tar' HEAD
	$(Q)gzip -9nf $(BUILD)/$(DIST).tar
	@echo $(BUILD)/$(DIST).tar.gz

# What a user has of it: unpacked it builds without git, passes a test of each kind, installs,
# and goes.
DISTCHECK_TESTS ?= tests/t/house/install.t tests/t/commands/list-host-gpu.t \
	tests/t/gpupci/list.t ../build/tests/test-text
UNPACKED = $(abspath $(BUILD))/distcheck
distcheck: dist
	rm -rf '$(UNPACKED)'
	mkdir '$(UNPACKED)'
	tar -xzf $(BUILD)/$(DIST).tar.gz -C '$(UNPACKED)'
	cd '$(UNPACKED)/$(DIST)' && find . | sort > ../files
	cd '$(UNPACKED)/$(DIST)' && $(MAKE) BUILD=../build TESTS='$(DISTCHECK_TESTS)' check
	cd '$(UNPACKED)/$(DIST)' && test "$$(../build/rocks --version)" = 'rocks $(VERSION)'
	cd '$(UNPACKED)/$(DIST)' && $(MAKE) BUILD=../build DESTDIR='$(UNPACKED)/root' install
	cd '$(UNPACKED)/$(DIST)' && $(MAKE) BUILD=../build DESTDIR='$(UNPACKED)/root' uninstall
	left=$$(find '$(UNPACKED)/root' ! -type d) && test -z "$$left" || { echo "$$left" >&2; exit 1; }
	cd '$(UNPACKED)/$(DIST)' && find . | sort | diff ../files -
	tar -dzf $(BUILD)/$(DIST).tar.gz -C '$(UNPACKED)'
	rm -rf '$(UNPACKED)'
	@echo 'make: $(DIST).tar.gz is ready'

# The graph and the nodes of the Rocks roll, for a frontend that builds its hosts from them.
profiledir ?= /export/profile
install-roll:
	install -d '$(DESTDIR)$(profiledir)/graphs/default' '$(DESTDIR)$(profiledir)/nodes'
	install -m 644 roll/graphs/default/*.xml '$(DESTDIR)$(profiledir)/graphs/default'
	install -m 644 roll/nodes/*.xml '$(DESTDIR)$(profiledir)/nodes'

# Packages of what is committed, below $(BUILD)/packages; REVISION= takes another commit.
REVISION ?= HEAD
RELEASE ?= 1
deb rpm roll:
	$(Q)VERSION='$(VERSION)' RELEASE='$(RELEASE)' REVISION='$(REVISION)' \
		roll/make-$@ '$(BUILD)/packages'

clean:
	rm -rf $(BUILD)

.PHONY: all manual tests check check-hosts fuzzers fuzz bench bench-lab transcript install \
	install-roll uninstall dist distcheck deb rpm roll clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
-include $(shell find $(BUILD) -path '$(BUILD)/packages*' -prune -o -type f -name '*.d' -print \
	2>/dev/null)
