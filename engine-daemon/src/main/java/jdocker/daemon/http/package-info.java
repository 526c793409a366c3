/** Routes, requests and responses; the only package that knows HTTP. */
@NullMarked
package jdocker.daemon.http;

import org.jspecify.annotations.NullMarked;
