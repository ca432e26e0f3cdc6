# Views of dumps against the live kernels' own figures: tests/dump/figures.py.
.PHONY: dump-accuracy

## dump-accuracy how exactly the lab's dumps are read, into docs/DUMP-ACCURACY.md
dump-accuracy: all
	BUILD=$(BUILD) python3 tests/dump/compare.py --table > docs/DUMP-ACCURACY.md
