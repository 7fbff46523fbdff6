# SPDX-License-Identifier: BSD-2-Clause
# make help lists the targets. V=1 shows the commands.

PREFIX     ?= /usr/local
LIBDIR     ?= $(PREFIX)/lib
LIBEXECDIR ?= $(PREFIX)/libexec
DESTDIR    ?=
CFLAGS     ?= -O2 -g
CXXFLAGS   ?= -O2
LDFLAGS    ?=
PYTHON     ?= python3

# The compiler's LLVM. The first choice is 19; 14 is the oldest that works.
LLVM ?= 19
# SAN=1 builds the library and the unit tests with sanitizers, in a folder of their own.
SAN ?= 0
ifeq ($(SAN),1)
BUILD    ?= build/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
BUILD    ?= build
endif
O := $(BUILD)/obj
G := $(BUILD)/gen

VERSION := $(shell sed -n 's/^\tBCC_C_VERSION_[A-Z]* = \([0-9]*\),/\1/p' include/bcc_c/common.h | paste -sd.)
SOMAJOR := $(firstword $(subst ., ,$(VERSION)))
NEWEST  := $(shell sed -n 's/^BCC_C_\([0-9.]*\) {/\1/p' lib/bcc_c.map | tail -n 1)
ifneq ($(shell printf '%s\n' $(NEWEST).0 $(VERSION) | sort -V | tail -n 1),$(VERSION))
$(error lib/bcc_c.map has version $(NEWEST), include/bcc_c/common.h only $(VERSION))
endif

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(patsubst $(CURDIR)/%,%,$@))

WARN      := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wvla -Wno-unused-parameter
CPPFLAGS  += -Iinclude -D_GNU_SOURCE
BASEFLAGS := -std=gnu11 $(WARN) -fvisibility=hidden -MMD -MP $(SANFLAGS)
BPF_LIBS  := $(shell pkg-config --libs libbpf 2>/dev/null || echo -lbpf) -lelf -lz

LLVM_CONFIG := llvm-config-$(LLVM)
LLVM_LIBDIR := $(shell $(LLVM_CONFIG) --libdir 2>/dev/null)
LLVM_BINDIR := $(shell $(LLVM_CONFIG) --bindir 2>/dev/null)
LLVM_INC    := -isystem $(shell $(LLVM_CONFIG) --includedir 2>/dev/null)
# Linked statically the compiler starts in half the time; STATIC=0 takes the shared libraries all the same.
STATIC ?= $(if $(wildcard $(LLVM_LIBDIR)/libclangFrontend.a),1,0)
ifeq ($(STATIC),1)
# Which of these there are depends on the version.
LLVM_PARTS = $(filter bpf passes option lto coverage frontenddriver frontendhlsl windowsdriver,\
	     $(shell $(LLVM_CONFIG) --components))
LLVM_LIBS  = -L$(LLVM_LIBDIR) -Wl,--start-group $(wildcard $(LLVM_LIBDIR)/libclang[ABCDEFLPRS]*.a) \
	     $(wildcard $(LLVM_LIBDIR)/libPolly*.a) -Wl,--end-group \
	     $(shell $(LLVM_CONFIG) --link-static --libs $(LLVM_PARTS)) \
	     $(filter-out %libz3.so,$(shell $(LLVM_CONFIG) --link-static --system-libs))
LINKAGE := static
# Nothing to relocate at start, and no other library to find; -w: glibc's advice on plug-ins, which
# lld doesn't give.
CC_LDFLAGS = -static $(if $(LLD),,-Wl,-w)
else
# By its file: the name without a version is in a package of its own.
LLVM_LIBS = $(firstword $(wildcard $(LLVM_LIBDIR)/libclang-cpp.so*) -lclang-cpp) -L$(LLVM_LIBDIR) \
	    $(shell $(LLVM_CONFIG) --link-shared --libs)
LINKAGE := dynamic
endif

LIB_SRC  := $(wildcard lib/*.c)
CC_SRC   := $(wildcard lib/compiler/*.c) lib/btf_check.c lib/btf_view.c lib/util.c lib/wire.c
BPF_HDRS := bpf_helpers.h bpf_helper_defs.h bpf_core_read.h bpf_tracing.h bpf_endian.h usdt.bpf.h
STD_HDRS := stdbool.h stddef.h stdint.h stdarg.h
# What sources in BCC's dialect get.
BCC_HDRS := bcc.h bcc_kernel.h bcc_helpers.h bcc_packet.h bcc_prog.h bcc_proto.h bcc_sock.h bcc_table.h bcc_method.h
BPF_INC  := $(shell pkg-config --variable=includedir libbpf 2>/dev/null || echo /usr/include)/bpf
TOOLS    := opensnoop mallocstat
COMMON   := $(wildcard tools/common/*.c)

SO       := $(BUILD)/lib/libbcc_c.so.$(VERSION)
CCBIN    := $(BUILD)/libexec/bcc_c-cc
# The same engine for programs that may not start a process.
CCSO     := $(CCBIN).so
BINS     := $(TOOLS:%=$(BUILD)/bin/%) $(BUILD)/bin/bcc_c
PY       := $(BUILD)/bindings/python/bcc_c
LUA      := $(BUILD)/bindings/lua

.PHONY: all lib compiler tools bindings deps demo check check-unit check-live check-vm bench bench-deps \
	install uninstall lint format clean help
.DELETE_ON_ERROR:
.PRECIOUS: $(O)/%.o $(G)/%.inc

all: lib compiler tools bindings
lib: $(SO) $(BUILD)/lib/libbcc_c.a $(BUILD)/lib/pkgconfig/bcc_c.pc
compiler: $(CCBIN) $(CCSO)
tools: $(BINS)

help:
	@echo 'make [all]        library, compiler, tools and bindings, below $(BUILD)/'
	@echo 'make deps         install the Debian packages that building and testing need'
	@echo 'make demo         build, then show the tools at work (root)'
	@echo 'make check        all tests: unit (also under sanitizers), live and vm (root)'
	@echo 'make check-unit   tests that need no privilege; SAN=1: under sanitizers'
	@echo 'make check-live   tests on the running kernel (root)'
	@echo 'make check-vm     tests on Debian'\''s 6.1 and 6.12 kernels under QEMU (root)'
	@echo 'make bench        time and memory, side by side with the peers that make bench-deps'
	@echo '                  installs; ARGS="-n 3 --json" for example'
	@echo 'make install      to $$(DESTDIR)$$(PREFIX), $(PREFIX) by default; uninstall undoes it'
	@echo 'make lint format  check the style of the code, or mend it'
	@echo 'make clean        remove build/'
	@echo 'Settings: LLVM=19|14 STATIC=0|1 SAN=1 V=1 CC CXX CFLAGS LDFLAGS PREFIX LIBDIR LIBEXECDIR DESTDIR'

deps:
	$(Q)sh tests/deps.sh

# ---- library

$(O)/%.o: %.c
	$(call say,CC)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) $(BASEFLAGS) -fPIC $(EXTRA) -c $< -o $@

$(O)/lib/compile.o: $(BUILD)/places
$(O)/lib/compile.o: EXTRA = -DCOMPILER_PATH='"$(LIBEXECDIR)/bcc_c-cc"'
$(O)/lib/error.o: EXTRA = -DVERSION='"$(VERSION)"'

$(SO): $(LIB_SRC:%.c=$(O)/%.o) lib/bcc_c.map
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CC) -shared $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -Wl,-soname,libbcc_c.so.$(SOMAJOR) \
		-Wl,--version-script=lib/bcc_c.map -Wl,--no-undefined $(filter %.o,$^) $(BPF_LIBS) -o $@
	$(Q)ln -sf $(@F) $(@D)/libbcc_c.so.$(SOMAJOR) && ln -sf libbcc_c.so.$(SOMAJOR) $(@D)/libbcc_c.so

$(BUILD)/lib/libbcc_c.a: $(LIB_SRC:%.c=$(O)/%.o)
	$(call say,AR)
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

# Changes when the places to install to do.
$(BUILD)/places: FORCE
	$(Q)mkdir -p $(@D) && echo '$(PREFIX) $(LIBDIR) $(LIBEXECDIR)' | cmp -s - $@ || \
		echo '$(PREFIX) $(LIBDIR) $(LIBEXECDIR)' > $@
FORCE:

$(BUILD)/lib/pkgconfig/bcc_c.pc: lib/bcc_c.pc.in include/bcc_c/common.h $(BUILD)/places
	$(Q)mkdir -p $(@D) && sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' $< > $@

# ---- compiler

# C string literals of a text file.
literals = sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/'
# The target whole or not at all: two makes at once may write the same file.
into = > $@.$$$$ && mv -f $@.$$$$ $@

# Without the blocks of comments: bpf_helper_defs.h is a manual, and each compilation would read it.
$(BPF_HDRS:%=$(G)/%.inc): $(G)/%.inc: $(BPF_INC)/%
	$(Q)mkdir -p $(@D) && sed '/^\/\*$$/,/^ \*\/$$/d' $< | $(literals) $(into)
$(STD_HDRS:%=$(G)/%.inc) $(BCC_HDRS:%=$(G)/%.inc): $(G)/%.inc: include/bcc_c/bpf/%
	$(Q)mkdir -p $(@D) && $(literals) $< $(into)
# The kernel's numbers of errors are macros, which BTF doesn't have.
ERRNO := $(firstword $(wildcard /usr/include/asm-generic/errno-base.h))
$(G)/errno.h.inc: $(ERRNO) $(dir $(ERRNO))errno.h
	$(Q)mkdir -p $(@D) && sed '/^#include/d' $^ | $(literals) $(into)
$(O)/lib/compiler/%.o: EXTRA = $(LLVM_INC)
EMBEDDING := $(O)/lib/compiler/headers.o $(O)/lib/compiler/helpers.o
$(EMBEDDING): EXTRA = -I$(G)
$(EMBEDDING): $(BPF_HDRS:%=$(G)/%.inc) $(STD_HDRS:%=$(G)/%.inc) $(BCC_HDRS:%=$(G)/%.inc) $(G)/errno.h.inc
$(O)/lib/compiler/engine.o $(O)/lib/compiler/request.o: EXTRA = -DVERSION='"$(VERSION)"' -DLINKAGE='"$(LINKAGE)"' $(LLVM_INC)

$(O)/%.o: %.cc
	$(call say,CXX)
	$(Q)mkdir -p $(@D) && $(CXX) $(CPPFLAGS) $(CXXFLAGS) -std=c++17 -fno-rtti -fno-exceptions -Wall -MMD -MP -fPIC \
		-isystem $(shell $(LLVM_CONFIG) --includedir) -D__STDC_CONSTANT_MACROS -D__STDC_FORMAT_MACROS \
		-D__STDC_LIMIT_MACROS -c $< -o $@

CC_OBJ  := $(CC_SRC:%.c=$(O)/%.o) $(O)/lib/compiler/frontend.o
CC_LINK  = $(CXX) $(LDFLAGS) $(CC_LDFLAGS) $(LLD) -Wl,--gc-sections $(CC_OBJ) $(LLVM_LIBS) $(BPF_LIBS)

# With lld the functions that small sources need lie side by side, in the order in which they are
# called: half the memory, and a tenth less time. Where they can't be found out they lie as they come.
ifneq ($(filter static,$(LINKAGE)),)
LLD     := $(if $(wildcard $(LLVM_BINDIR)/ld.lld),-B$(LLVM_BINDIR) -fuse-ld=lld)
endif
CALLS   := $(if $(LLD),$(if $(filter x86_64-%,$(shell $(CC) -dumpmachine)),$(O)/lib/compiler/layout/calls.list))
ORDERED := $(CALLS:%=-Wl,--symbol-ordering-file=% -Wl,--no-warn-symbol-ordering)
TYPICAL := tools/opensnoop.bpf.c $(addprefix tests/cases/bcc/,reads.c hash.c perf.c)

$(O)/lib/compiler/layout/calls.o: EXTRA = -DVERSION='"$(VERSION)"'
$(O)/lib/compiler/layout/calls: $(O)/lib/compiler/layout/calls.o $(O)/lib/util.o $(O)/lib/wire.o
	$(Q)$(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) $^ -lelf -o $@
$(CALLS): | $(O)/lib/compiler/layout/calls $(CC_OBJ)
	$(call say,CALLS)
	$(Q)$(CC_LINK) -o $@.exe && { $(O)/lib/compiler/layout/calls $@.exe $(TYPICAL) > $@ || : > $@; }; rm -f $@.exe

$(CCBIN): $(CC_OBJ) $(CALLS)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CC_LINK) -Wl,-s $(ORDERED) -o $@

# The same engine for programs that may not start a process.
$(CCSO): $(filter-out %/main.o,$(CC_OBJ)) lib/compiler/engine.map $(CALLS)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(CXX) -shared $(LDFLAGS) -static-libstdc++ -static-libgcc -Wl,-Bsymbolic \
		-Wl,--version-script=lib/compiler/engine.map $(LLD) -Wl,--gc-sections -Wl,-s $(ORDERED) \
		$(filter %.o,$^) $(LLVM_LIBS) $(BPF_LIBS) -o $@

# ---- tools

# A tool's BPF source, with its own header in the place of its #include, as C string literals.
$(G)/%.bpf.inc: tools/%.bpf.c tools/%.h
	$(Q)mkdir -p $(@D) && sed -e '/^#include "$*\.h"/{r tools/$*.h' -e 'd}' $< | $(literals) $(into)

$(TOOLS:%=$(O)/tools/%.o): $(O)/tools/%.o: $(G)/%.bpf.inc
$(O)/tools/%.o: EXTRA = -I$(G) -Itools

TOOL_LINK = $(CC) $(CFLAGS) $(SANFLAGS) $(LDFLAGS) -Wl,-rpath,'$$ORIGIN/../lib' $(filter %.o,$^) \
	    -L$(BUILD)/lib -lbcc_c -o $@
$(TOOLS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $(O)/tools/%.o $(COMMON:%.c=$(O)/%.o) $(SO) | $(CCBIN)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(TOOL_LINK)
$(BUILD)/bin/bcc_c: $(patsubst %.c,$(O)/%.o,$(wildcard tools/bcc_c/*.c)) $(COMMON:%.c=$(O)/%.o) $(SO) | $(CCBIN)
	$(call say,LINK)
	$(Q)mkdir -p $(@D) && $(TOOL_LINK)

# ---- bindings

PY_SRC  := $(wildcard bindings/python/bcc_c/*.py)
LUA_SRC := bindings/lua/bcc_c.lua $(wildcard bindings/lua/bcc_c/*.lua)
HEADERS := $(wildcard include/bcc_c/*.h)

bindings: $(PY)/_decl.py $(PY_SRC:bindings/%=$(BUILD)/bindings/%) $(LUA)/bcc_c/cdef.lua \
	  $(LUA_SRC:bindings/%=$(BUILD)/bindings/%)

$(PY)/_decl.py: bindings/python/generate.py $(HEADERS)
	$(call say,GEN)
	$(Q)mkdir -p $(@D) && CC='$(CC)' $(PYTHON) bindings/python/generate.py include $@
$(LUA)/bcc_c/cdef.lua: bindings/lua/generate.sh $(HEADERS)
	$(call say,GEN)
	$(Q)mkdir -p $(@D) && CC='$(CC)' sh bindings/lua/generate.sh include $@
$(BUILD)/bindings/%: bindings/%
	$(Q)mkdir -p $(@D) && cp $< $@

include tests/tests.mk

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) sh tools/demo.sh

bench-deps:
	$(Q)sh bench/deps.sh
bench: all $(T)/compare
	$(Q)BUILD=$(BUILD) sh bench/run.sh $(ARGS)

# ---- installation

MANS    := $(wildcard man/man?/*.[1-9])
# Debian's Python looks for what is not Debian's own below its version.
PY_NAME  = $(if $(filter /usr,$(PREFIX)),python3,$(shell $(PYTHON) -c \
	   'import sys; print("python%d.%d" % sys.version_info[:2])'))
PY_DIR   = $(DESTDIR)$(PREFIX)/lib/$(PY_NAME)/dist-packages/bcc_c
LUA_DIR  = $(DESTDIR)$(PREFIX)/share/lua/5.1
INSTALL := install

install: all
	$(Q)$(INSTALL) -d $(addprefix $(DESTDIR),$(LIBDIR)/pkgconfig $(LIBEXECDIR) $(PREFIX)/bin \
		$(PREFIX)/include/bcc_c) $(PY_DIR) $(LUA_DIR)/bcc_c
	$(Q)$(INSTALL) -m 755 $(SO) $(DESTDIR)$(LIBDIR)
	$(Q)cp -P $(BUILD)/lib/libbcc_c.so.$(SOMAJOR) $(BUILD)/lib/libbcc_c.so $(DESTDIR)$(LIBDIR)
	$(Q)$(INSTALL) -m 644 $(BUILD)/lib/libbcc_c.a $(DESTDIR)$(LIBDIR)
	$(Q)$(INSTALL) -m 644 $(BUILD)/lib/pkgconfig/bcc_c.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	$(Q)$(INSTALL) -m 755 $(CCBIN) $(CCSO) $(DESTDIR)$(LIBEXECDIR)
	$(Q)$(INSTALL) -m 755 $(BINS) $(DESTDIR)$(PREFIX)/bin
	$(Q)$(INSTALL) -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/bcc_c
	$(Q)$(INSTALL) -m 644 $(PY)/*.py $(PY_DIR)
	$(Q)$(INSTALL) -m 644 $(LUA)/bcc_c.lua $(LUA_DIR)
	$(Q)$(INSTALL) -m 644 $(LUA)/bcc_c/*.lua $(LUA_DIR)/bcc_c
	$(Q)for man in $(MANS); do \
		$(INSTALL) -D -m 644 $$man $(DESTDIR)$(PREFIX)/share/$$man; done
	$(Q)[ -n "$(DESTDIR)" ] || ldconfig 2>/dev/null || :

uninstall:
	$(Q)rm -f $(addprefix $(DESTDIR)$(LIBDIR)/,libbcc_c.so libbcc_c.so.$(SOMAJOR) $(notdir $(SO)) libbcc_c.a \
		pkgconfig/bcc_c.pc) $(addprefix $(DESTDIR)$(LIBEXECDIR)/,bcc_c-cc bcc_c-cc.so)
	$(Q)rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(BINS))) \
		$(addprefix $(DESTDIR)$(PREFIX)/share/,$(MANS)) $(LUA_DIR)/bcc_c.lua
	$(Q)rm -rf $(DESTDIR)$(PREFIX)/include/bcc_c $(PY_DIR) $(LUA_DIR)/bcc_c

# ---- style

C_FILES := $(shell git ls-files '*.c' '*.h' '*.cc' 2>/dev/null | grep -v '\.bpf\.c$$')
lint:
	$(Q)clang-format --dry-run -Werror $(C_FILES)
	$(Q)! grep -nE '[[:space:]]+$$' $(C_FILES)
	$(Q)shellcheck -x $(shell git ls-files '*.sh' tests/vm/init .ci/run)
	$(Q)for man in $(MANS); do groff -man -ww -z $$man || exit 1; done
format:
	$(Q)clang-format -i $(C_FILES)

clean:
	$(Q)rm -rf build

-include $(shell find $(O) -name '*.d' 2>/dev/null)
