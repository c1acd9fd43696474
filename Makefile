# Saddle: the two commands to start with are `make demo` and `make test`.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build install test test-zoo demo gallery readme bench race race-zoo race-curvature clean

PACKAGES := liblapacke-dev libopenblas-dev libhdf5-dev libgnuplot-iostream-dev libdnnl-dev \
    libboost-iostreams-dev libboost-system-dev libboost-filesystem-dev gnuplot-nox \
    zlib1g-dev libssl-dev libjpeg62-turbo-dev pkg-config xz-utils fonts-dejavu-core dataset-fashion-mnist
# One set of flags for building and testing, so that neither builds anew what the other built.
FLAGS := -c release -Xswiftc -enable-testing
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
INSTALL := $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install \
    -y -qq --no-install-recommends >/dev/null

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install the Debian packages that are missing (sudo only if not root)
	@missing=$$(for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	    echo "setup: installing" $$missing; \
	    $(INSTALL) $$missing; fi

build: setup ## build the saddle command
	@swift build $(FLAGS) --product saddle

PREFIX ?= /usr/local
install: build ## install the command, manual pages and completions of bash, zsh and fish (PREFIX=DIR)
	@experiments/install.sh .build/release/saddle $(DESTDIR)$(PREFIX)

test: setup ## run every test, and say which could not run here
	@mkdir -p .build
	@set -o pipefail; swift test $(FLAGS) | tee .build/test.log; code=$$?; \
	    awk -f Tests/not-run.awk .build/test.log; exit $$code

test-zoo: setup ## check the paper configurations and every network end to end (up to 30 minutes)
	SADDLE_ZOO=1 swift test $(FLAGS) --filter 'PaperZoo|RegistryCommandTests'

demo: build ## train and measure two networks on Fashion-MNIST, all into out/demo
	@experiments/demo.sh .build/release/saddle

gallery: build ## renew plots/ and notebooks-export/ from the demo's results
	@experiments/figures.sh .build/release/saddle out/demo plots/demo notebooks-export

readme: build ## run the README's commands on the demo's results and compare what it says they print
	@test -f out/demo/vit-lesion.h5 || { echo "readme: first make what it is about: make demo" >&2; exit 1; }
	SADDLE_README=out/demo swift test $(FLAGS) --filter ReadmeTests

bench: build ## time the computations of the race for Saddle alone
	@experiments/bench.sh .build/release/saddle

PEERS ?= ../shared/bench/peers.py
PEER := .build/peer/bin/python
.PHONY: peer
peer: build
	@test -f $(PEERS) || { echo "race: $(PEERS) is missing; name the peer's script by PEERS=FILE" >&2; exit 1; }
	@dpkg-query -W libjemalloc2 >/dev/null 2>&1 || $(INSTALL) libjemalloc2
	@test -x $(PEER) || { python3 -m venv .build/peer && \
	    .build/peer/bin/pip install -q "torch==2.13.0" numpy; }

race: peer ## race Saddle against PyTorch in turn; needs the script of the peer (PEERS=FILE)
	python3 Benchmarks/race.py --peers $(PEERS) --python $(PEER)

race-zoo: peer ## the same over the families of the registry, against timm's networks
	@.build/peer/bin/pip show -q timm 2>/dev/null || \
	    .build/peer/bin/pip install -q "timm==1.0.31" torchvision safetensors
	python3 Benchmarks/race_zoo.py --peers $(PEERS) --python $(PEER)

DATA ?= ../shared/data
race-curvature: build ## race Saddle against PyHessian, curvlinops and hessian-eigenthings
	@test -x $(PEER) || { python3 -m venv .build/peer && .build/peer/bin/pip install -q "torch==2.13.0" numpy; }
	@.build/peer/bin/pip show -q pyhessian curvlinops-for-pytorch hessian-eigenthings timm 2>/dev/null || \
	    .build/peer/bin/pip install -q pyhessian==0.1 curvlinops-for-pytorch==3.0.1 \
	    hessian-eigenthings==1.0.0a5 "timm==1.0.31" torchvision safetensors scipy
	python3 Benchmarks/race_curvature.py --python $(PEER) \
	    $(if $(wildcard $(DATA)/checkpoints/resnet20-12fca82f.th),--resnet20 $(DATA)/checkpoints/resnet20-12fca82f.th) \
	    $(if $(wildcard $(DATA)/cifar10),--cifar10 $(DATA)/cifar10)

clean: ## remove what was built
	rm -rf .build
