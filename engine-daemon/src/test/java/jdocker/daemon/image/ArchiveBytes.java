package jdocker.daemon.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jdocker.oci.Digest;

/** Small tars: layers, and archives of images as {@code docker save} writes them. */
final class ArchiveBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    ArchiveBytes file(String name, byte[] content) {
        out.writeBytes(header(name, '0', "", content.length));
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    ArchiveBytes symlink(String name, String target) {
        out.writeBytes(header(name, '2', target, 0));
        return this;
    }

    /** A header of any type with data that need not be of the size that it says. */
    ArchiveBytes raw(String name, char type, long size, byte[] data) {
        out.writeBytes(header(name, type, "", size));
        out.writeBytes(data);
        out.writeBytes(new byte[-data.length & 511]);
        return this;
    }

    /** For the next entry. */
    ArchiveBytes pax(String key, String value) {
        String tail = " " + key + "=" + value + "\n";
        int length = tail.length() + 1;
        while (String.valueOf(length).length() + tail.length() != length) {
            length++;
        }
        byte[] record = (length + tail).getBytes(StandardCharsets.UTF_8);
        return raw("pax", 'x', record.length, record);
    }

    private static byte[] header(String name, char type, String link, long size) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, "14524770400");
        header[156] = (byte) type;
        put(header, 157, link);
        put(header, 257, "ustar\00000");
        put(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    ArchiveBytes file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    /** Without an end. */
    byte[] bytes() {
        return out.toByteArray();
    }

    byte[] end() {
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    static byte[] layer(String name, String content) {
        return new ArchiveBytes().file(name, content).end();
    }

    /** A configuration for these layers; {@code extra} are further members, each ended by a comma. */
    static String config(String extra, byte[]... layers) {
        List<String> diffIds = new ArrayList<>();
        for (byte[] layer : layers) {
            diffIds.add("\"" + Digest.of(layer) + "\"");
        }
        return "{" + extra
                + "\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", diffIds) + "]}}";
    }

    /** An archive of one image; a null tag leaves it without. */
    static byte[] saved(String config, String tag, byte[]... layers) {
        var archive = new ArchiveBytes();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < layers.length; i++) {
            archive.file(i + "/layer.tar", layers[i]);
            names.add("\"" + i + "/layer.tar\"");
        }
        archive.file("config.json", config);
        archive.file(
                "manifest.json",
                "[{\"Config\":\"config.json\",\"RepoTags\":" + (tag == null ? "null" : "[\"" + tag + "\"]")
                        + ",\"Layers\":[" + String.join(",", names) + "]}]");
        return archive.end();
    }
}
