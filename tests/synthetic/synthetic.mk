# Kernels that the lab does not boot: for each era a program with its structures, which fills them as machine.txt says
# and writes its own memory as a dump. The program itself, its addresses shifted to where a kernel is linked, is the
# vmlinux. Its data are mapped in one piece, whatever the page size.
SYNTHETIC_ERAS := 3.10 rhel7 4.18 5.4 5.15 arm64
SYNTHETIC_DUMPS := $(SYNTHETIC_ERAS:%=$(BUILD)/synthetic/%.vmcore)

check-build: $(SYNTHETIC_DUMPS)

$(BUILD)/synthetic/%.vmcore: tests/synthetic/era_%.h tests/synthetic/machine.txt $(wildcard tests/synthetic/*.[ch] tests/synthetic/*.def)
	@mkdir -p $(@D)
	$(call say,DUMP)gcc -std=gnu17 -I. -g -no-pie -Wall -Wextra -Werror -fno-eliminate-unused-debug-types \
		-include $< -Wl,-z,max-page-size=65536 -o $(@:.vmcore=) tests/synthetic/*.c
	@objcopy --change-addresses $$($(@:.vmcore=)) $(@:.vmcore=) $(@:.vmcore=.vmlinux)
	@$(@:.vmcore=) tests/synthetic/machine.txt $@
