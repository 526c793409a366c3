package jdocker.daemon.state;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** A collection's objects as a map of records; what nobody asks for is never read. */
final class ObjectMap<T> extends AbstractMap<String, T> {
    private final Collection<T> collection;
    private final PMap<String, Document> documents;

    ObjectMap(Collection<T> collection, PMap<String, Document> documents) {
        this.collection = collection;
        this.documents = documents;
    }

    @Override
    public boolean containsKey(@Nullable Object id) {
        return documents.containsKey(id);
    }

    @Override
    public @Nullable T get(@Nullable Object id) {
        Document document = documents.get(id);
        return document == null ? null : document.as(collection, String.valueOf(id));
    }

    @Override
    public int size() {
        return documents.size();
    }

    @Override
    public Set<String> keySet() {
        return documents.keySet();
    }

    @Override
    public Set<Map.Entry<String, T>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, T>> iterator() {
                Iterator<Map.Entry<String, Document>> entries =
                        documents.entrySet().iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return entries.hasNext();
                    }

                    @Override
                    public Map.Entry<String, T> next() {
                        Map.Entry<String, Document> entry = entries.next();
                        return Map.entry(entry.getKey(), entry.getValue().as(collection, entry.getKey()));
                    }
                };
            }

            @Override
            public int size() {
                return documents.size();
            }
        };
    }
}
