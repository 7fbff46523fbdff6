# SPDX-License-Identifier: BSD-2-Clause
# The test targets, a part of the Makefile.

T        := $(BUILD)/tests
RESULTS  := $(T)/results
UNIT_SRC := $(wildcard tests/unit/*.c)
LIVE_SRC := $(wildcard tests/live/*.c)
CHECK    := $(shell pkg-config --libs check 2>/dev/null || echo -lcheck -lsubunit -lpthread -lrt -lm)
# The parts of the compiler that need no LLVM are tested in the unit tests' own process.
PLAIN_CC := $(patsubst %,$(O)/lib/compiler/%.o,btf_ext btf_module btf_refs dialect flags headers helpers \
	    idents kconfig lines missing modules near prelude prune subset subset_write suggest tracepoint tracepoint_near types)
run       = sh tests/run.sh $(RESULTS)

$(O)/tests/%.o: EXTRA = -Ilib -Itests
$(O)/tests/unit/%.o: EXTRA = -Ilib -Itests -DBUILD='"$(BUILD)"'

$(T)/unit: $(UNIT_SRC:%.c=$(O)/%.o) $(LIB_SRC:%.c=$(O)/%.o) $(PLAIN_CC)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $^ $(CHECK) $(BPF_LIBS) -o $@
$(T)/live: $(LIVE_SRC:%.c=$(O)/%.o) $(SO)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' \
		$(filter %.o,$^) -L$(BUILD)/lib -lbcc_c $(CHECK) -lbpf -o $@

$(T)/compare: $(O)/tests/gen/compare.o $(O)/tests/gen/count.o $(SO)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' \
		$(filter %.o,$^) -L$(BUILD)/lib -lbcc_c -lbpf -o $@

.PHONY: results unit unit-san llvm14 dynamic live vm
results:
	@mkdir -p $(T) && : > $(RESULTS)

# Each suite adds its counts to the results; the check targets print the sum.
unit: all $(T)/unit | results
	@$(run) unit $(T)/unit
	@$(run) headers env CC='$(CC)' CXX='$(CXX)' BUILD=$(BUILD) sh tests/unit/test_headers.sh
	@$(run) install env CC='$(CC)' BUILD=$(BUILD) sh tests/unit/test_install.sh
# The compiler is the plain one: sanitizers and a limit on the address space do not go together.
unit-san: compiler | results
	@$(MAKE) --no-print-directory SAN=1 build/san/tests/unit
	@$(run) unit-san env BCC_C_COMPILER=$(CURDIR)/$(CCBIN) build/san/tests/unit
# The oldest LLVM that works: the suites in which the compiler has a part.
LLVM14_UNIT := engine compile limits suggest modules whole module object damage threads includes \
	       pass_records pass_either
LLVM14_LIVE := attach uprobe usdt usdt_links map events errors cases modules bcc_tables bcc_methods bcc_events \
	       bcc_records bcc_packets bcc_sockets bcc_programs bcc_attached bcc_kernel bcc_reads bcc_errors
llvm14: all $(T)/unit $(T)/live $(T)/compare | results
	@$(MAKE) --no-print-directory LLVM=14 BUILD=build/llvm14 build/llvm14/libexec/bcc_c-cc
	@$(run) 'llvm14 unit' env BCC_C_COMPILER=$(CURDIR)/build/llvm14/libexec/bcc_c-cc $(T)/unit $(LLVM14_UNIT)
	@$(run) 'llvm14 live' env BCC_C_COMPILER=$(CURDIR)/build/llvm14/libexec/bcc_c-cc $(T)/live $(LLVM14_LIVE)
	@$(run) 'llvm14 generated' env BCC_C_COMPILER=$(CURDIR)/build/llvm14/libexec/bcc_c-cc BUILD=$(BUILD) \
		sh tests/gen/test_generated.sh
	@$(run) 'llvm14 corpus' env BCC_C_COMPILER=$(CURDIR)/build/llvm14/libexec/bcc_c-cc BUILD=$(BUILD) \
		sh tests/corpus/test_corpus.sh
# The compiler over LLVM's shared libraries, as it is where there are no static ones.
dynamic: all $(T)/unit | results
	@$(MAKE) --no-print-directory STATIC=0 BUILD=build/dynamic build/dynamic/libexec/bcc_c-cc
	@$(run) 'dynamic unit' env BCC_C_COMPILER=$(CURDIR)/build/dynamic/libexec/bcc_c-cc $(T)/unit \
		engine compile limits threads
live: all $(T)/live $(T)/compare | results
	@$(run) live $(T)/live
	@$(run) generated env BUILD=$(BUILD) sh tests/gen/test_generated.sh
	@$(run) corpus env BUILD=$(BUILD) sh tests/corpus/test_corpus.sh
	@$(run) tools env BUILD=$(BUILD) sh tests/live/test_tools.sh
	@$(run) bindings env CC='$(CC)' BUILD=$(BUILD) sh tests/live/test_bindings.sh
	@$(run) cache env BUILD=$(BUILD) sh tests/live/test_cache.sh
	@$(run) demo env BUILD=$(BUILD) sh tests/live/test_demo.sh
# Both guests at once: each keeps one processor busy. They get objects of this kernel's, one of them
# for this kernel alone.
PORTABLE = $(T)/portable
vm: all $(T)/live $(T)/compare | results
	@rm -rf $(PORTABLE) && mkdir -p $(PORTABLE) && \
		$(BUILD)/bin/bcc_c compile tests/cases/04_core.bpf.c -o $(PORTABLE)/alone.o && \
		for case in 02_maps 03_ringbuf 04_core 05_globals; do \
			$(BUILD)/bin/bcc_c compile --portable tests/cases/$$case.bpf.c \
				-o $(PORTABLE)/$$case.o || exit 1; \
		done
	@for series in 6.1 6.12; do \
		$(run) "guest $$series" sh tests/vm/run.sh -t 1200 $$series -- \
			env BUILD=$(BUILD) BCC_C_EMULATED=1 BCC_C_PORTABLE_DIR=$(PORTABLE) \
			sh tests/live/guest.sh & \
	done; wait

SUM = @sh tests/summary.sh $(RESULTS)
ifeq ($(SAN),1)
check-unit: $(T)/unit | results
	@$(run) unit-san env BCC_C_COMPILER=$(CURDIR)/build/libexec/bcc_c-cc $(T)/unit
	$(SUM)
else
check-unit: unit
	$(SUM)
endif
check-live: live
	$(SUM)
check-vm: vm
	$(SUM)
# One after the other, also under make -j: they share two cores and one kernel.
check: all $(T)/unit $(T)/live $(T)/compare | results
	@$(MAKE) --no-print-directory -o results -o all unit
	@$(MAKE) --no-print-directory -o results -o all unit-san
	@$(MAKE) --no-print-directory -o results -o all llvm14
	@$(MAKE) --no-print-directory -o results -o all dynamic
	@$(MAKE) --no-print-directory -o results -o all live
	@$(MAKE) --no-print-directory -o results -o all vm
	$(SUM)

