package jdocker.storage;

import java.util.Optional;
import jdocker.oci.Digest;

/**
 * A read-only layer in the store.
 *
 * @param diffId digest of its uncompressed tar
 * @param size of its files in bytes
 * @param tarSize of that tar
 * @param replaced whether the tar held files that later entries of it replaced
 */
public record Layer(
        ChainId chainId, Optional<ChainId> parent, Digest diffId, long size, long tarSize, boolean replaced) {}
