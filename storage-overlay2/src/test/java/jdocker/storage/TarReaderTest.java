package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jdocker.storage.TarBytes.Header;
import jdocker.storage.TarEntry.SparseSegment;
import jdocker.storage.TarEntry.TarTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {

    @Test
    void readsEntriesOfEveryTypeWithTheirData() {
        byte[] archive = new TarBytes()
                .directory("etc/")
                .file("etc/motd", "hello\n")
                .symlink("etc/mtab", "/proc/mounts")
                .hardLink("etc/motd2", "etc/motd")
                .add(new Header('3', "dev/null", 0).device(1, 3).mode(0666), new byte[0])
                .add(new Header('4', "dev/sda", 0).device(8, 0), new byte[0])
                .add(new Header('6', "run/pipe", 0), new byte[0])
                .end();

        var reader = new TarReader(new ByteArrayInputStream(archive));
        var seen = new ArrayList<String>();
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            TarEntry e = entry.get();
            seen.add(e.type() + " " + e.label() + " " + text(e.linkName()) + " " + content(reader));
        }

        assertThat(seen)
                .containsExactly(
                        "DIRECTORY etc/  ",
                        "FILE etc/motd  hello\n",
                        "SYMLINK etc/mtab /proc/mounts ",
                        "HARD_LINK etc/motd2 etc/motd ",
                        "CHARACTER_DEVICE dev/null  ",
                        "BLOCK_DEVICE dev/sda  ",
                        "FIFO run/pipe  ");
    }

    @Test
    void takesOwnersModesTimesAndDevicesFromTheHeader() {
        TarEntry entry = only(new TarBytes()
                .add(new Header('3', "dev/x", 0).device(5, 1).mode(04755).owner(1000, 2000), new byte[0]));

        assertThat(entry.mode()).isEqualTo(04755);
        assertThat(entry.uid()).isEqualTo(1000);
        assertThat(entry.gid()).isEqualTo(2000);
        assertThat(entry.modified()).isEqualTo(new TarTime(1_700_000_000L, 0));
        assertThat(entry.deviceMajor()).isEqualTo(5);
        assertThat(entry.deviceMinor()).isEqualTo(1);
    }

    @Test
    void prefersExtendedRecordsToTheHeader() {
        String longName = "d/".repeat(200) + "é";
        TarEntry entry = only(new TarBytes()
                .pax(
                        "path",
                        longName,
                        "uid",
                        "3000000",
                        "gid",
                        "7",
                        "mtime",
                        "1700000001.25",
                        "SCHILY.xattr.user.a",
                        "b=c\n")
                .file("short", "x"));

        assertThat(text(entry.name())).isEqualTo(longName);
        assertThat(entry.uid()).isEqualTo(3_000_000);
        assertThat(entry.gid()).isEqualTo(7);
        assertThat(entry.modified()).isEqualTo(new TarTime(1_700_000_001L, 250_000_000));
        assertThat(entry.xattrs()).containsOnlyKeys("user.a");
        assertThat(text(entry.xattrs().get("user.a"))).isEqualTo("b=c\n");
    }

    @Test
    void readsTimesBefore1970() {
        assertThat(only(new TarBytes().pax("mtime", "-1.25").file("a", "")).modified())
                .isEqualTo(new TarTime(-2, 750_000_000));
    }

    @Test
    void takesTheDatasSizeFromAnExtendedRecord() {
        byte[] archive = new TarBytes()
                .pax("size", "3")
                .add(new Header('0', "a", 0), bytes("abc"))
                .file("b", "next")
                .end();

        var reader = new TarReader(new ByteArrayInputStream(archive));
        assertThat(reader.next().orElseThrow().size()).isEqualTo(3);
        assertThat(content(reader)).isEqualTo("abc");
        assertThat(reader.next().orElseThrow().label()).isEqualTo("b");
    }

    @Test
    void readsGnuLongNamesAndLinkNames() {
        String name = "n".repeat(300);
        byte[] target = bytes("t".repeat(150) + "\0");
        TarEntry entry = only(new TarBytes()
                .longName(name)
                .add(new Header('K', "././@LongLink", target.length).gnu(), target)
                .symlink("short", "short"));

        assertThat(entry.label()).startsWith("nnn");
        assertThat(entry.name()).hasSize(300);
        assertThat(entry.linkName()).hasSize(150);
    }

    @Test
    void joinsTheUstarPrefix() {
        assertThat(text(only(new TarBytes().add(new Header('0', "name", 0).put(345, 155, "some/prefix"), new byte[0]))
                        .name()))
                .isEqualTo("some/prefix/name");
    }

    @Test
    void joinsThePrefixThatOldGoWroteIntoGnuHeaders() {
        var header = new Header('0', "name", 0).gnu().put(345, 155, "usr/share/prefix/deep");
        assertThat(text(only(new TarBytes().add(header, new byte[0])).name())).isEqualTo("usr/share/prefix/deep/name");
    }

    @Test
    void readsNumbersInBase256() {
        var header = new Header('0', "a", 0);
        header.block[108] = (byte) 0x80;
        for (int i = 109; i < 116; i++) {
            header.block[i] = 0;
        }
        header.block[112] = 0x7f;
        assertThat(only(new TarBytes().add(header, new byte[0])).uid()).isEqualTo(0x7f000000L);
    }

    @Test
    void readsNegativeNumbersInBase256() {
        var header = new Header('0', "a", 0);
        for (int i = 136; i < 148; i++) {
            header.block[i] = (byte) 0xff;
        }
        assertThat(only(new TarBytes().add(header, new byte[0])).modified()).isEqualTo(new TarTime(-1, 0));
    }

    @Test
    void readsOldGnuSparseMaps() {
        var header = new Header('S', "sparse", 3).gnu();
        header.octal(386, 12, 1024)
                .octal(398, 12, 3)
                .octal(410, 12, 5000)
                .octal(422, 12, 0)
                .octal(483, 12, 5000);

        TarEntry entry = only(new TarBytes().add(header, bytes("abc")));

        assertThat(entry.size()).isEqualTo(5000);
        assertThat(entry.segments()).containsExactly(new SparseSegment(1024, 3), new SparseSegment(5000, 0));
    }

    @Test
    void readsOldGnuSparseMapsOfSeveralBlocks() {
        var header = new Header('S', "sparse", 5).gnu().octal(483, 12, 50);
        for (int i = 0; i < 4; i++) {
            header.octal(386 + i * 24, 12, i * 10L).octal(398 + i * 24, 12, 1);
        }
        header.block[482] = 1;
        var extension = new Header('0', "", 0);
        java.util.Arrays.fill(extension.block, (byte) 0);
        extension.octal(0, 12, 40).octal(12, 12, 1);

        byte[] data = new byte[1024];
        System.arraycopy(extension.block, 0, data, 0, 512);
        System.arraycopy(bytes("abcde"), 0, data, 512, 5);
        byte[] archive =
                new TarBytes().raw(header.sealed()).raw(data).file("next", "").end();

        var reader = new TarReader(new ByteArrayInputStream(archive));
        assertThat(reader.next().orElseThrow().segments()).hasSize(5).last().isEqualTo(new SparseSegment(40, 1));
        assertThat(content(reader)).isEqualTo("abcde");
        assertThat(reader.next().orElseThrow().label()).isEqualTo("next");
    }

    @Test
    void readsPaxSparseMapsOfTheFirstFormats() {
        TarEntry v01 = only(new TarBytes()
                .pax("GNU.sparse.size", "100", "GNU.sparse.map", "0,2,50,1", "GNU.sparse.name", "real")
                .file("GNUSparseFile.1/real", "abc"));
        TarEntry v00 = only(new TarBytes()
                .pax(
                        "GNU.sparse.size", "100",
                        "GNU.sparse.numblocks", "2",
                        "GNU.sparse.offset", "0",
                        "GNU.sparse.numbytes", "2",
                        "GNU.sparse.offset", "50",
                        "GNU.sparse.numbytes", "1")
                .file("real", "abc"));

        for (TarEntry entry : List.of(v00, v01)) {
            assertThat(entry.label()).isEqualTo("real");
            assertThat(entry.size()).isEqualTo(100);
            assertThat(entry.segments()).containsExactly(new SparseSegment(0, 2), new SparseSegment(50, 1));
        }
    }

    @Test
    void readsPaxSparseMapsThatStandBeforeTheData() {
        byte[] data = new byte[512 + 3];
        System.arraycopy(bytes("2\n0\n2\n50\n1\n"), 0, data, 0, 11);
        System.arraycopy(bytes("abc"), 0, data, 512, 3);
        byte[] archive = new TarBytes()
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "real",
                        "GNU.sparse.realsize",
                        "100")
                .add(new Header('0', "GNUSparseFile.1/real", data.length), data)
                .file("next", "")
                .end();

        var reader = new TarReader(new ByteArrayInputStream(archive));
        TarEntry entry = reader.next().orElseThrow();
        assertThat(entry.segments()).containsExactly(new SparseSegment(0, 2), new SparseSegment(50, 1));
        assertThat(entry.size()).isEqualTo(100);
        assertThat(content(reader)).isEqualTo("abc");
        assertThat(reader.next().orElseThrow().label()).isEqualTo("next");
    }

    @Test
    void passesGlobalHeadersAndTreatsAnEndWithoutMarkAsTheEnd() {
        byte[] archive = new TarBytes()
                .add(new Header('g', "pax_global_header", 5), bytes("hello"))
                .file("a", "b")
                .toByteArray();

        var reader = new TarReader(new ByteArrayInputStream(archive));
        assertThat(reader.next().orElseThrow().label()).isEqualTo("a");
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void acceptsOldDirectoriesThatOnlyASlashTells() {
        var header = new Header('0', "dir/", 0);
        header.block[156] = 0;
        assertThat(only(new TarBytes().add(header, new byte[0])).type()).isEqualTo(EntryType.DIRECTORY);
    }

    @ParameterizedTest(name = "sparse map {0} is refused")
    @ValueSource(strings = {"0,2,1,1", "0,2,99,2", "0,2", "0,3,3", "9223372036854775807,3", "0,-3", "x,3", "0,1,1,1"})
    void refusesSparseMapsThatLie(String map) {
        byte[] archive = new TarBytes()
                .pax("GNU.sparse.size", "100", "GNU.sparse.map", map)
                .file("a", "abc")
                .end();
        assertRefused(archive, "sparse");
    }

    @ParameterizedTest(name = "extended record {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "size|-1|not a number",
                "size|1152921504606846977|out of range",
                "size|99999999999999999999|not a number",
                "size|٣|not a number",
                "uid|1e3|not a number",
                "mtime|1.x|not a number",
                "mtime|--1|not a number",
            })
    void refusesRecordsThatAreNoNumbers(String key, String value, String reason) {
        assertRefused(new TarBytes().pax(key, value).file("a", "").end(), reason);
    }

    @Test
    void refusesNulsInNames() {
        assertRefused(new TarBytes().pax("path", "a\0b").file("a", "").end(), "NUL");
        assertRefused(new TarBytes().pax("linkpath", "a\0b").symlink("a", "x").end(), "NUL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5 a=b\n", "99 a=b\n", "6 ab=\n", "x a=b\n", "6 a=b ", "2 a=b\n", " 6 a=b\n", "0 \n", "-6 a=b\n"
            })
    void refusesExtendedHeadersWithBrokenRecords(String records) {
        byte[] data = bytes(records);
        byte[] archive = new TarBytes()
                .add(new Header('x', "x", data.length), data)
                .file("a", "")
                .end();
        if (records.equals("6 ab=\n")) {
            assertThat(new TarReader(new ByteArrayInputStream(archive)).next()).isPresent();
        } else {
            assertRefused(archive, "invalid tar header");
        }
    }

    @Test
    void refusesBrokenArchives() {
        byte[] good = new TarBytes().file("a", "content").end();
        byte[] badSum = good.clone();
        badSum[0] = 'b';
        assertRefused(badSum, "checksum");
        assertRefused(java.util.Arrays.copyOf(good, 300), "truncated");
        assertRefused(java.util.Arrays.copyOf(good, 515), "truncated");
        assertRefused(new TarBytes().raw(new byte[512]).file("a", "").end(), "after the end");
        assertRefused(bytes("hello"), "truncated");
        assertRefused(new TarBytes().add(new Header('M', "a", 0), new byte[0]).end(), "unknown type");
    }

    @Test
    void refusesHugeExtendedHeadersBeforeReadingThem() {
        assertRefused(
                new TarBytes().raw(new Header('x', "x", 1L << 32).sealed()).end(), "extended header of 4294967296");
        assertRefused(
                new TarBytes().raw(new Header('L', "x", 1L << 30).sealed()).end(), "extended header");
    }

    @Test
    void refusesEndlessHeaderChains() {
        var archive = new TarBytes();
        for (int i = 0; i < 20; i++) {
            archive.pax("comment", "x");
        }
        assertRefused(archive.file("a", "").end(), "too many extended headers");
    }

    @Test
    void endsOrRefusesWhateverBytesItIsGiven() {
        byte[] seed = new TarBytes()
                .pax("path", "some/name", "GNU.sparse.size", "10", "GNU.sparse.map", "0,3")
                .file("a", "abc")
                .longName("b".repeat(200))
                .directory("x/")
                .add(
                        new Header('S', "s", 3)
                                .gnu()
                                .octal(386, 12, 1)
                                .octal(398, 12, 3)
                                .octal(483, 12, 9),
                        bytes("abc"))
                .symlink("c", "d")
                .end();
        var random = new Random(20260101);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutant = seed.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                mutant = java.util.Arrays.copyOf(mutant, random.nextInt(mutant.length));
            }
            fixChecksums(mutant);
            readAll(mutant);
        }
    }

    /** Lets the mutation through to the code behind the checksum. */
    private static void fixChecksums(byte[] archive) {
        for (int at = 0; at + 512 <= archive.length; at += 512) {
            if (archive[at + 257] == 'u' && archive[at + 258] == 's') {
                long sum = 0;
                for (int i = 0; i < 512; i++) {
                    sum += i >= 148 && i < 156 ? ' ' : archive[at + i] & 0xff;
                }
                byte[] text = bytes(String.format("%06o\0 ", sum));
                System.arraycopy(text, 0, archive, at + 148, 8);
            }
        }
    }

    private static void readAll(byte[] archive) {
        var reader = new TarReader(new ByteArrayInputStream(archive));
        try {
            while (reader.next().isPresent()) {
                content(reader);
            }
        } catch (RefusedArchive _) {
            // The other way out.
        }
    }

    private static TarEntry only(TarBytes archive) {
        var reader = new TarReader(archive.stream());
        TarEntry entry = reader.next().orElseThrow();
        assertThat(reader.next()).isEmpty();
        return entry;
    }

    private static void assertRefused(byte[] archive, String reason) {
        var reader = new TarReader(new ByteArrayInputStream(archive));
        assertThatThrownBy(() -> {
                    while (reader.next().isPresent()) {
                        content(reader);
                    }
                })
                .isInstanceOf(RefusedArchive.class)
                .hasMessageContaining(reason);
    }

    static String content(TarReader reader) {
        var content = new StringBuilder();
        var chunk = new byte[100];
        for (int n = reader.read(chunk, 0, 100); n >= 0; n = reader.read(chunk, 0, 100)) {
            content.append(new String(chunk, 0, n, StandardCharsets.ISO_8859_1));
        }
        return content.toString();
    }

    private static byte[] bytes(String text) {
        return TarBytes.bytes(text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
