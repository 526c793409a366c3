package jdocker.it;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Clients that make, rename, tag and remove without a pause, and remember what they were told. */
final class PowerCutLoad {
    static final String SOURCE = "source";
    static final int REGISTRY_PORT = 5012;
    private static final int REMOTES = 5;
    private static final int MARKER = 200_000;
    private static final byte[] BASE =
            TestImages.tar(tar -> TestImages.file(tar, "base", 0644, TestImages.text("base\n".repeat(50_000))));

    private final Engine engine;
    private final Map<String, Expected> containers = new ConcurrentHashMap<>();
    private final Map<String, Expected> images = new ConcurrentHashMap<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopped;
    private volatile boolean powerGoes;
    private int round;

    /** What must be true of a name: what was asked and not answered may have happened or not. */
    enum Expected {
        PRESENT,
        ABSENT,
        EITHER
    }

    PowerCutLoad(Engine engine) {
        this.engine = engine;
    }

    Map<String, Expected> containers() {
        return containers;
    }

    Map<String, Expected> images() {
        return images;
    }

    void start(long seed) {
        stopped = false;
        powerGoes = false;
        round++;
        clients.clear();
        clients.add(client(() -> containers("a" + round + "-", new Random(seed))));
        clients.add(client(() -> containers("b" + round + "-", new Random(seed + 1))));
        clients.add(client(() -> images("i" + round + "-", new Random(seed + 2))));
        clients.add(client(() -> loads("l" + round + "-", new Random(seed + 3))));
        clients.add(client(() -> commits("m" + round + "-")));
        clients.add(client(this::pulls));
        clients.add(client(this::shortLives));
    }

    /** Clears the tables for the next round: everything that is there goes, acknowledged or not. */
    void removeAll(Set<String> containerNames, Set<String> tags) {
        containerNames.forEach(
                name -> engine.http().delete("/containers/" + name).is(204));
        tags.forEach(tag -> engine.http().delete("/images/" + tag).is(200));
        containers.clear();
        images.clear();
        containerNames.forEach(name -> containers.put(name, Expected.ABSENT));
        tags.forEach(tag -> images.put(tag, Expected.ABSENT));
    }

    /**
     * From now on nothing counts as acknowledged. The daemon lives on for a moment with its disk dead, and a sync that was
     * under way when it died may return as if it had been done; with the power gone nobody would hear of it.
     */
    void powerGoes() {
        powerGoes = true;
    }

    /** After the daemon is gone: waits for the clients to notice. */
    void stop() {
        stopped = true;
        for (Thread client : clients) {
            try {
                client.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static Thread client(Runnable work) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run();
            } catch (UncheckedIOException e) {
                // The daemon is gone in the middle of a request: nothing was acknowledged.
            }
        });
    }

    private void containers(String prefix, Random random) {
        for (int i = 0; !stopped; i++) {
            String name = prefix + i;
            String body = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}";
            attempt(
                    containers,
                    name,
                    Expected.PRESENT,
                    201,
                    () -> engine.http().post("/containers/create?name=" + name, body));
            if (random.nextInt(3) == 0) {
                String other = name + "-renamed";
                containers.put(other, Expected.EITHER);
                boolean renamed = attempt(
                        containers,
                        name,
                        Expected.ABSENT,
                        204,
                        () -> engine.http().post("/containers/" + name + "/rename?name=" + other, ""));
                if (renamed) {
                    containers.put(other, Expected.PRESENT);
                }
            } else if (random.nextBoolean()) {
                attempt(
                        containers,
                        name,
                        Expected.ABSENT,
                        204,
                        () -> engine.http().delete("/containers/" + name));
            }
        }
    }

    private void images(String prefix, Random random) {
        for (int i = 0; !stopped; i++) {
            String name = prefix + i;
            String tag = name + ":latest";
            byte[] archive = marker(tag);
            attempt(
                    images,
                    tag,
                    Expected.PRESENT,
                    200,
                    () -> engine.http()
                            .send("POST", "/images/create?fromSrc=-&repo=" + name, "application/x-tar", archive));
            if (random.nextInt(3) == 0) {
                attempt(images, tag, Expected.ABSENT, 200, () -> engine.http().delete("/images/" + tag));
            }
        }
    }

    private void loads(String prefix, Random random) {
        for (int i = 0; !stopped; i++) {
            String tag = prefix + i + ":latest";
            byte[] layer = marker(tag);
            byte[] archive = TestImages.dockerArchive(tag, "\"Cmd\":[\"x\"]", List.of(BASE, layer));
            attempt(
                    images,
                    tag,
                    Expected.PRESENT,
                    200,
                    () -> engine.http().send("POST", "/images/load", "application/x-tar", archive));
            if (random.nextInt(3) == 0) {
                attempt(images, tag, Expected.ABSENT, 200, () -> engine.http().delete("/images/" + tag));
            }
        }
    }

    /** Of one container, that has another file for each image. */
    private void commits(String prefix) {
        for (int i = 0; !stopped; i++) {
            String name = prefix + i;
            String tag = name + ":latest";
            Http.Answer copied = engine.http()
                    .send("PUT", "/containers/" + SOURCE + "/archive?path=/", "application/x-tar", marker(tag));
            if (copied.status() == 200) {
                attempt(
                        images,
                        tag,
                        Expected.PRESENT,
                        201,
                        () -> engine.http().post("/commit?container=" + SOURCE + "&repo=" + name, ""));
            }
        }
    }

    private void pulls() {
        for (int i = 0; !stopped; i = (i + 1) % REMOTES) {
            String name = remote(i);
            String tag = name + ":latest";
            attempt(
                    images,
                    tag,
                    Expected.PRESENT,
                    200,
                    () -> engine.http().post("/images/create?fromImage=" + name + "&tag=latest", ""));
            attempt(images, tag, Expected.ABSENT, 200, () -> engine.http().delete("/images/" + tag));
        }
    }

    /** What clients commit, and what they pull, before any power is cut. */
    void prepare() {
        engine.docker("create", "--name", SOURCE, "--network", "none", "busybox", "true")
                .ok();
        for (int i = 0; i < REMOTES; i++) {
            String tag = remote(i) + ":latest";
            engine.dockerWithInput(TestImages.dockerArchive(tag, "\"Cmd\":[\"x\"]", List.of(BASE, marker(tag))), "load")
                    .ok();
            engine.docker("push", tag).ok();
            engine.docker("rmi", tag).ok();
        }
    }

    private static String remote(int number) {
        return "127.0.0.1:" + REGISTRY_PORT + "/power/p" + number;
    }

    private static byte[] marker(String tag) {
        return TestImages.tar(tar -> TestImages.file(tar, "marker", 0644, TestImages.text(content(tag))));
    }

    /** Starts and ends, whose state is only a hint, in between. */
    private void shortLives() {
        String body =
                "{\"Image\":\"busybox\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\",\"AutoRemove\":true}}";
        for (int i = 0; !stopped; i++) {
            String name = "short" + round + "-" + i;
            containers.put(name, Expected.EITHER);
            engine.http().post("/containers/create?name=" + name, body);
            engine.http().post("/containers/" + name + "/start", "");
        }
    }

    private interface Request {
        Http.Answer send();
    }

    /** True when the answer says that it was done. */
    private boolean attempt(Map<String, Expected> model, String name, Expected after, int done, Request request) {
        model.put(name, Expected.EITHER);
        Http.Answer answer = request.send();
        boolean acknowledged = answer.status() == done && !answer.body().contains("errorDetail") && complete(answer);
        if (powerGoes || !acknowledged) {
            return false;
        }
        model.put(name, after);
        return true;
    }

    // A stream of progress that broke off has a good status and no last line.
    private static boolean complete(Http.Answer answer) {
        return !answer.head().contains("chunked")
                || answer.body().contains("sha256:")
                || answer.body().contains("Loaded image");
    }

    /** What the one file in an image of this name holds. */
    static String content(String tag) {
        return (tag + "\n").repeat(MARKER / (tag.length() + 1));
    }
}
