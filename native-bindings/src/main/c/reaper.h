/* PID 1 of a container with --init: forwards signals, reaps orphans, ends with its child. */
#pragma once

__attribute__((noreturn)) void reap_until_exit(int child);
