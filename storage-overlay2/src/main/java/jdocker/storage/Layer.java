package jdocker.storage;

import java.util.Optional;
import jdocker.oci.Digest;

/**
 * A read-only layer in the store.
 *
 * @param diffId digest of its uncompressed tar
 * @param size of its files in bytes
 */
public record Layer(ChainId chainId, Optional<ChainId> parent, Digest diffId, long size) {}
