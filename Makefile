# Every target is a readable script in scripts/; they install what is missing where there is apt.
.PHONY: build install quickstart test test-unit test-vm test-vm-smoke bench fmt clean

build:        ## dist/: launchers, jars, native libraries, the shim, ahead-of-time caches
	@scripts/build

install:      ## dist/ to $(DESTDIR)$(PREFIX), systemd units, a group for the socket
	@scripts/install

quickstart:   ## build, start the daemon if none answers, make a first image, run a container
	@scripts/quickstart

test:         ## every test this machine allows; says what it skips and why
	@scripts/test

test-unit:    ## what needs neither root nor a built engine
	@scripts/test unit

test-vm:      ## tests in a QEMU guest: pure cgroup v2, hybrid, a reboot, power cuts; an hour or two
	@scripts/test-vm

test-vm-smoke: ## one boot of it; at most ten minutes
	@scripts/test-vm smoke

bench:        ## how long a start, an exec and a command take on the running daemon
	@scripts/bench

fmt:          ## format the Java sources
	@scripts/fmt

clean:
	rm -rf dist dist.old .build */target target
