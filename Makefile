# What a person types. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
scripts := packaging/scripts

# Two builds at once would only wait for each other.
.NOTPARALLEL:
.PHONY: help deps run test test-system static deb tarball image lint format bench fuzz soak clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

deps: ## install what is missing (apt-get, as root or by sudo; PyPI into .build-venv)
	@$(scripts)/deps.sh install

run: static ## build, and measure the instrument's own floor: timeprobe --burst --self
	dist/timeprobe --burst --self || [[ $$? -eq 3 ]] # 3: no verdict, for --self judges no clock

static: ## build the shipped binary, dist/timeprobe: static, at most 2 MB
	@$(scripts)/deps.sh require build
	@$(scripts)/static.sh

deb: static ## dist/timeprobe_VERSION_ARCH.deb: the same commit, the same bytes
	@$(scripts)/deps.sh require package
	@$(scripts)/deb.sh deb

tarball: static ## the same files for guests of other distributions: dist/timeprobe-VERSION-ARCH.tar.xz
	@$(scripts)/deps.sh require package
	@$(scripts)/deb.sh tarball

image: static ## an OCI image layout from scratch: dist/timeprobe-VERSION-ARCH.oci.tar
	@$(scripts)/deps.sh require package
	@$(scripts)/image.sh

test: ## build it and run all tests; TESTS=NAME runs those that match
	@$(scripts)/deps.sh require test
	@$(scripts)/static.sh
	@$(scripts)/test.sh $(if $(TESTS),--filter $(TESTS))
	@$(if $(TESTS),,Tests/Fuzz/run.sh 20000)

test-system: ## the packages on machines of namespaces, and guests in QEMU, without KVM; TESTS=NAME for some
	@$(scripts)/deps.sh require build package system
	@$(scripts)/static.sh
	@Tests/Package/run.sh $(if $(TESTS),-k $(TESTS))
	@Tests/VM/run.sh $(if $(TESTS),-k $(TESTS) || [[ $$? -eq 5 ]] # 5: no test of that name)

lint: ## format, layers, shell, C and Python, file lengths
	@$(scripts)/deps.sh require lint
	@$(scripts)/lint.sh

format: ## put the Swift sources into the form that lint asks for
	@swift format -i -r Sources Tests Package.swift

bench: ## hold the numbers against chrony, ntpdig and a minimal C client (root); BENCH='offset --pairs 15'
	@$(scripts)/deps.sh require build bench
	@$(scripts)/static.sh
	python3 Tests/Bench/bench.py $(or $(BENCH),all)

fuzz: ## feed FUZZ_COUNT (1000000) inputs to each fuzz target
	@$(scripts)/deps.sh require build
	@Tests/Fuzz/run.sh $(or $(FUZZ_COUNT),1000000)

soak: ## SOAK_SEEDS (10000) random worlds; SOAK_SECONDS (3600) at 128/s: nothing lost, nothing grows; VM_SECONDS (600) steered (root)
	@$(scripts)/deps.sh require build bench system
	@$(scripts)/static.sh
	TIMEPROBE_SIM_SEEDS=$(or $(SOAK_SEEDS),10000) swift test --filter RandomWorlds
	python3 Tests/Bench/bench.py soak --seconds $(or $(SOAK_SECONDS),3600)
	python3 Tests/Bench/bench.py service
	TIMEPROBE_KILLS=$(or $(SOAK_KILLS),200) swift test --filter ServiceKill
	TIMEPROBE_OUTAGE=60 TIMEPROBE_OUTAGES=$(or $(SOAK_OUTAGES),50) swift test --filter ServiceCollector
	TIMEPROBE_VM_QUIET_SECONDS=$(or $(VM_SECONDS),600) Tests/VM/run.sh -k QuietTests
	TIMEPROBE_VM_FAULTS=20 Tests/VM/run.sh -k PauseTests

clean: ## remove what was built (not .build-venv, nor .build-lab-tools)
	rm -rf .build .build-embedded .build-fuzz .build-bench .build-symbols .build-vm dist
