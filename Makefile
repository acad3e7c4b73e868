# Each target calls docker-mirror or npm. `make` alone prints the help.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Given on the command line (make docker-mirror DOCKER_MIRROR_PORT=5005) or in the environment.
export DOCKER_MIRROR_PATH
export DOCKER_MIRROR_PORT

MIRROR := scripts/docker-mirror
INSTALLED := node_modules/.package-lock.json
BUILT := dist/.built
# Folders too: a file that was removed or renamed changes its folder.
SOURCES := $(shell find src -name '*.ts' -o -type d)

.PHONY: help
help: ## Show this help
	@echo 'docker-mirror: a pull-through container image mirror for this host'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-22s %s\n' "$$name" "$$text"; done
	@echo
	@echo 'Settings, described by Kconfig and kept in .config:'
	@sed -n 's/^\([a-zA-Z_-]*\):.*##s \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-22s %s\n' "$$name" "$$text"; done
	@echo
	@echo 'Above the settings: DOCKER_MIRROR_PATH (the folder), DOCKER_MIRROR_PORT (kept until another is given), as in'
	@echo '  make docker-mirror DOCKER_MIRROR_PATH=/srv/mirror DOCKER_MIRROR_PORT=5005'

.PHONY: docker-mirror
docker-mirror: $(BUILT) ## Set the mirror up and start it: as a service where systemd runs, in the background elsewhere
	@$(MIRROR) apply

.PHONY: docker-mirror-plan
docker-mirror-plan: $(BUILT) ## Show what that would change on this host
	@$(MIRROR) plan

# Whatever else the settings say stays: where it listens, who may push, what is kept ready.
EVERYTHING := ENABLE_DOCKER_MIRROR=y INSTALL_DOCKER_MIRROR=y DOCKER_MIRROR_PULL_THROUGH_CACHE=y DOCKER_MIRROR_PRELOAD_IMAGES=y \
  DOCKER_MIRROR_UPDATE=y DOCKER_MIRROR_NFS=y
.PHONY: mirror
mirror: $(BUILT) ## The same with everything enabled, sharing the folder by NFS included; packages for it are installed
	@$(MIRROR) config set $(EVERYTHING)
	@$(MIRROR) apply --install-packages

.PHONY: docker-mirror-pull
docker-mirror-pull: $(BUILT) ## Have it fetch what is missing of the images to keep ready, and wait until that is done
	@$(MIRROR) update

.PHONY: docker-mirror-stop
docker-mirror-stop: $(BUILT) ## Stop it
	@$(MIRROR) stop

.PHONY: docker-mirror-status
docker-mirror-status: $(BUILT) ## Say whether it runs and how it does
	@$(MIRROR) status

.PHONY: docker-mirror-logs
docker-mirror-logs: $(BUILT) ## Show the end of its log
	@$(MIRROR) logs

.PHONY: docker-mirror-clean
docker-mirror-clean: $(BUILT) ## Stop it and remove its configuration and logs; the images stay
	@$(MIRROR) clean

.PHONY: docker-mirror-archive
docker-mirror-archive: $(BUILT) ## Write the images of images/manifest.txt to images/archives
	@$(MIRROR) archive --all

.PHONY: docker-mirror-bundle
docker-mirror-bundle: $(BUILT) ## Write all that is here to images/bundles, for a mirror that reaches no registry
	@$(MIRROR) bundle create

.PHONY: install
install: docker-mirror ## The same as docker-mirror

.PHONY: uninstall
uninstall: $(BUILT) ## Undo docker-mirror: service, program and configuration go, the images stay
	@$(MIRROR) uninstall

.PHONY: docker-mirror-help
docker-mirror-help: $(BUILT) ## Show every command of docker-mirror
	@$(MIRROR) --help

# The settings. Variables of the original, such as KCONFIG_CONFIG and KCONFIG_ALLCONFIG, reach docker-mirror by the environment.
.PHONY: menuconfig
menuconfig: $(BUILT) ##s Change them in a menu
	@$(MIRROR) menuconfig

CONFIG_TARGETS := config oldconfig olddefconfig syncconfig defconfig alldefconfig allyesconfig allmodconfig allnoconfig \
  randconfig savedefconfig listnewconfig helpnewconfig
.PHONY: $(CONFIG_TARGETS)
config: ##s Ask for every one, line by line
oldconfig: ##s Ask for those that are new
olddefconfig: ##s Give those that are new their defaults
syncconfig: ##s As oldconfig, and write auto.conf and autoconf.h
defconfig: ##s Take the default ones
NAME_defconfig: ##s Take those of defconfigs/NAME_defconfig
alldefconfig: ##s Give every one its default
allyesconfig: ##s Turn on all that can be
allmodconfig: ##s Make modules of all that can be
allnoconfig: ##s Turn off all that can be
randconfig: ##s Answer by chance
savedefconfig: ##s Write what differs from the defaults to defconfig
listnewconfig: ##s List those that are new
helpnewconfig: ##s Print the help of those that are new
$(CONFIG_TARGETS): $(BUILT)
	@$(MIRROR) config $@

# A file of that name must not keep make from it.
.PHONY: FORCE
%_defconfig: $(BUILT) FORCE
	@$(MIRROR) config $@

.PHONY: build
build: $(BUILT) ## Install what is missing and compile

.PHONY: test
test: $(BUILT) ## Run everything: lint, unit, integration and end-to-end tests
	@scripts/test-dependencies
	@scripts/with-node npm run --silent lint
	@scripts/run-tests

.PHONY: lint
lint: $(INSTALLED) ## Check style and common mistakes
	@scripts/with-node npm run --silent lint

.PHONY: format
format: $(INSTALLED) ## Format the sources
	@scripts/with-node npm run --silent format

.PHONY: bench
bench: $(BUILT) ## Measure against other registries on this machine
	@scripts/with-node npm run --silent build:test
	@scripts/with-node node build/test/bench/main.js

.PHONY: conformance
conformance: $(BUILT) ## Run the conformance suite of the OCI distribution specification (needs Go)
	@scripts/conformance

.PHONY: clean
clean: ## Remove what was installed and compiled here; a mirror and its data stay
	rm -rf node_modules dist build

# npm writes this file last, and removes the folder first: an interrupted installation is begun again.
$(INSTALLED): package.json package-lock.json
	@scripts/install-dependencies
	@touch $@

# The stamp comes last, so that an interrupted build is begun again. Whole, as tsc trusts its own notes even when files are gone.
$(BUILT): $(INSTALLED) tsconfig.json scripts/bundle.mjs scripts/code-cache.mjs $(SOURCES)
	@rm -f $@ dist/.tsbuildinfo
	@scripts/with-node npm run --silent build
	@scripts/find-node >dist/.node
	@touch $@

ifeq ($(wildcard dist/bundle/main.cjs),)
.PHONY: $(BUILT)
endif
