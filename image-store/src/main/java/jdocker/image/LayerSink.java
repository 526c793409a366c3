package jdocker.image;

import java.io.InputStream;

/** Takes layers in; storage stands behind it. */
@FunctionalInterface
public interface LayerSink<L extends ArchivedLayer> {

    /** Unpacks one uncompressed layer, reading the stream to its end. */
    L unpack(InputStream tar);
}
