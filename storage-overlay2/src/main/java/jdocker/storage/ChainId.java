package jdocker.storage;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import jdocker.oci.Digest;

/** Identity of a layer on top of all those beneath it: the OCI specification's ChainID. */
public record ChainId(Digest digest) {

    /** The chain that ends with this layer. */
    public static ChainId of(Optional<ChainId> parent, Digest diffId) {
        return parent.map(below ->
                        new ChainId(Digest.of((below.digest + " " + diffId).getBytes(StandardCharsets.US_ASCII))))
                .orElse(new ChainId(diffId));
    }

    /** The topmost of these layers, lowest first; empty when there are none. */
    public static Optional<ChainId> top(List<Digest> diffIds) {
        Optional<ChainId> chain = Optional.empty();
        for (Digest diffId : diffIds) {
            chain = Optional.of(of(chain, diffId));
        }
        return chain;
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
