# Fuzz targets: built twice, with libFuzzer for `make fuzz` and with a plain main that replays
# tests/fuzz/corpus/TARGET/* in `make check` (tests/fuzz/run).

FUZZ_TARGETS := log document dress report rules source types walkers
FUZZ_SECONDS ?= 600
FUZZ_REPLAYS := $(FUZZ_TARGETS:%=$(BUILD)/fuzz/replay_%)
FUZZ_CC ?= clang
FUZZ_BUILD := $(BUILD)/fuzzing
FUZZ_FLAGS := address,undefined

check-build: $(FUZZ_REPLAYS)

$(BUILD)/fuzz/replay_%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(whyoom_CFLAGS) $(LDFLAGS) $(whyoom_LDFLAGS) -o $@ $^ $(whyoom_LDLIBS)

# The library once more, with coverage for the fuzzer, and without code made at run time: each input would make it anew.
.PHONY: fuzz-build
fuzz-build:
	$(MAKE) --no-print-directory CC=$(FUZZ_CC) BUILD=$(FUZZ_BUILD) SAN=fuzzer-no-link,$(FUZZ_FLAGS) \
		CFLAGS="-O1 -g -DWHYOOM_NO_JIT" $(FUZZ_BUILD)/libwhyoom.a
	@for target in $(FUZZ_TARGETS); do \
		$(FUZZ_CC) -O1 -g $(whyoom_CFLAGS) -fsanitize=fuzzer,$(FUZZ_FLAGS) -o $(FUZZ_BUILD)/fuzz_$$target \
			tests/fuzz/fuzz_$$target.c $(FUZZ_BUILD)/libwhyoom.a $(whyoom_LDLIBS) || exit 1; \
	done

# A cpio header may claim a name of 4 GiB: libarchive asks for that much, and here it does not get it.
## fuzz         every fuzz target for FUZZ_SECONDS (600); findings go to tests/fuzz/corpus/
fuzz: fuzz-build $(SYNTHETIC_DUMPS)
	@failed=; for target in $(FUZZ_TARGETS); do \
		mkdir -p $(FUZZ_BUILD)/found/$$target; \
		echo "fuzz $$target for $(FUZZ_SECONDS) s"; \
		ASAN_OPTIONS=max_allocation_size_mb=1024:allocator_may_return_null=1 \
			nice -n 19 $(FUZZ_BUILD)/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) -timeout=60 \
			-rss_limit_mb=2048 -malloc_limit_mb=4097 -max_len=8192 -print_final_stats=1 -verbosity=0 -close_fd_mask=1 \
			-artifact_prefix=tests/fuzz/corpus/$$target/ \
			$(FUZZ_BUILD)/found/$$target tests/fuzz/corpus/$$target || failed="$$failed $$target"; \
	done; [ -z "$$failed" ] || { echo "found something:$$failed"; exit 1; }
