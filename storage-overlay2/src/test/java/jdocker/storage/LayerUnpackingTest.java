package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import jdocker.kernel.Device;
import jdocker.kernel.FileType;
import jdocker.kernel.KernelTest;
import jdocker.storage.TarBytes.Header;
import org.junit.jupiter.api.Test;

@KernelTest
class LayerUnpackingTest extends StoreTest {

    @Test
    void keepsContentOwnersModesAndTimes() throws Exception {
        byte[] content = TarBytes.bytes("secret");
        Path diff = diff(apply(new TarBytes()
                .add(new Header('5', "srv/", 0).mode(01777).owner(1, 2), new byte[0])
                .add(new Header('0', "srv/su", content.length).mode(06755).owner(1000, 2000), content)
                .symlink("srv/link", "/absolute/target")
                .add(new Header('6', "srv/pipe", 0).mode(0620).owner(5, 6), new byte[0])
                .add(new Header('3', "srv/null", 0).mode(0666).device(1, 3), new byte[0])
                .add(new Header('4', "srv/disk", 0).mode(0660).device(259, 300), new byte[0])));

        assertThat(Files.readString(diff.resolve("srv/su"))).isEqualTo("secret");
        assertThat(status(diff.resolve("srv/su")).permissions()).isEqualTo(06755);
        assertThat(status(diff.resolve("srv/su")).uid()).isEqualTo(1000);
        assertThat(status(diff.resolve("srv/su")).gid()).isEqualTo(2000);
        assertThat(status(diff.resolve("srv")).permissions()).isEqualTo(01777);
        assertThat(status(diff.resolve("srv")).gid()).isEqualTo(2);
        assertThat(Files.readSymbolicLink(diff.resolve("srv/link"))).hasToString("/absolute/target");
        assertThat(status(diff.resolve("srv/pipe")).type()).isEqualTo(FileType.FIFO);
        assertThat(status(diff.resolve("srv/pipe")).permissions()).isEqualTo(0620);
        assertThat(status(diff.resolve("srv/null")).special()).isEqualTo(new Device(1, 3));
        assertThat(status(diff.resolve("srv/disk")).special()).isEqualTo(new Device(259, 300));
        for (String name : new String[] {"srv", "srv/su", "srv/link", "srv/pipe", "srv/null"}) {
            assertThat(status(diff.resolve(name)).modified().instant())
                    .as(name)
                    .isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
        }
    }

    @Test
    void keepsHardLinksAndTellsTheSizeOfTheFiles() {
        Layer layer = apply(new TarBytes().file("bin/busybox", "program").hardLink("bin/sh", "bin/busybox"));
        Path diff = diff(layer);

        assertThat(status(diff.resolve("bin/sh")).sameFile(status(diff.resolve("bin/busybox"))))
                .isTrue();
        assertThat(layer.size()).isEqualTo(7);
    }

    @Test
    void keepsSparseFilesSparse() throws Exception {
        var header = new Header('S', "sparse", 3).gnu();
        header.octal(386, 12, 1 << 20).octal(398, 12, 3).octal(483, 12, 4 << 20);
        Path file =
                diff(apply(new TarBytes().add(header, TarBytes.bytes("abc")))).resolve("sparse");

        assertThat(status(file).size()).isEqualTo(4 << 20);
        assertThat(status(file).blocks() * 512).isLessThan(1 << 20);
        byte[] content = Files.readAllBytes(file);
        assertThat(Arrays.copyOfRange(content, 1 << 20, (1 << 20) + 3)).isEqualTo(TarBytes.bytes("abc"));
        assertThat(content[0]).isZero();
    }

    @Test
    void keepsFileCapabilitiesAndUserAttributesAndDropsTheRest() {
        byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        Path diff = diff(apply(new TarBytes()
                .paxBytes("SCHILY.xattr.security.capability", capability)
                .add(new Header('0', "ping", 0).mode(0755).owner(7, 7), new byte[0])
                .pax(
                        "SCHILY.xattr.trusted.overlay.opaque", "y",
                        "SCHILY.xattr.user.overlay.opaque", "y",
                        "SCHILY.xattr.trusted.other", "x",
                        "SCHILY.xattr.security.selinux", "x",
                        "SCHILY.xattr.user.note", "kept")
                .directory("dir")));

        assertThat(xattr(diff.resolve("ping"), "security.capability")).isPresent();
        assertThat(xattr(diff.resolve("dir"), "user.note")).contains("kept");
        for (String dropped :
                new String[] {"trusted.overlay.opaque", "user.overlay.opaque", "trusted.other", "security.selinux"}) {
            assertThat(xattr(diff.resolve("dir"), dropped)).as(dropped).isEmpty();
        }
    }

    @Test
    void turnsMarksOfRemovalIntoOverlayWhiteouts() {
        Path diff = diff(apply(new TarBytes()
                .file("etc/.wh.gone", "")
                .directory("opt/")
                .file("opt/.wh..wh..opq", "")
                .file("opt/new", "")
                .file(".wh..wh.plnk/1.2", "book-keeping of aufs")));

        assertThat(status(diff.resolve("etc/gone")).type()).isEqualTo(FileType.CHARACTER_DEVICE);
        assertThat(status(diff.resolve("etc/gone")).special()).isEqualTo(Device.NONE);
        assertThat(xattr(diff.resolve("opt"), "trusted.overlay.opaque")).contains("y");
        assertThat(diff.resolve("opt/.wh..wh..opq")).doesNotExist();
        assertThat(diff.resolve("opt/new")).exists();
        assertThat(diff.resolve(".wh..wh.plnk")).doesNotExist();
    }

    @Test
    void marksNeverRemoveWhatTheSameLayerBrings() {
        Path diff = diff(apply(new TarBytes()
                .file("before", "stays")
                .file(".wh.before", "")
                .file("dir/file", "stays")
                .file(".wh.dir", "")
                .file(".wh.after", "")
                .file("after", "stays")
                .file(".wh.folder", "")
                .file("folder/file", "stays")));

        assertThat(diff.resolve("before")).content().isEqualTo("stays");
        assertThat(diff.resolve("dir/file")).content().isEqualTo("stays");
        assertThat(xattr(diff.resolve("dir"), "trusted.overlay.opaque")).contains("y");
        assertThat(diff.resolve("after")).content().isEqualTo("stays");
        assertThat(diff.resolve("folder/file")).content().isEqualTo("stays");
        assertThat(xattr(diff.resolve("folder"), "trusted.overlay.opaque")).contains("y");
    }

    @Test
    void aLaterEntryReplacesAnEarlierOne() {
        Path diff = diff(apply(new TarBytes()
                .file("a", "old")
                .file("a", "new")
                .file("tree/x/y", "")
                .file("tree", "now a file")
                .symlink("b", "a")
                .directory("b")
                .file("b/in", "")
                .directory("c")
                .file("c/kept", "")
                .add(new Header('5', "c/", 0).mode(0700), new byte[0])
                .symlink("d", "x")
                .symlink("d", "y")));

        assertThat(diff.resolve("a")).content().isEqualTo("new");
        assertThat(diff.resolve("tree")).content().isEqualTo("now a file");
        assertThat(diff.resolve("b/in")).exists();
        assertThat(status(diff.resolve("b")).isDirectory()).isTrue();
        assertThat(diff.resolve("c/kept")).exists();
        assertThat(status(diff.resolve("c")).permissions()).isEqualTo(0700);
    }

    @Test
    void linksLeadNowhereOutsideTheLayer() {
        Path diff = diff(apply(new TarBytes()
                .directory("real/")
                .symlink("abs", "/real")
                .symlink("up", "../../../../real")
                .file("abs/one", "1")
                .file("up/two", "2")
                .symlink("proc", "/proc/self/root/tmp")));

        assertThat(diff.resolve("real/one")).exists();
        assertThat(diff.resolve("real/two")).exists();
    }

    @Test
    void directoriesWithoutAnEntryLookAsInTheLayerBeneath() {
        Layer base = apply(new TarBytes()
                .add(new Header('5', "./", 0).mode(0711).owner(0, 9), new byte[0])
                .add(new Header('5', "home/", 0).mode(0750).owner(3, 4), new byte[0])
                .add(new Header('5', "home/user/", 0).mode(0700).owner(1000, 1000), new byte[0]));
        Layer upper = apply(Optional.of(base.chainId()), new TarBytes().file("home/user/new/file", ""));

        assertThat(status(diff(upper)).permissions()).isEqualTo(0711);
        assertThat(status(diff(upper)).gid()).isEqualTo(9);
        assertThat(status(diff(upper).resolve("home")).permissions()).isEqualTo(0750);
        assertThat(status(diff(upper).resolve("home/user")).uid()).isEqualTo(1000);
        assertThat(status(diff(upper).resolve("home/user")).permissions()).isEqualTo(0700);
        assertThat(status(diff(upper).resolve("home/user/new")).permissions()).isEqualTo(0755);
        assertThat(status(diff(upper).resolve("home/user/new")).uid()).isZero();
    }

    @Test
    void filesBelowSetGroupIdDirectoriesKeepTheirOwnGroup() {
        Path diff = diff(apply(new TarBytes()
                .add(new Header('5', "shared/", 0).mode(02775).owner(0, 50), new byte[0])
                .file("shared/file", "")
                .symlink("shared/link", "file")));

        assertThat(status(diff.resolve("shared")).permissions()).isEqualTo(02775);
        assertThat(status(diff.resolve("shared/file")).gid()).isZero();
        assertThat(status(diff.resolve("shared/link")).gid()).isZero();
    }

    @Test
    void namesNeedNotBeText() throws Exception {
        byte[] name = {'x', (byte) 0xff, (byte) 0xfe};
        var header = new Header('0', "", 0);
        System.arraycopy(name, 0, header.block, 0, name.length);
        Path diff = diff(apply(new TarBytes().add(header, new byte[0])));

        try (var fd = FILES.open(diff.toString(), jdocker.kernel.OpenFlag.DIRECTORY)) {
            assertThat(FILES.list(fd).getFirst().name()).isEqualTo(name);
        }
    }
}
