package jdocker.daemon.state;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One object: read from the database as JSON, made a record when somebody first asks for it. */
final class Document {
    private byte @Nullable [] json;
    private volatile @Nullable Object value;

    private Document(byte @Nullable [] json, @Nullable Object value) {
        this.json = json;
        this.value = value;
    }

    static Document stored(byte[] json) {
        return new Document(json, null);
    }

    static Document of(Object value) {
        return new Document(null, value);
    }

    <T> T as(Collection<T> collection, String id) {
        Object known = value;
        return collection.type().cast(known != null ? known : read(collection, id));
    }

    private synchronized Object read(Collection<?> collection, String id) {
        Object known = value;
        if (known == null) {
            try {
                known = StateJson.read(Objects.requireNonNull(json), collection.type());
            } catch (IOException e) {
                throw new StateException(
                        "cannot read '" + id + "' of '" + collection.name() + "': " + e.getMessage(), e);
            }
            value = known;
            json = null;
        }
        return known;
    }
}
