# The doors to everything; each is a script that can be read on its own.
.DEFAULT_GOAL := help
.PHONY: help run stop reset test proxies faults fuzz check check-mobile format bindings bench

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

run: ## Build, start a demo municipality in ./var and open the companion
	@scripts/run.sh run

stop: ## Stop the backend that `make run` left running
	@scripts/run.sh stop

reset: stop ## Stop it and delete ./var with every record and key in it
	rm -rf var

test: ## Install what is needed and run every test
	@scripts/test.sh

proxies: ## Try real proxies, certificates and clocks in front of the backend
	@scripts/proxies.sh

faults: ## Try full, read-only and foreign disks
	@scripts/faults.sh

fuzz: ## Try every decoder with bytes that nobody wrote (ten minutes for each; make fuzz SECONDS=60)
	@scripts/fuzz.sh $(SECONDS)

check: ## Formatting, lints, licences, spelling, types
	@scripts/check.sh

check-mobile: ## What of Android and iOS can be checked without a phone (part of check)
	@scripts/mobile.sh

format: ## Format Rust and the interface
	cargo fmt
	@scripts/ui.sh install
	cd ui && npm run format

bindings: ## Write the TypeScript types and the API description from the Rust types
	@scripts/bindings.sh

bench: ## Figures of a release build
	@scripts/bench.sh
