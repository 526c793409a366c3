/** Containers: their states and their life from create to remove. */
@NullMarked
package jdocker.daemon.container;

import org.jspecify.annotations.NullMarked;
