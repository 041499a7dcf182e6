# TechSupport Bot. `make help` lists the targets.
#
# One makefile, no recursion between folders. A variant is a choice of compiler and instrumentation; each has its own
# directory under build/, so that they live side by side:
#   make                                  build/techsupport, build/simulator
#   make CC=clang                         build/clang/…
#   make SANITIZER=address,undefined      build/asan/…       (SANITIZER=thread: build/tsan/…)
#   make FAULTS=1                         build/faults/…     (FAULT_POINTS, see core/fault.h)
#   make FUZZ=1 fuzz-programs             build/fuzz/…       (clang's libFuzzer)
# While a neighbour's folder does not compile: make FOLDERS="core telegram" BUILD=/tmp/mine /tmp/mine/tests/unit/test_x
# The rules that only test, check and lint are in scripts/check.mk.

ifeq ($(origin CC),default)
CC := gcc
endif
SANITIZER ?=
FAULTS ?=
FUZZ ?=

FOLDERS := core telegram texts db db/mongo db/sqlite fsm keyboards handlers server server/commands server/delivery
PACKAGES := libmicrohttpd libcurl jansson libmongoc-1.0 sqlite3 libcrypto zlib
SIMULATOR_PACKAGES := libmicrohttpd libcurl jansson libcrypto zlib

# Programs are built with all processors, also where make was called without -j; tests run one after the other.
JOBS := $(shell nproc 2>/dev/null || echo 1)
BUILD_WITH = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))

# ---- variant ------------------------------------------------------------------------------------------------------
ifneq ($(FUZZ),)
override CC := clang
override SANITIZER := address,undefined
endif
VARIANT := $(if $(FUZZ),fuzz,$(strip $(if $(findstring clang,$(notdir $(CC))),clang) \
	$(if $(findstring address,$(SANITIZER)),asan,$(if $(SANITIZER),tsan)) $(if $(FAULTS),faults)))
SPACE := $(subst ,, )
BUILD := build$(if $(VARIANT),/$(subst $(SPACE),-,$(VARIANT)))

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef \
	-Wvla -Werror
HARDENING := -fstack-protector-strong -fPIE $(if $(SANITIZER),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
INSTRUMENTS := $(if $(SANITIZER),-fsanitize=$(SANITIZER) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# pkg-config is asked when a recipe first needs it: the goals that install the packages start without them.
once = $(eval $(1) := $$(shell $(2)))$($(1))
PACKAGE_CFLAGS = $(call once,PACKAGE_CFLAGS,pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
# The bot loads libmongoc itself, where MONGO_URI asks for it (db/mongo/driver.h).
PACKAGE_LIBS = $(call once,PACKAGE_LIBS,pkg-config --libs $(PACKAGES))
SIMULATOR_LIBS = $(call once,SIMULATOR_LIBS,pkg-config --libs $(SIMULATOR_PACKAGES))

EXTRA_CFLAGS ?=
EXTRA_LDFLAGS ?=
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -O2 -g -pthread $(WARNINGS) $(HARDENING) $(INSTRUMENTS) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link) $(if $(FAULTS),-DFAULT_POINTS) -I. $(PACKAGE_CFLAGS) $(EXTRA_CFLAGS)
ALL_LDFLAGS = -pthread -pie -Wl,-z,relro,-z,now,--as-needed $(INSTRUMENTS) $(EXTRA_LDFLAGS)
# make V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(2))
CCACHE := $(shell command -v ccache 2>/dev/null)

# ---- files --------------------------------------------------------------------------------------------------------
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
SOURCES := $(wildcard $(addsuffix /*.c,$(FOLDERS)))
MAIN := $(filter server/main.c,$(SOURCES))
LIBRARY := $(BUILD)/libtechsupport.a
SIMULATOR_SOURCES := $(wildcard simulator/*.c)
PAGE_FILES := $(sort $(wildcard simulator/page/*))
CORE_SOURCES := $(wildcard core/*.c)
UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
UNIT_HELPERS := $(filter-out $(UNIT_SOURCES),$(wildcard tests/unit/*.c))
UNIT_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
DOCS_TABLES := $(BUILD)/docs-tables
# What is written by hand in C, for the linters.
C_FILES := $(wildcard $(foreach folder,$(FOLDERS) simulator scripts tests/unit tests/fuzz,$(folder)/*.c $(folder)/*.h))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all binaries unit-programs fuzz-programs demo run deps help clean FORCE

all: binaries ## build the bot and the simulator (build/techsupport, build/simulator)
binaries: $(BUILD)/techsupport $(BUILD)/simulator
unit-programs: $(UNIT_PROGRAMS)
fuzz-programs: $(FUZZ_PROGRAMS)

# ---- build --------------------------------------------------------------------------------------------------------
# Objects are made again when the flags change, not whenever this file does.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@pkg-config --exists $(PACKAGES) 2>/dev/null || { echo 'Libraries are missing: run scripts/install-deps' >&2; exit 1; }
	@printf '%s\n' '$(CC) $(ALL_CFLAGS)' | cmp -s - $@ || printf '%s\n' '$(CC) $(ALL_CFLAGS)' >$@

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CCACHE) $(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/obj/simulator/page_data.o: $(BUILD)/page_data.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CCACHE) $(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/page_data.c: scripts/embed $(PAGE_FILES) $(wildcard simulator/page) | $(BUILD)/flags
	$(call say,EMBED,$@)
	$(Q)scripts/embed $(PAGE_FILES) >$@

$(LIBRARY): $(call objects,$(filter-out $(MAIN),$(SOURCES)))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $^

$(BUILD)/techsupport: $(call objects,$(MAIN)) $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(PACKAGE_LIBS) -o $@

$(BUILD)/simulator: $(call objects,$(CORE_SOURCES) $(SIMULATOR_SOURCES)) $(BUILD)/obj/simulator/page_data.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(SIMULATOR_LIBS) -o $@

# A unit test may define a function itself in place of the real one: the first definition counts.
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(call objects,$(UNIT_HELPERS)) $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--allow-multiple-definition $^ -lcmocka $(PACKAGE_LIBS) -o $@

$(DOCS_TABLES): $(BUILD)/obj/scripts/docs_tables.o $(LIBRARY)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--allow-multiple-definition $^ $(PACKAGE_LIBS) -o $@

$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer $^ $(PACKAGE_LIBS) -o $@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- a newcomer's commands ----------------------------------------------------------------------------------------
demo: ## build everything and talk to the bot in a local chat page: no token, no account
	@scripts/install-deps --build
	@+$(BUILD_WITH) binaries
	@scripts/demo

run: ## build and start the bot with the settings of .env
	@scripts/install-deps --build
	@+$(BUILD_WITH) binaries
	@scripts/run

deps: ## install every Debian package that building, testing and checking need
	@scripts/install-deps --build --test --check

help: ## this list
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | sort -u | expand -t 18

clean: ## remove everything that was built
	rm -rf build

-include scripts/install.mk
-include scripts/check.mk
