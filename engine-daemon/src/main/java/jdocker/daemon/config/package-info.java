/** The daemon's settings: flags over daemon.json over defaults. */
@NullMarked
package jdocker.daemon.config;

import org.jspecify.annotations.NullMarked;
