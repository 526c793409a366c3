/** The commands of docker, each one an API client. */
@NullMarked
package jdocker.cli;

import org.jspecify.annotations.NullMarked;
