package jdocker.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdocker.image.ImageArchive.StoredLayer;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;

/** Looks things up in an archive that was read. */
final class ArchiveContents<L extends ArchivedLayer> {
    private final ImageArchive<L> archive;

    ArchiveContents(ImageArchive<L> archive) {
        this.archive = archive;
    }

    byte[] document(String name) {
        return archive.document(name).orElseThrow(() -> new InvalidArchive("the archive lacks " + quoted(name)));
    }

    Optional<byte[]> documentIfPresent(String name) {
        return archive.document(name);
    }

    StoredLayer<L> layer(String name) {
        return archive.layer(name).orElseThrow(() -> new InvalidArchive("the archive lacks layer " + quoted(name)));
    }

    <T> T read(String name, Class<T> type) {
        return parse(name, document(name), type);
    }

    static <T> T parse(String name, byte[] json, Class<T> type) {
        try {
            return Json.read(json, type);
        } catch (MalformedJson e) {
            throw new InvalidArchive(quoted(name) + " is " + e.getMessage(), e);
        }
    }

    static String quoted(String name) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }

    static List<ImageRef> tags(List<String> names) {
        var tags = new ArrayList<ImageRef>();
        for (String name : names) {
            ImageRef ref = ImageRef.tryParse(name)
                    .filter(r -> r.tag().isPresent() && r.digest().isEmpty())
                    .orElseThrow(() -> new InvalidArchive("invalid tag " + quoted(name)));
            tags.add(ref);
        }
        return tags;
    }
}
