/** One cgroup: limits, statistics, freeze and kill, on version 2 and version 1. */
@NullMarked
package jdocker.cgroups;

import org.jspecify.annotations.NullMarked;
