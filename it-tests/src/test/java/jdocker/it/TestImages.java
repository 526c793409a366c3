package jdocker.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Images made from the host's static busybox; nothing is fetched. */
final class TestImages {

    private TestImages() {}

    /** Writes entries into an archive. */
    interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    /** A root file system: busybox with its applets, passwd and group, a world-writable /tmp. */
    static byte[] busyboxRootFs() {
        return tar(tar -> {
            for (String dir : List.of("bin/", "etc/", "root/", "tmp/", "usr/", "usr/bin/", "var/", "home/")) {
                directory(tar, dir, dir.equals("tmp/") ? 01777 : 0755);
            }
            file(tar, "bin/busybox", 0755, Files.readAllBytes(Path.of("/bin/busybox")));
            for (String applet :
                    Command.run("/bin/busybox", "--list").ok().text().split("\n")) {
                if (!applet.equals("busybox")) {
                    link(tar, "bin/" + applet, "busybox");
                }
            }
            file(
                    tar,
                    "etc/passwd",
                    0644,
                    text(
                            "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n"));
            file(tar, "etc/group", 0644, text("root:x:0:\ndaemon:x:1:\nwheel:x:10:root\nnogroup:x:65534:\n"));
        });
    }

    /** A docker-archive as {@code docker save} writes it, of these layers, bottom first. */
    static byte[] dockerArchive(String repoTag, String configExtra, List<byte[]> layers) {
        String diffIds =
                layers.stream().map(layer -> "\"sha256:" + sha256(layer) + "\"").collect(Collectors.joining(","));
        byte[] config =
                text("{\"architecture\":\"amd64\",\"os\":\"linux\",\"created\":\"2024-01-02T03:04:05Z\",\"config\":{"
                        + configExtra + "},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}");
        String configName = sha256(config) + ".json";
        return tar(tar -> {
            var names = new java.util.ArrayList<String>();
            for (byte[] layer : layers) {
                String name = sha256(layer) + "/layer.tar";
                names.add("\"" + name + "\"");
                file(tar, name, 0644, layer);
            }
            file(tar, configName, 0644, config);
            file(
                    tar,
                    "manifest.json",
                    0644,
                    text("[{\"Config\":\"" + configName + "\",\"RepoTags\":[\"" + repoTag + "\"],\"Layers\":["
                            + String.join(",", names) + "]}]"));
        });
    }

    static byte[] tar(Content content) {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            content.write(tar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static void directory(TarArchiveOutputStream tar, String name, int mode) throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setIds(0, 0);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    static void link(TarArchiveOutputStream tar, String name, String target) throws IOException {
        var entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK, true);
        entry.setLinkName(target);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    static void hardLink(TarArchiveOutputStream tar, String name, String target) throws IOException {
        var entry = new TarArchiveEntry(name, TarConstants.LF_LINK, true);
        entry.setLinkName(target);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
