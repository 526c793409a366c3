/** Real clients against the built engine: the stock docker CLI, docker-java, docker-py, raw HTTP, and our own CLI. */
@NullMarked
package jdocker.it;

import org.jspecify.annotations.NullMarked;
