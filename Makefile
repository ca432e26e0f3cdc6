# whyoom: one Makefile, no recursion. `make help` lists the targets.
#
#   make demo     install what is missing, build, explain the reports in samples/
#   make check    install what is missing, build, run every test
#
# CC CFLAGS LDFLAGS PREFIX DESTDIR are yours; WERROR=1 makes warnings errors; SAN=address,undefined builds an
# instrumented tree of its own below build/.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
PREFIX ?= /usr/local
MANDIR ?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CFLAGS ?= -O3 -g
PKG_CONFIG ?= pkg-config
BUILD ?= build$(if $(SAN),/sanitized)

# pkg-config where it knows the library, a plain -l where it does not.
pkg_libs = $(or $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null),$(2))
pkg_cflags = $(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null)

LIBRARIES := libarchive libpcre2-8 jansson libsystemd zlib libisal libzstd liblzma liblz4 libkdumpfile libbpf sqlite3
whyoom_LDLIBS = $(call pkg_libs,libarchive,-larchive) $(call pkg_libs,libpcre2-8,-lpcre2-8) \
	$(call pkg_libs,jansson,-ljansson) $(call pkg_libs,libsystemd,-lsystemd) \
	$(call pkg_libs,zlib,-lz) $(call pkg_libs,libisal,-lisal) $(call pkg_libs,libzstd,-lzstd) \
	$(call pkg_libs,liblzma,-llzma) $(call pkg_libs,liblz4,-llz4) \
	$(call pkg_libs,libkdumpfile,-lkdumpfile) $(call pkg_libs,libbpf,-lbpf) -ldwarf \
	$(call pkg_libs,sqlite3,-lsqlite3) $(call pkg_libs,ncursesw,-lncursesw -ltinfo)
test_LDLIBS = $(call pkg_libs,cmocka,-lcmocka)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 \
	-Wundef -Wvla -Wwrite-strings
whyoom_CFLAGS = -std=c17 $(WARNINGS) $(if $(WERROR),-Werror) -I. -DWHYOOM_VERSION='"$(VERSION)"' \
	$(foreach l,$(LIBRARIES),$(call pkg_cflags,$(l))) -pthread $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
whyoom_LDFLAGS = -pthread $(if $(SAN),-fsanitize=$(SAN))

SOURCES := $(wildcard analyzer/*.c analyzer/base/*.c parsers/*/*.c rules/*.c tui/*.c)
RULES := $(sort $(wildcard rules/*.rule))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/builtin_rules.o $(BUILD)/page_assets.o
LIBRARY := $(BUILD)/libwhyoom.a
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
SAMPLES := $(sort $(wildcard samples/*.log))

# One short line a command; V=1 shows them whole.
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $@ &&)
JOBS := -j$(shell nproc 2>/dev/null || echo 1)

.PHONY: all dependencies demo check lint bench fuzz install uninstall dist clean help
all: $(BUILD)/whyoom

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## all          build/whyoom
$(BUILD)/whyoom: $(BUILD)/analyzer/main.o $(LIBRARY)
	$(call say,LINK)$(CC) $(LDFLAGS) $(whyoom_LDFLAGS) -o $@ $^ $(whyoom_LDLIBS)

$(LIBRARY): $(filter-out $(BUILD)/analyzer/main.o,$(OBJECTS))
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CFLAGS) $(whyoom_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/builtin_rules.c: rules/embed.sh $(RULES)
	@mkdir -p $(@D)
	$(call say,EMBED)sh rules/embed.sh $(RULES) > $@

$(BUILD)/page_assets.c: analyzer/page_embed.sh analyzer/page.css analyzer/page.js
	@mkdir -p $(@D)
	$(call say,EMBED)sh analyzer/page_embed.sh analyzer/page.css analyzer/page.js > $@

$(BUILD)/builtin_rules.o $(BUILD)/page_assets.o: %.o: %.c
	$(call say,CC)$(CC) $(CFLAGS) $(whyoom_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(CFLAGS) $(whyoom_CFLAGS) -MMD -MP $(LDFLAGS) $(whyoom_LDFLAGS) -o $@ $< $(LIBRARY) \
		$(whyoom_LDLIBS) $(test_LDLIBS)

# A database of a million made-up incidents, for measurements: $(BUILD)/bench/make_database FILE COUNT
$(BUILD)/bench/%: tests/bench/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,BENCH)$(CC) $(CFLAGS) $(whyoom_CFLAGS) $(LDFLAGS) $(whyoom_LDFLAGS) -o $@ $< $(LIBRARY) $(whyoom_LDLIBS)

## dependencies what the build and the tests need, by apt (root or sudo)
dependencies:
	@sh tools/install-dependencies

## demo         install what is missing, build, explain the reports in samples/
demo: dependencies
	@$(MAKE) --no-print-directory $(JOBS) all
	@sh tools/demo $(BUILD)/whyoom

## readme       put the demo's output into README.md
.PHONY: readme
readme: all
	@sh tools/readme $(BUILD)/whyoom

## screens      put two screens of the browser into README.md
.PHONY: screens
screens: all
	@python3 tools/screens $(BUILD)/whyoom

## check        install what is missing, build, run every test; closes with "N passed, N failed"
check: dependencies
	@$(MAKE) --no-print-directory $(JOBS) check-build
	@BUILD=$(BUILD) sh tests/run

.PHONY: check-build
check-build: $(BUILD)/whyoom $(UNIT_TESTS)

$(BUILD)/long/%: tests/long/%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,TEST)$(CC) $(CFLAGS) $(whyoom_CFLAGS) $(LDFLAGS) $(whyoom_LDFLAGS) -o $@ $< $(LIBRARY) $(whyoom_LDLIBS) $(test_LDLIBS)

## check-long   what takes an hour: pieces cut at every byte of the corpus, scans of a log that grows by every byte
.PHONY: check-long
check-long: all $(BUILD)/long/law
	@BUILD=$(BUILD) sh tests/long/run

## memcheck     every sample, logs and dumps, under valgrind
.PHONY: memcheck
memcheck: dependencies
	@$(MAKE) --no-print-directory all BUILD=$(BUILD)/memcheck CFLAGS="-O1 -g -DWHYOOM_NO_JIT"
	@sh tests/long/memcheck $(BUILD)/memcheck/whyoom

## lint         layout of the rooms, every header alone, formatting, static checks, manual pages
lint:
	@sh tests/lint

## bench        speed, as ratios against a peer in the same run
bench: all $(BUILD)/bench/census
	@BUILD=$(BUILD) sh tests/bench/run

## bench-fleet  BENCH_FLEET_MIB (10240) of sparse logs in 100 files against ripgrep, two threads each
.PHONY: bench-fleet
bench-fleet: all
	@BUILD=$(BUILD) BENCH_FLEET_MIB=$(or $(BENCH_FLEET_MIB),10240) sh tests/bench/run fleet

## bench-page   the page of BENCH_INCIDENTS (1000000) stored incidents, and how soon a browser shows it
.PHONY: bench-page
bench-page: all $(BUILD)/bench/make_database
	@python3 tests/bench/page.py $(BUILD)/whyoom $(BUILD)/bench/make_database $(BUILD)/bench $(or $(BENCH_INCIDENTS),1000000)

## bench-browse from a key to a screen with 10,000 incidents, and to the first one of 1 GB
.PHONY: bench-browse
bench-browse: all $(BUILD)/bench/browser
	@python3 tests/bench/browser.py $(BUILD)/bench/browser $(BUILD)/whyoom $(BUILD)/bench

## install      below DESTDIR and PREFIX
install: all
	install -D -m 755 $(BUILD)/whyoom $(DESTDIR)$(PREFIX)/bin/whyoom
	install -D -m 644 analyzer/whyoom.1 $(DESTDIR)$(MANDIR)/man1/whyoom.1
	install -D -m 644 rules/whyoom-rules.5 $(DESTDIR)$(MANDIR)/man5/whyoom-rules.5
	install -D -m 644 analyzer/whyoom.bash $(DESTDIR)$(COMPLETIONDIR)/whyoom

## uninstall    what install put there
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/whyoom $(DESTDIR)$(MANDIR)/man1/whyoom.1 \
		$(DESTDIR)$(MANDIR)/man5/whyoom-rules.5 $(DESTDIR)$(COMPLETIONDIR)/whyoom

## dist         build/whyoom-VERSION.tar.gz from the last commit
dist:
	@mkdir -p $(BUILD)
	git archive --prefix=whyoom-$(VERSION)/ -o $(BUILD)/whyoom-$(VERSION).tar.gz HEAD

clean:
	rm -rf build

-include tests/synthetic/synthetic.mk tests/fuzz/fuzz.mk tests/lab/lab.mk tests/dump/dump.mk tests/hostile_dumps/hostile_dumps.mk
-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
