package jdocker.daemon.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import jdocker.daemon.event.Event;
import jdocker.daemon.event.EventLog;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that is killed in the midst of writing keeps all that it has acknowledged. */
class StateStoreCrashTest {
    private static final Collection<Integer> NUMBERS = new Collection<>("number", Integer.class);

    @TempDir
    Path directory;

    /** What the daemon that dies does: writes pairs, and says so when each is acknowledged. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) {
            StateStore store = StateStore.open(Path.of(arguments[0]));
            for (int t = 0; t < 4; t++) {
                int thread = t;
                Thread.ofPlatform().start(() -> {
                    for (int i = 0; ; i++) {
                        int value = i;
                        store.write(thread % 2 == 0 ? Durability.FULL : Durability.NORMAL, tx -> {
                            tx.put(NUMBERS, "a" + thread, value);
                            tx.put(NUMBERS, "b" + thread, value);
                            tx.append(Event.now("t", "set", "a" + thread, Map.of("value", "" + value)));
                            return true;
                        });
                        synchronized (Victim.class) {
                            System.out.println(thread + " " + value);
                        }
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 400, 900})
    @Timeout(120)
    void acknowledgedChangesSurviveAKill(int lines) throws Exception {
        Path file = directory.resolve("state.db");
        Path said = Files.createFile(directory.resolve("said"));
        int[] acknowledged = {-1, -1, -1, -1};
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(said.toFile())
                .start();
        while (victim.isAlive() && Files.readAllLines(said).size() < lines) {
            Thread.sleep(5);
        }
        victim.destroyForcibly().waitFor();
        Files.readAllLines(said).forEach(line -> note(line, acknowledged));
        assertThat(acknowledged).doesNotContain(-1);
        try (StateStore store = StateStore.open(file)) {
            for (int thread = 0; thread < 4; thread++) {
                int value = store.snapshot().get(NUMBERS, "a" + thread).orElseThrow();
                assertThat(value).isGreaterThanOrEqualTo(acknowledged[thread]);
                assertThat(store.snapshot().get(NUMBERS, "b" + thread)).contains(value);
            }
            assertThat(events(store))
                    .isEqualTo(store.snapshot().all(NUMBERS).values().stream()
                                    .mapToInt(value -> value + 1)
                                    .sum()
                            / 2);
        }
    }

    private static void note(String line, int[] acknowledged) {
        if (line.matches("[0-3] [0-9]+")) {
            int thread = line.charAt(0) - '0';
            acknowledged[thread] = Math.max(acknowledged[thread], Integer.parseInt(line.substring(2)));
        }
    }

    private static int events(StateStore store) throws InterruptedException {
        int count = 0;
        try (EventLog.Reader reader = store.events().from(Instant.EPOCH)) {
            while (!reader.caughtUp()) {
                List<Event> events = reader.next(Duration.ofSeconds(5));
                for (Event event : events) {
                    assertThat(event.sequence()).isEqualTo(++count);
                }
            }
        }
        return count;
    }
}
