# The rules that test, check and lint; included by the Makefile.
#
# The run-… targets test the variant that the variables name: make SANITIZER=thread run-unit. The check-… targets set
# the variables and call make again. Python is Debian's, which has the test packages.

PYTHON := /usr/bin/python3
# What the tests find the programs by. Instrumented programs are slower, so that tests wait longer before they give up.
TEST_ENVIRONMENT = TECHSUPPORT_BIN='$(abspath $(BUILD)/techsupport)' SIMULATOR_BIN='$(abspath $(BUILD)/simulator)' \
	TEST_SLOWNESS=$(if $(SANITIZER),4,1) \
	ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:exitcode=99 \
	UBSAN_OPTIONS=print_stacktrace=1 \
	TSAN_OPTIONS=exitcode=98:second_deadlock_stack=1:suppressions=$(abspath tests/tsan.supp)
PYTEST = $(TEST_ENVIRONMENT) scripts/with-mongo $(PYTHON) -m pytest -q -n $(PYTEST_JOBS) -p no:cacheprovider \
	$(PYTEST_FLAGS)
# Most of a test is waiting, for a program to start or a message to come: two for each processor.
PYTEST_JOBS ?= $(shell expr 2 \* $(JOBS))
PYTEST_FLAGS ?=
VALGRIND := valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --child-silent-after-fork=yes --suppressions=tests/valgrind.supp
FUZZ_RUNS ?= 20000
BENCH_FLAGS ?=

.PHONY: test check check-clang check-asan check-tsan check-valgrind check-fuzz check-faults check-polling check-demo \
	check-clients check-deploy check-bench check-example bench fuzz run-unit run-blackbox run-faults run-demo run-deploy run-fuzz run-bench lint \
	lint-packages lint-format lint-tidy lint-rules lint-scripts docs format

# ---- tests of one variant -----------------------------------------------------------------------------------------
run-unit: $(UNIT_PROGRAMS)
	@$(TEST_ENVIRONMENT) scripts/with-mongo scripts/unit $(UNIT_PROGRAMS)

run-blackbox: binaries
	$(PYTEST) tests/blackbox

run-faults: binaries
	$(PYTEST) tests/faults

run-demo: binaries
	@$(TEST_ENVIRONMENT) scripts/demo --check
	$(filter-out scripts/with-mongo,$(PYTEST)) tests/demo

run-deploy: binaries
	$(TEST_ENVIRONMENT) $(PYTHON) -m pytest -q -p no:cacheprovider -p no:xdist --timeout 600 $(PYTEST_FLAGS) tests/deploy

run-bench: binaries
	@$(TEST_ENVIRONMENT) scripts/with-mongo scripts/bench $(BENCH_FLAGS)

run-fuzz: $(FUZZ_PROGRAMS)
	@scripts/fuzz --runs $(FUZZ_RUNS) $(FUZZ_PROGRAMS)

# ---- what people call ---------------------------------------------------------------------------------------------
test: ## install what is missing, build, unit tests, black-box tests on both stores
	@scripts/install-deps --build --test
	@+$(BUILD_WITH) binaries unit-programs
	@+$(MAKE) --no-print-directory run-unit
	@+$(MAKE) --no-print-directory run-blackbox

CHECKS := check-clang check-valgrind check-asan check-tsan check-fuzz check-faults check-polling check-demo check-clients check-deploy check-bench check-example
check: ## everything else: clang, sanitizers, valgrind, fuzzing, crashes at every step, long polling, the demo, bot libraries, a short bench
	@scripts/install-deps --build --test --check
	@+for part in $(CHECKS); do \
		echo "== $$part"; $(MAKE) --no-print-directory "$$part" || { echo "$$part failed" >&2; exit 1; }; \
	done
	@echo '== all checks passed: $(CHECKS)'

check-clang: ## clang builds everything without a warning, and its build passes the unit tests
	@+$(BUILD_WITH) CC=clang binaries unit-programs
	@+$(MAKE) --no-print-directory CC=clang run-unit

check-asan: ## unit and black-box tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@+$(BUILD_WITH) SANITIZER=address,undefined binaries unit-programs
	@+$(MAKE) --no-print-directory SANITIZER=address,undefined run-unit
	@+$(MAKE) --no-print-directory SANITIZER=address,undefined run-blackbox

check-tsan: ## unit and black-box tests under ThreadSanitizer
	@+$(BUILD_WITH) SANITIZER=thread binaries unit-programs
	@+$(MAKE) --no-print-directory SANITIZER=thread run-unit
	@+$(MAKE) --no-print-directory SANITIZER=thread run-blackbox

check-valgrind: ## unit tests under valgrind
	@+$(BUILD_WITH) unit-programs
	@+WRAPPER='$(VALGRIND)' $(MAKE) --no-print-directory run-unit

check-fuzz: ## every fuzzer over its corpus and FUZZ_RUNS inputs more
	@+$(BUILD_WITH) FUZZ=1 fuzz-programs
	@+$(MAKE) --no-print-directory FUZZ=1 run-fuzz

check-faults: ## the process killed at every step of the commit protocol, on both stores
	@+$(BUILD_WITH) FAULTS=1 binaries unit-programs
	@+$(MAKE) --no-print-directory FAULTS=1 run-unit
	@+$(MAKE) --no-print-directory FAULTS=1 run-faults

check-polling: ## the black-box conversations with long polling instead of the webhook, on both stores
	@+$(BUILD_WITH) binaries
	@+$(MAKE) --no-print-directory PYTEST_FLAGS='$(PYTEST_FLAGS) --mode=polling' run-blackbox

check-demo: ## `make demo` in a real browser: what the bot does, the page under the hood, without barriers
	@scripts/install-deps --build --test --check
	@+$(BUILD_WITH) binaries
	@+$(MAKE) --no-print-directory run-demo

check-clients: ## bot libraries that know nothing of us (aiogram, grammY) walk the simulator
	@scripts/install-deps --build --check
	@+$(BUILD_WITH) $(BUILD)/simulator
	@$(TEST_ENVIRONMENT) scripts/clients

check-deploy: ## the images, the compose file and the package with a real Docker engine and a real nginx over TLS
	@scripts/install-deps --build --test --deploy
	@+$(BUILD_WITH) binaries
	@+$(MAKE) --no-print-directory run-deploy

check-bench: ## `make bench` with few people: fails where a ticket is lost or doubled, never on timing
	@+$(BUILD_WITH) binaries
	@+$(MAKE) --no-print-directory BENCH_FLAGS=--quick run-bench

# In a copy of the tree, with a makefile of its own.
EXAMPLE := $(MAKE) --no-print-directory -C build/example
EXAMPLE_UNITS := $(addprefix build/tests/unit/test_,texts fsm form router workers render tickets lists create)
check-example: ## docs/EXAMPLE.md by its words: a step is added to the ticket form of a copy of the tree, and tested
	@scripts/install-deps --build --test
	@scripts/check-example build/example
	@+$(EXAMPLE) -j$(JOBS) binaries $(EXAMPLE_UNITS)
	@+$(EXAMPLE) run-unit UNIT_PROGRAMS='$(EXAMPLE_UNITS)'
	@+$(EXAMPLE) run-blackbox PYTEST_FLAGS='-k "test_place or test_lang or (test_ticket_form or test_load) and sqlite"'
	@+$(EXAMPLE) docs && ! git -C build/example diff --quiet docs/FLOWS.md

bench: ## how fast, how slim: both stores against the simulator (BENCH_FLAGS=--quick, see docs/BENCH.md)
	@scripts/install-deps --build --bench
	@+$(BUILD_WITH) binaries
	@+$(MAKE) --no-print-directory run-bench

fuzz: ## build the fuzzers (build/fuzz/tests/fuzz/fuzz_…)
	@+$(BUILD_WITH) FUZZ=1 fuzz-programs

# ---- lint ---------------------------------------------------------------------------------------------------------
SHELL_SCRIPTS = $(shell grep -lE -d skip '^\#!/bin/(ba)?sh|^\#!/usr/bin/env bash' $(wildcard scripts/* scripts/docker/* scripts/package/* .ci/* tests/mongo/*))
TIDY_STAMPS := $(patsubst %.c,build/tidy/%.ok,$(filter %.c,$(C_FILES)))

lint: lint-format lint-rules lint-scripts lint-tidy ## formatting, clang-tidy, layers, stale pages, dead links, banned functions, sizes, shellcheck
	@echo 'lint: clean'

lint-packages:
	@scripts/install-deps --build --check

lint-format lint-rules lint-scripts $(TIDY_STAMPS): | lint-packages

lint-format:
	@clang-format --dry-run -Werror $(C_FILES)

lint-rules:
	@scripts/layers
	@scripts/check-docs
	@+$(BUILD_WITH) $(DOCS_TABLES)
	@scripts/docs --check $(DOCS_TABLES)
	@scripts/lint-banned $(filter-out tests/%,$(C_FILES))
	@scripts/lint-texts $(C_FILES)
	@scripts/lint-sizes $(C_FILES)

lint-scripts:
	@shellcheck $(SHELL_SCRIPTS)

lint-tidy: $(TIDY_STAMPS)

# A file is looked at again when it, a header of the tree or the choice of checks has changed.
build/tidy/%.ok: %.c .clang-tidy $(filter %.h,$(C_FILES))
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet $< -- -std=c17 -D_GNU_SOURCE -DFAULT_POINTS -I. $(PACKAGE_CFLAGS) 2>build/tidy/$*.errors || \
		{ cat build/tidy/$*.errors; exit 1; }
	@touch $@

docs: $(DOCS_TABLES) ## write the tables of settings, routes and conversations into docs/CONFIG.md and docs/FLOWS.md
	@scripts/docs $<

format: ## format every C file
	@clang-format -i $(C_FILES)
