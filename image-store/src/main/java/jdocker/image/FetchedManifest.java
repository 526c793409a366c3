package jdocker.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.util.HashSet;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Descriptor;
import jdocker.oci.Digest;
import jdocker.oci.ImageIndex;
import jdocker.oci.ImageManifest;
import jdocker.oci.Json;
import jdocker.oci.MalformedJson;

/**
 * A manifest or an index as a registry sent it; its digest is that of its bytes. What several programs might read
 * differently is refused.
 */
public record FetchedManifest(byte[] bytes, Digest digest, String mediaType) {
    /** As JSON and, signed, as {@code prettyjws}. */
    private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";

    static final int LARGEST = 4 * 1024 * 1024;

    /** As Docker: an overlay of more is refused by older kernels. */
    private static final int MOST_LAYERS = 128;

    private static final int MOST_MANIFESTS = 1000;

    /** @param declared the media type that the registry gave; empty when it gave none */
    static FetchedManifest of(byte[] bytes, Digest digest, String declared) {
        JsonNode document;
        try {
            document = Json.mapperOfSpecs().readTree(bytes);
        } catch (IOException e) {
            throw new RegistryException(Kind.WRONG_CONTENT, "the manifest is not JSON: " + e.getMessage(), e);
        }
        if (document == null || document.getNodeType() != JsonNodeType.OBJECT) {
            throw wrong("the manifest is not a JSON object");
        }
        if (document.path("schemaVersion").asInt() == 1 || declared.startsWith(SCHEMA_1)) {
            throw new RegistryException(
                    Kind.REFUSED,
                    "the image has a manifest of schema 1, which is not supported any more:"
                            + " pull it with an older Docker and push it again");
        }
        boolean hasManifests = document.has("manifests");
        if (hasManifests && (document.has("layers") || document.has("config") || document.has("fsLayers"))) {
            throw wrong("a document is both manifest and index");
        }
        return new FetchedManifest(bytes, digest, type(document, declared, hasManifests));
    }

    private static String type(JsonNode document, String declared, boolean hasManifests) {
        String inside = document.path("mediaType").asText("");
        String header = declared.indexOf(';') < 0 ? declared : declared.substring(0, declared.indexOf(';'));
        boolean known = MediaTypes.isIndex(header) || MediaTypes.isManifest(header);
        if (!inside.isEmpty() && known && !inside.equals(header)) {
            throw wrong("the manifest calls itself '" + inside + "', but the registry '" + header + "'");
        }
        String type = !inside.isEmpty()
                ? inside
                : known ? header : hasManifests ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
        if (hasManifests ? !MediaTypes.isIndex(type) : !MediaTypes.isManifest(type)) {
            throw wrong("the manifest is of the type '" + type + "', which is not that of an image");
        }
        return type;
    }

    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }

    /** The manifests of an index. */
    public ImageIndex index() {
        ImageIndex index = parse(bytes, ImageIndex.class);
        if (index.manifests().size() > MOST_MANIFESTS) {
            throw wrong("the index lists more than " + MOST_MANIFESTS + " manifests");
        }
        return index;
    }

    /** Config and layers, checked as far as they can be without the content. */
    public ImageManifest manifest() {
        ImageManifest manifest = parse(bytes, ImageManifest.class);
        Descriptor config = manifest.config();
        if (config == null) {
            throw wrong("the manifest has no config");
        }
        if (!MediaTypes.isConfig(config.mediaType())) {
            throw new RegistryException(
                    Kind.REFUSED,
                    "unsupported media type '" + config.mediaType() + "' of its config: this is not a container image");
        }
        if (manifest.layers().size() > MOST_LAYERS) {
            throw wrong("max depth exceeded: " + manifest.layers().size() + " layers, at most " + MOST_LAYERS);
        }
        var sizes = new HashSet<String>();
        for (Descriptor layer : manifest.layers()) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new RegistryException(
                        Kind.REFUSED, "unsupported media type '" + layer.mediaType() + "' of layer " + layer.digest());
            }
            sizes.add(layer.digest() + " " + layer.size());
            if (layer.size() < 0) {
                throw wrong("layer " + layer.digest() + " has the size " + layer.size());
            }
        }
        long different =
                manifest.layers().stream().map(Descriptor::digest).distinct().count();
        if (different != sizes.size()) {
            throw wrong("a layer is listed with different sizes");
        }
        return manifest;
    }

    private static <T> T parse(byte[] bytes, Class<T> type) {
        try {
            return Json.read(bytes, type);
        } catch (MalformedJson e) {
            throw new RegistryException(Kind.WRONG_CONTENT, "the manifest is " + e.getMessage(), e);
        }
    }

    private static RegistryException wrong(String message) {
        return new RegistryException(Kind.WRONG_CONTENT, message);
    }
}
