# The lab: real kernels that really run out of memory. See tests/lab/run.
.PHONY: lab lab-smoke accuracy

lab: ## boot every kernel with every scenario (about an hour; LAB="6.1 memcg-*" chooses)
	tests/lab/run $(LAB)

lab-smoke: all ## two kernels, five scenarios each
	tests/lab/smoke

accuracy: all ## judge the program against the lab's results, write docs/ACCURACY.md
	tests/lab/accuracy
