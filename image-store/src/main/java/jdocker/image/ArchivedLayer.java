package jdocker.image;

import jdocker.oci.Digest;

/** A layer that was unpacked while its archive arrived, before anybody knew to which image it belongs. */
public interface ArchivedLayer extends AutoCloseable {

    /** The digest of its uncompressed tar stream. */
    Digest diffId();

    /** Forgets the layer unless it was put to use. */
    @Override
    void close();
}
