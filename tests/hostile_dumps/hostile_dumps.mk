# Broken dumps in numbers: tests/hostile_dumps/run does a few of them in every check.
.PHONY: hostile-dumps
FLIPS ?= 1000
CUTS ?= 200

## hostile-dumps FLIPS (1000) bits flipped in dumps and CUTS (200) of them cut, read by every view, with sanitizers
hostile-dumps:
	@$(MAKE) --no-print-directory SAN=address,undefined $(JOBS) all
	@HOSTILE_FLIPS=$(FLIPS) HOSTILE_CUTS=$(CUTS) HOSTILE_VIEWS=all BUILD=build/sanitized nice sh tests/hostile_dumps/run
