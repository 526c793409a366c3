package jdocker.image;

import java.io.InputStream;

/** Takes layers in; storage stands behind it. */
@FunctionalInterface
public interface LayerSink<L extends ArchivedLayer> {

    /**
     * Unpacks one uncompressed layer, reading the stream to its end.
     *
     * @throws InvalidArchive when it is the content's fault that this cannot be done
     */
    L unpack(InputStream tar);
}
