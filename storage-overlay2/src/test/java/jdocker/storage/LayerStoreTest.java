package jdocker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import jdocker.kernel.Fd;
import jdocker.kernel.FileType;
import jdocker.kernel.KernelTest;
import jdocker.kernel.OpenFlag;
import jdocker.oci.Digest;
import jdocker.storage.TarBytes.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest
class LayerStoreTest extends StoreTest {
    private static final String ID = "c0ffee".repeat(10) + "0001";

    @Test
    void aContainerSeesItsLayersAndWritesToItsOwn() throws Exception {
        Layer base =
                apply(new TarBytes().file("etc/a", "base").file("etc/b", "base").file("gone", "x"));
        Layer top = apply(
                Optional.of(base.chainId()), new TarBytes().file("etc/b", "top").file(".wh.gone", ""));
        store.prepare(ID, Optional.of(top.chainId()));

        try (RootFs root = store.mount(ID)) {
            assertThat(root.path().resolve("etc/a")).content().isEqualTo("base");
            assertThat(root.path().resolve("etc/b")).content().isEqualTo("top");
            assertThat(root.path().resolve("gone")).doesNotExist();
            Files.writeString(root.path().resolve("etc/a"), "mine");
            assertThat(store.isMounted(ID)).isTrue();
        }

        assertThat(store.isMounted(ID)).isFalse();
        assertThat(diff(base).resolve("etc/a")).content().isEqualTo("base");
        assertThat(store.size(ID)).isEqualTo(4);
        store.remove(ID);
        assertThat(store.containers()).isEmpty();
        assertThat(temporary()).isEmpty();
    }

    @Test
    void keptMountsStayUntilSomebodyUnmounts() {
        store.prepare(ID, Optional.empty());
        RootFs root = store.mount(ID);
        root.keep();
        assertThat(store.isMounted(ID)).isTrue();
        store.mount(ID).keep(); // takes the mount that is there
        assertThat(store.unmount(ID)).isTrue();
        assertThat(store.unmount(ID)).isFalse();
    }

    @Test
    void theInitLayerHidesHostileLinksOfTheImage() throws Exception {
        Path outside = Files.createDirectory(dataRoot.resolve("outside"));
        Layer layer = apply(new TarBytes()
                .symlink("etc", outside.toString())
                .file("dev", "a file")
                .add(new Header('5', "proc/", 0).mode(0700).owner(7, 8), new byte[0])
                .symlink("sys", "/")
                .file("file", ""));
        store.prepare(ID, Optional.of(layer.chainId()));

        try (RootFs root = store.mount(ID)) {
            for (String directory : List.of("etc", "dev", "dev/pts", "dev/shm", "proc", "sys")) {
                assertThat(status(root.path().resolve(directory)).isDirectory())
                        .as(directory)
                        .isTrue();
            }
            for (String file : List.of(".dockerenv", "dev/console", "etc/hosts", "etc/hostname", "etc/resolv.conf")) {
                assertThat(status(root.path().resolve(file)).isRegular())
                        .as(file)
                        .isTrue();
            }
            assertThat(Files.readSymbolicLink(root.path().resolve("etc/mtab"))).hasToString("/proc/mounts");
            assertThat(status(root.path().resolve("proc")).permissions()).isEqualTo(0700);
            assertThat(status(root.path().resolve("proc")).uid()).isEqualTo(7);
            assertThat(status(root.path().resolve("etc")).permissions()).isEqualTo(0755);
        }
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void theInitLayerLeavesTheRestOfADirectoryVisible() {
        Layer layer = apply(new TarBytes()
                .file("etc/passwd", "root")
                .file("etc/hosts", "the image's")
                .symlink("etc/hostname", "/host"));
        store.prepare(ID, Optional.of(layer.chainId()));

        try (RootFs root = store.mount(ID)) {
            assertThat(root.path().resolve("etc/passwd")).content().isEqualTo("root");
            assertThat(root.path().resolve("etc/hosts")).content().isEmpty();
            assertThat(status(root.path().resolve("etc/hostname")).type()).isEqualTo(FileType.REGULAR);
        }
    }

    @Test
    void theRootHasTheAttributesOfTheTopmostLayersRoot() {
        Layer base =
                apply(new TarBytes().add(new Header('5', "./", 0).mode(0750).owner(3, 4), new byte[0]));
        Layer top = apply(Optional.of(base.chainId()), new TarBytes().file("a", ""));
        store.prepare(ID, Optional.of(top.chainId()));

        try (RootFs root = store.mount(ID)) {
            assertThat(status(root.path()).permissions()).isEqualTo(0750);
            assertThat(status(root.path()).uid()).isEqualTo(3);
        }
    }

    @ParameterizedTest(name = "an image of {0} layers")
    @ValueSource(ints = {1, 40, 100, 128})
    void mountsManyLayers(int count) {
        var staged = new ArrayList<StagedLayer>();
        for (int i = 0; i < count; i++) {
            staged.add(store.stage(new TarBytes().file("f" + i, "layer " + i).stream()));
        }
        Layer top = store.commit(staged).getLast();
        assertThat(store.chain(top.chainId())).hasSize(count);
        store.prepare(ID, Optional.of(top.chainId()));

        try (RootFs root = store.mount(ID)) {
            assertThat(root.path().resolve("f0")).exists();
            assertThat(root.path().resolve("f" + (count - 1))).exists();
        }
    }

    @Test
    void mountsManyLayersOnKernelsThatCannotBeToldOneByOne() {
        var staged = new ArrayList<StagedLayer>();
        for (int i = 0; i < 128; i++) {
            staged.add(store.stage(new TarBytes().file("f" + i, "").stream()));
        }
        Layer top = store.commit(staged).getLast();
        store.prepare(ID, Optional.of(top.chainId()));
        var lowers = new ArrayList<String>();
        store.chain(top.chainId())
                .forEach(layer -> lowers.add(
                        "l/" + StoreFolders.shortName(layer.chainId().digest().hex())));
        String folder = dataRoot.resolve("overlay2").toString();
        var options = new OverlayOptions(folder, lowers, ID, true, OverlayOptions.detectFeatures());
        assertThat(OverlayOptions.fits(options.relative())).isTrue();

        new OverlayMounts(KERNEL, folder).mountRelative(options, folder + "/" + ID + "/merged");

        assertThat(store.isMounted(ID)).isTrue();
        assertThat(dataRoot.resolve("overlay2").resolve(ID).resolve("merged/f127"))
                .exists();
        store.unmount(ID);
    }

    @Test
    void aLayerMayOccurTwiceInAChain() {
        TarBytes archive = new TarBytes()
                .directory("d/")
                .file("d/file", "x")
                .symlink("s", "d")
                .file(".wh.w", "");
        try (StagedLayer once = store.stage(archive.stream());
                StagedLayer between = store.stage(new TarBytes().file("d/file", "y").stream())) {
            List<Layer> layers = store.commit(List.of(once, between, once, once));

            assertThat(layers).extracting(Layer::chainId).doesNotHaveDuplicates();
            assertThat(diff(layers.getLast()).resolve("d/file")).content().isEqualTo("x");
            store.prepare(ID, Optional.of(layers.getLast().chainId()));
            try (RootFs root = store.mount(ID)) {
                assertThat(root.path().resolve("d/file")).content().isEqualTo("x");
            }
        }
    }

    @Test
    void applyingTheSameLayerAgainChangesNothing() throws Exception {
        Layer first = apply(new TarBytes().file("a", "x"));
        Layer second = apply(new TarBytes().file("a", "x"));

        assertThat(second).isEqualTo(first);
        assertThat(store.layers()).containsExactly(first.chainId());
        assertThat(temporary()).isEmpty();
    }

    @Test
    void theSameLayerFromManyAtOnceIsOneLayer() throws Exception {
        List<Callable<Layer>> same = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            same.add(() -> apply(new TarBytes().file("a", "x").file("b/c", "y")));
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var layer : threads.invokeAll(same)) {
                assertThat(layer.get().diffId()).isNotNull();
            }
        }
        assertThat(store.layers()).hasSize(1);
        assertThat(temporary()).isEmpty();
    }

    @Test
    void aLayerThatIsLookedForWhileItIsRemovedIsNotRemembered() throws Exception {
        ChainId chain = apply(new TarBytes().file("a", "x")).chainId();
        var done = new AtomicBoolean();
        Thread looking = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                store.layer(chain);
            }
        });
        try {
            for (int i = 0; i < 50; i++) {
                store.remove(chain);
                assertThat(store.layer(chain)).isEmpty();
                apply(new TarBytes().file("a", "x"));
                assertThat(store.layer(chain)).isPresent();
            }
        } finally {
            done.set(true);
            looking.join();
        }
    }

    @Test
    void aContainersLayerThatAPowerCutHasTornIsPreparedAgain() throws Exception {
        Layer layer = apply(new TarBytes().file("a", "x"));
        store.prepare(ID, Optional.of(layer.chainId()));
        Path lower = dataRoot.resolve("overlay2").resolve(ID).resolve("lower");
        for (String torn : List.of("", "l/abc")) {
            Files.writeString(lower, torn);
            assertThatThrownBy(() -> store.mount(ID)).hasMessageContaining("is not prepared");
            store.prepare(ID, Optional.of(layer.chainId()));
            try (RootFs root = store.mount(ID)) {
                assertThat(root.path().resolve("a")).hasContent("x");
            }
        }
    }

    @Test
    void layersSurviveAReopeningAndUnreferencedOnesGo() throws Exception {
        Layer base = apply(new TarBytes().file("a", ""));
        Layer used = apply(Optional.of(base.chainId()), new TarBytes().file("b", ""));
        Layer unused = apply(Optional.of(used.chainId()), new TarBytes().file("c", ""));
        store.prepare(ID, Optional.of(unused.chainId()));
        store.remove(ID);
        Files.createDirectories(dataRoot.resolve("tmp/layer-left/diff/deep/er"));
        store.close();
        openStore();

        assertThat(store.layer(unused.chainId())).contains(unused);
        assertThat(store.layers()).containsExactlyInAnyOrder(base.chainId(), used.chainId(), unused.chainId());
        store.removeUnreferenced(Set.of(used.chainId()));

        assertThat(store.layers()).containsExactlyInAnyOrder(base.chainId(), used.chainId());
        store.close();
        openStore();
        store.removeUnreferenced(Set.of());
        assertThat(store.layers()).isEmpty();
        store.close();
        try (var left = Files.list(dataRoot.resolve("overlay2"))) {
            assertThat(left).containsExactly(dataRoot.resolve("overlay2/l"));
        }
        assertThat(dataRoot.resolve("overlay2/l")).isEmptyDirectory();
        assertThat(dataRoot.resolve("tmp")).isEmptyDirectory();
        openStore();
    }

    @Test
    void aDamagedLayerIsRestoredUnlessItIsMounted() throws Exception {
        byte[] content = new TarBytes().file("etc/a", "good").end();
        Layer base = apply(new TarBytes().file("below", "x"));
        Layer layer = apply(Optional.of(base.chainId()), new ByteArrayInputStream(content));
        Files.writeString(diff(layer).resolve("etc/a"), "baad");
        store.prepare(ID, Optional.of(layer.chainId()));
        store.mount(ID).keep();
        try (StagedLayer staged = store.stage(new ByteArrayInputStream(content))) {
            assertThat(store.restore(Optional.of(base.chainId()), staged)).isFalse();
        }
        assertThat(diff(layer).resolve("etc/a")).hasContent("baad");
        store.unmount(ID);
        try (StagedLayer staged = store.stage(new ByteArrayInputStream(content))) {
            assertThat(store.restore(Optional.of(base.chainId()), staged)).isTrue();
        }
        try (RootFs root = store.mount(ID)) {
            assertThat(root.path().resolve("etc/a")).hasContent("good");
            assertThat(root.path().resolve("below")).hasContent("x");
        }
        assertThat(store.layer(layer.chainId())).contains(layer);
        assertThat(temporary()).isEmpty();
    }

    @Test
    void whatAnotherEnginesContainerHasWrittenIsTakenOver() throws Exception {
        Layer layer =
                apply(new TarBytes().file("gone", "x").file("dir/hidden", "x").file("kept", "x"));
        String other = "0ther".repeat(10);
        store.prepare(other, Optional.of(layer.chainId()));
        try (RootFs root = store.mount(other)) {
            Files.delete(root.path().resolve("gone"));
            Files.delete(root.path().resolve("dir/hidden"));
            Files.delete(root.path().resolve("dir"));
            Files.createDirectory(root.path().resolve("dir"));
            Files.writeString(root.path().resolve("dir/new"), "new");
            Files.setAttribute(root.path().resolve("dir/new"), "unix:uid", 7);
        }
        store.prepare(ID, Optional.of(layer.chainId()));
        Path upper = dataRoot.resolve("overlay2").resolve(other).resolve("diff");
        store.takeOver(ID, upper);
        try (RootFs root = store.mount(ID)) {
            assertThat(root.path().resolve("gone")).doesNotExist();
            assertThat(root.path().resolve("dir")).isDirectoryNotContaining("glob:**hidden");
            assertThat(root.path().resolve("dir/new")).hasContent("new");
            assertThat(Files.getAttribute(root.path().resolve("dir/new"), "unix:uid"))
                    .isEqualTo(7);
            assertThat(root.path().resolve("kept")).hasContent("x");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> store.takeOver(ID, upper))
                    .hasMessageContaining("is mounted");
        }
        assertThat(upper.resolve("dir/new")).as("the source stays as it is").hasContent("new");
        assertThat(temporary()).isEmpty();
    }

    /** With {@code redirect_dir} and {@code metacopy} overlayfs keeps a name or attributes in the place of content. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"trusted.overlay.redirect, dir", "trusted.overlay.metacopy, dir/file"})
    void whatShowsOnlyWhereItIsMountedIsNotTakenOver(String attribute, String where) throws Exception {
        Layer layer = apply(new TarBytes().file("kept", "x"));
        store.prepare(ID, Optional.of(layer.chainId()));
        Path upper = Files.createDirectories(dataRoot.resolve("foreign"));
        Files.createDirectory(upper.resolve("dir"));
        Files.writeString(upper.resolve("dir/file"), "y");
        String path = upper.resolve(where).toString();
        try (Fd fd = KERNEL.files().open(path, OpenFlag.READ_ONLY)) {
            KERNEL.xattrs().set(fd, attribute, TarBytes.bytes("/elsewhere"));
        }
        assertThatThrownBy(() -> store.takeOver(ID, upper))
                .isInstanceOf(UnarchivableTree.class)
                .hasMessageContaining(attribute);
        try (RootFs root = store.mount(ID)) {
            assertThat(root.path()).as("nothing of it is taken").isDirectoryNotContaining("glob:**dir");
            assertThat(root.path().resolve("kept")).hasContent("x");
        }
        assertThat(temporary()).isEmpty();
    }

    @Test
    void preparingAgainRepairsWhatAPowerCutHasCut() throws Exception {
        store.prepare(ID, Optional.empty());
        Path lower = dataRoot.resolve("overlay2").resolve(ID).resolve("lower");
        String whole = Files.readString(lower);
        Files.writeString(lower, "");
        assertThatThrownBy(() -> store.mount(ID)).hasMessageContaining("not prepared");

        store.prepare(ID, Optional.empty());
        store.prepare(ID, Optional.empty());

        assertThat(Files.readString(lower)).isEqualTo(whole);
        store.mount(ID).close();
    }

    @Test
    void theSubtreeIsPrivateAndClosingTakesItsMountAway() throws Exception {
        String overlay = dataRoot.toRealPath().resolve("overlay2").toString();
        assertThat(mounts(overlay)).singleElement().asString().doesNotContain("shared:");
        store.close();
        assertThat(mounts(overlay)).isEmpty();
        openStore();
    }

    private static List<String> mounts(String path) throws Exception {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> line.split(" ")[4].equals(path)).toList();
        }
    }

    @Test
    void removalTakesTreesOfAnyDepthAndNothingElse() throws Exception {
        Path outside = Files.createDirectories(dataRoot.resolve("outside/keep"));
        store.prepare(ID, Optional.empty());
        Path diff = dataRoot.resolve("overlay2").resolve(ID).resolve("diff");
        Files.createSymbolicLink(diff.resolve("link"), outside.getParent());
        var deep = new ArrayList<jdocker.kernel.Fd>();
        try (var root = FILES.open(diff.toString(), jdocker.kernel.OpenFlag.DIRECTORY)) {
            jdocker.kernel.Fd at = root;
            for (int i = 0; i < 700; i++) {
                FILES.mkdir(at, "d", 0700);
                FILES.symlink(TarBytes.bytes("/"), at, TarBytes.bytes("l"));
                at = FILES.open(at, "d", jdocker.kernel.OpenFlag.DIRECTORY.bits(), 0);
                deep.add(at);
            }
        }
        deep.forEach(jdocker.kernel.Fd::close);

        store.remove(ID);
        store.close(); // waits for the background

        assertThat(dataRoot.resolve("tmp")).isEmptyDirectory();
        assertThat(outside).exists();
        openStore();
    }

    @Test
    void removalUnmountsFirst() {
        store.prepare(ID, Optional.empty());
        store.mount(ID).keep();
        store.remove(ID);
        assertThat(store.isMounted(ID)).isFalse();
        assertThat(store.containers()).isEmpty();
        store.remove(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "l", "x-init", "A", ".", "a\0"})
    void idsAreSingleComponents(String id) {
        assertThatThrownBy(() -> store.prepare(id, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.remove(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void describesWhereAContainersPartsLie() {
        Layer layer = apply(new TarBytes().file("a", ""));
        assertThat(store.describe(ID, Optional.of(layer.chainId())))
                .containsOnlyKeys("LowerDir", "MergedDir", "UpperDir", "WorkDir");
        assertThat(store.describe(layer.chainId())).containsOnlyKeys("MergedDir", "UpperDir", "WorkDir");
    }

    @Test
    void chainIdsAreThoseOfTheSpecification() {
        Digest a = Digest.of(TarBytes.bytes("a"));
        Digest b = Digest.of(TarBytes.bytes("b"));
        assertThat(ChainId.top(List.of())).isEmpty();
        assertThat(ChainId.top(List.of(a))).contains(new ChainId(a));
        assertThat(ChainId.top(List.of(a, b))).contains(new ChainId(Digest.of(TarBytes.bytes(a + " " + b))));
    }
}
