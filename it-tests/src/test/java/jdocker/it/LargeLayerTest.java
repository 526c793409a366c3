package jdocker.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The daemon's memory does not grow with a layer's size. */
class LargeLayerTest {
    private static final long SIZE = 2L << 30;

    private static final class StoredGzip extends GZIPOutputStream {
        StoredGzip(OutputStream out) throws IOException {
            super(out, 64 * 1024);
            def.setLevel(Deflater.NO_COMPRESSION); // its size is what matters, not the time to make it
        }
    }

    private static MessageDigest sha256() throws Exception {
        return MessageDigest.getInstance("SHA-256");
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** An OCI layout with one layer that holds one file of {@link #SIZE} bytes. */
    private static void write(Path layout) throws Exception {
        Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
        MessageDigest packed = sha256();
        MessageDigest plain = sha256();
        Path layer = blobs.resolve("layer");
        byte[] block = new byte[1 << 20];
        new Random(7).nextBytes(block);
        try (var tar = new TarArchiveOutputStream(new BufferedOutputStream(
                new DigestOutputStream(
                        new StoredGzip(new DigestOutputStream(Files.newOutputStream(layer), packed)), plain),
                1 << 20))) {
            var entry = new TarArchiveEntry("large");
            entry.setSize(SIZE);
            tar.putArchiveEntry(entry);
            for (long written = 0; written < SIZE; written += block.length) {
                tar.write(block);
            }
            tar.closeArchiveEntry();
        }
        String layerHex = hex(packed);
        Files.move(layer, blobs.resolve(layerHex));
        String config = blob(
                blobs,
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[\"sha256:" + hex(plain) + "\"]}}",
                "application/vnd.oci.image.config.v1+json");
        String manifest = blob(
                blobs,
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":" + config
                        + ",\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:"
                        + layerHex + "\",\"size\":" + Files.size(blobs.resolve(layerHex)) + "}]}",
                "application/vnd.oci.image.manifest.v1+json");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + manifest + "]}");
    }

    /** Keeps a document; returns its descriptor. */
    private static String blob(Path blobs, String text, String mediaType) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(sha256().digest(bytes));
        Files.write(blobs.resolve(hex), bytes);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"sha256:" + hex + "\",\"size\":" + bytes.length + "}";
    }

    @Test
    void aDaemonWithAHeapOf256MegabytesPullsALayerOfTwoGigabytes() throws Exception {
        if (Command.run("sh", "-c", "command -v skopeo").code() != 0) {
            Assumptions.abort("skopeo is not installed");
        }
        try (Engine engine = Engine.create()) {
            engine.environment("JDOCKERD_JAVA_OPTS", "-Xmx256m");
            engine.start();
            try (var registry = LocalRegistry.plain(engine, 5031)) {
                Path layout = engine.root().resolve("layout");
                write(layout);
                String name = registry.host() + "/large:1";
                engine.inNetwork("skopeo", "copy", "--dest-tls-verify=false", "oci:" + layout, "docker://" + name)
                        .run("")
                        .ok();
                Command.run("rm", "-r", layout.toString()).ok();
                engine.docker("pull", name).ok();
                engine.docker("create", "--name", "large", "--network", "none", name, "/none")
                        .ok();
                String size = engine.docker("image", "inspect", "-f", "{{.Size}}", name)
                        .ok()
                        .text();
                assertThat(Long.parseLong(size)).isEqualTo(SIZE);
                assertThat(engine.running()).isTrue();
            }
        }
    }
}
