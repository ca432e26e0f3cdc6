# The lab: real kernels that really run out of memory. See tests/lab/README.md.
.PHONY: lab lab-smoke accuracy

## lab          boot every kernel with every scenario (about an hour); LAB="6.1 memcg-*" chooses
lab:
	tests/lab/run $(LAB)

## lab-smoke    two kernels with five scenarios each, judged; closes with "N passed, N failed, N skipped"
lab-smoke: all
	tests/lab/smoke

## accuracy     what whyoom says of the lab's logs, into docs/ACCURACY.md
accuracy: all
	tests/lab/accuracy
