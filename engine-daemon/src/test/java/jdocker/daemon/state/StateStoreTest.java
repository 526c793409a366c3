package jdocker.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import jdocker.daemon.error.EngineException.Conflict;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventLog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StateStoreTest {
    record Thing(
            String name,
            Instant made,
            List<String> parts,
            Map<String, Long> sizes,
            @Nullable String note) {}

    private static final Collection<Thing> THINGS = new Collection<>("thing", Thing.class);
    private static final Collection<Integer> NUMBERS = new Collection<>("number", Integer.class);

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("state.db");
    }

    private static Thing thing(String name) {
        return new Thing(
                name, Instant.parse("2026-11-22T10:00:00.123456789Z"), List.of("a", "b"), Map.of("x", 1L), null);
    }

    @Test
    void whatWasWrittenIsReadAgainByTheNextDaemon() {
        try (StateStore store = StateStore.open(file())) {
            for (Durability durability : Durability.values()) {
                String result = store.write(durability, tx -> {
                    tx.put(THINGS, durability.name(), thing(durability.name()));
                    return "result";
                });
                assertThat(result).isEqualTo("result");
            }
            assertThat(store.snapshot().all(THINGS)).containsOnlyKeys("FULL", "NORMAL");
        }
        try (StateStore store = StateStore.open(file())) {
            assertThat(store.snapshot().get(THINGS, "FULL")).contains(thing("FULL"));
            assertThat(store.snapshot().all(THINGS))
                    .containsEntry("NORMAL", thing("NORMAL"))
                    .hasSize(2);
            assertThat(store.snapshot().get(THINGS, "other")).isEmpty();
            assertThat(store.snapshot().all(NUMBERS)).isEmpty();
        }
    }

    @Test
    void aTransactionSeesItsOwnChangesAndReadersDoNotUntilItIsCommitted() {
        try (StateStore store = StateStore.open(file())) {
            Snapshot before = store.snapshot();
            store.write(Durability.NORMAL, tx -> {
                tx.put(NUMBERS, "a", 1);
                tx.put(NUMBERS, "a", 2);
                tx.put(NUMBERS, "b", 3);
                tx.remove(NUMBERS, "b");
                tx.remove(NUMBERS, "never there");
                assertThat(tx.all(NUMBERS)).isEqualTo(Map.of("a", 2));
                assertThat(store.snapshot().all(NUMBERS)).isEmpty();
                return tx;
            });
            assertThat(before.all(NUMBERS)).isEmpty();
            assertThat(store.snapshot().all(NUMBERS)).isEqualTo(Map.of("a", 2));
        }
    }

    @Test
    void aChangeThatThrowsLeavesNothingBehind() {
        try (StateStore store = StateStore.open(file())) {
            assertThatThrownBy(() -> store.write(Durability.FULL, tx -> {
                        tx.put(NUMBERS, "a", 1);
                        tx.append(Event.now("t", "a", "id", Map.of()));
                        throw new Conflict("the name is taken");
                    }))
                    .isInstanceOf(Conflict.class)
                    .hasMessage("the name is taken");
            assertThat(store.snapshot().all(NUMBERS)).isEmpty();
            assertThat(store.events().last()).isZero();
            store.write(Durability.FULL, tx -> {
                tx.append(Event.now("t", "b", "id", Map.of()));
                return true;
            });
            assertThat(store.events().last()).isEqualTo(1);
        }
    }

    @Test
    void changesFromManyThreadsAllCount() throws InterruptedException {
        try (StateStore store = StateStore.open(file())) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 16; t++) {
                Durability durability = t % 4 == 0 ? Durability.FULL : Durability.NORMAL;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 50; i++) {
                        store.write(durability, tx -> {
                            tx.put(NUMBERS, "sum", tx.get(NUMBERS, "sum").orElse(0) + 1);
                            tx.append(Event.now("t", "add", "sum", Map.of()));
                            return true;
                        });
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(store.snapshot().get(NUMBERS, "sum")).contains(800);
            assertThat(store.events().last()).isEqualTo(800);
        }
    }

    @Test
    void theFileIsForRootAlone() throws IOException {
        StateStore.open(file()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedFileIsSaidToBeDamaged() throws IOException {
        try (StateStore store = StateStore.open(file())) {
            store.write(Durability.FULL, tx -> {
                for (int i = 0; i < 500; i++) {
                    tx.put(THINGS, "t" + i, thing("t" + i));
                }
                return true;
            });
        }
        byte[] bytes = Files.readAllBytes(file());
        java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Files.write(file(), bytes);
        assertThatThrownBy(() -> StateStore.open(file()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("the file is damaged: restore it");
        Files.writeString(file(), "this is no database at all, but it is long enough to look at".repeat(50));
        assertThatThrownBy(() -> StateStore.open(file()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aDatabaseOfANewerReleaseIsRefused() throws SQLException {
        StateStore.open(file()).close();
        run("PRAGMA user_version = 99");
        assertThatThrownBy(() -> StateStore.open(file()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("newer jdocker (schema 99");
    }

    @Test
    void aDatabaseOfSomebodyElseIsRefused() throws SQLException {
        run("PRAGMA application_id = 7");
        assertThatThrownBy(() -> StateStore.open(file())).hasMessageContaining("of some other program");
    }

    /** The schema of each release, by which its databases are recognised. */
    @Test
    void theFirstSchemaIsStillRead() throws SQLException {
        run(
                "CREATE TABLE object (collection TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL,"
                        + " PRIMARY KEY (collection, id)) STRICT",
                "CREATE TABLE event (sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, type TEXT NOT NULL,"
                        + " action TEXT NOT NULL, actor TEXT NOT NULL, attributes BLOB NOT NULL) STRICT",
                "CREATE INDEX event_time ON event (time)",
                "INSERT INTO object VALUES ('thing', 'a', CAST('{\"name\":\"a\",\"made\":\"2026-11-22T10:00:00.123456789Z\","
                        + "\"parts\":[\"a\",\"b\"],\"sizes\":{\"x\":1},\"unknown\":1}' AS BLOB))",
                "INSERT INTO event VALUES (7, 1000000001, 'container', 'start', 'id', CAST('{\"name\":\"web\"}' AS BLOB))",
                "PRAGMA application_id = 1784967011",
                "PRAGMA user_version = 1");
        try (StateStore store = StateStore.open(file())) {
            assertThat(store.snapshot().get(THINGS, "a")).contains(thing("a"));
            assertThat(store.events().last()).isEqualTo(7);
        }
    }

    private void run(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.executeUpdate(sql);
            }
        }
    }

    @Test
    void theLogDoesNotGrowForEver() throws IOException {
        try (StateStore store = StateStore.open(file())) {
            String note = "x".repeat(20_000);
            for (int i = 0; i < 3000; i++) {
                String id = "t" + i % 10;
                store.write(Durability.NORMAL, tx -> {
                    tx.put(THINGS, id, new Thing(id, Instant.EPOCH, List.of(), Map.of(), note));
                    return true;
                });
            }
            assertThat(Files.size(Path.of(file() + "-wal"))).isLessThan(48L << 20);
        }
        assertThat(Files.size(file())).isLessThan(4L << 20);
    }

    @Test
    void oldEventsAreDropped() throws InterruptedException {
        try (StateStore store = StateStore.open(file(), new StateStore.Retention(Duration.ofDays(1), 1500))) {
            store.write(Durability.NORMAL, tx -> {
                tx.append(
                        new Event("t", "ancient", "id", Map.of(), Instant.now().minus(Duration.ofDays(2)), 0));
                return true;
            });
            for (int i = 0; i < 40; i++) {
                store.write(Durability.NORMAL, tx -> {
                    for (int j = 0; j < 100; j++) {
                        tx.append(Event.now("t", "a", "id", Map.of()));
                    }
                    return true;
                });
            }
            try (EventLog.Reader reader = store.events().from(Instant.EPOCH)) {
                List<Event> first = reader.next(Duration.ofSeconds(5));
                assertThat(first.getFirst().sequence()).isGreaterThan(1000);
            }
        }
    }

    @Test
    void eventsArePublishedOnceTheyAreCommitted() throws Exception {
        try (StateStore store = StateStore.open(file());
                EventLog.Reader reader = store.events().fromNow()) {
            var inChange = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            Thread writer = Thread.ofPlatform()
                    .start(() -> store.write(Durability.NORMAL, tx -> {
                        tx.append(Event.now("t", "a", "id", Map.of("k", "v")));
                        inChange.countDown();
                        await(goOn);
                        return true;
                    }));
            inChange.await();
            assertThat(reader.next(Duration.ofMillis(50))).isEmpty();
            goOn.countDown();
            assertThat(reader.next(Duration.ofSeconds(5))).singleElement().satisfies(event -> {
                assertThat(event.sequence()).isEqualTo(1);
                assertThat(event.attributes()).containsEntry("k", "v");
            });
            writer.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void writingAfterTheEndIsAnError() {
        StateStore store = StateStore.open(file());
        store.close();
        assertThatThrownBy(() -> store.write(Durability.FULL, tx -> true)).isInstanceOf(StateException.class);
    }
}
