package jdocker.daemon.image;

/** Whether packed layers stay among the blobs once they are unpacked: they make a push quick and keep its digests. */
public enum KeepBlobs {
    /** They stay until garbage collection needs their room. */
    ALWAYS,
    /** They go; a push packs layers anew, unless the registry has what they came as. */
    NEVER;

    boolean packedLayers() {
        return this == ALWAYS;
    }
}
