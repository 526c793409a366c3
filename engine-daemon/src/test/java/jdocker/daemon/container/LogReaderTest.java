package jdocker.daemon.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class LogReaderTest {
    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("c-json.log");
    }

    private void write(int from, int to) throws IOException {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append("{\"log\":\"line ")
                    .append(i)
                    .append("\\n\",\"stream\":\"")
                    .append(i % 2 == 0 ? "stdout" : "stderr")
                    .append("\",\"time\":\"")
                    .append(START.plusSeconds(i))
                    .append("\"}\n");
        }
        Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void rotate(int files) throws IOException {
        for (int i = files - 1; i > 0; i--) {
            Path from = i == 1 ? log() : Path.of(log() + "." + (i - 1));
            if (Files.exists(from)) {
                Files.move(from, Path.of(log() + "." + i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static LogQuery query(long tail) {
        return new LogQuery(true, true, tail, Instant.MIN, Instant.MAX, false, false, false);
    }

    private List<Integer> read(LogQuery query) throws Exception {
        var lines = new ArrayList<Integer>();
        try (var reader = new LogReader(log())) {
            reader.read(query, collect(lines));
        }
        return lines;
    }

    private static LogReader.Sink collect(List<Integer> lines) {
        return new LogReader.Sink() {
            @Override
            public void record(LogRecord record) {
                String text = new String(record.message(), StandardCharsets.UTF_8);
                synchronized (lines) {
                    lines.add(Integer.valueOf(text.substring(5).strip()));
                }
            }

            @Override
            public void pause() {}
        };
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @Test
    void readsNothingWhereThereIsNoLog() throws Exception {
        assertThat(read(query(-1))).isEmpty();
    }

    @Test
    void readsRotatedFilesFromOldToNew() throws Exception {
        write(0, 100);
        rotate(3);
        write(100, 200);
        rotate(3);
        write(200, 250);

        assertThat(read(query(-1))).isEqualTo(range(0, 250));
    }

    @ParameterizedTest(name = "the last {0}")
    @ValueSource(ints = {0, 1, 49, 50, 51, 149, 150, 151, 5000})
    void findsTheLastRecordsAcrossFiles(int tail) throws Exception {
        write(0, 100);
        rotate(3);
        write(100, 200);
        rotate(3);
        write(200, 250);

        assertThat(read(query(tail))).isEqualTo(range(Math.max(0, 250 - tail), 250));
    }

    @Test
    void findsTheLastRecordsInLongFiles() throws Exception {
        write(0, 20_000);

        assertThat(read(query(3))).isEqualTo(range(19_997, 20_000));
        assertThat(read(query(15_000))).isEqualTo(range(5_000, 20_000));
    }

    @Test
    void endsWhereTheLogEndedWhenAskedHoweverBusyTheWriter() throws Exception {
        write(0, 10);
        var lines = new ArrayList<Integer>();
        LogReader.Sink collected = collect(lines);
        try (var reader = new LogReader(log())) {
            reader.read(query(2), new LogReader.Sink() {
                @Override
                public void record(LogRecord record) throws IOException, InterruptedException {
                    write(10 + lines.size(), 11 + lines.size());
                    collected.record(record);
                }

                @Override
                public void pause() {}
            });
        }
        assertThat(lines).containsExactly(8, 9);
    }

    @Test
    void choosesByTimeAndStream() throws Exception {
        write(0, 100);
        var query = new LogQuery(true, false, -1, START.plusSeconds(10), START.plusSeconds(20), false, false, false);

        assertThat(read(query)).containsExactly(10, 12, 14, 16, 18, 20);
    }

    @Test
    void skipsWhatACrashCutShort() throws Exception {
        write(0, 2);
        Files.writeString(log(), "{\"log\":\"half\n", StandardOpenOption.APPEND);
        write(2, 3);
        Files.writeString(log(), "{\"log\":\"no end", StandardOpenOption.APPEND);

        assertThat(read(query(-1))).containsExactly(0, 1, 2);
    }

    @Test
    void followsThroughRotationsWithoutLosingOrRepeating() throws Exception {
        var lines = new ArrayList<Integer>();
        var ended = new AtomicBoolean();
        write(0, 10);
        try (var watch = new LogWatch();
                var reader = new LogReader(log())) {
            Thread follower = Thread.ofVirtual().start(() -> follow(reader, watch, ended, lines));
            await(lines, 10);
            int next = 10;
            for (int round = 0; round < 40; round++) {
                write(next, next + 25);
                next += 25;
                if (round % 2 == 0) {
                    rotate(3);
                    await(lines, next - 25); // one file behind at most: real ones take a while to fill
                }
            }
            ended.set(true);
            reader.wake();
            follower.join();

            assertThat(lines).hasSize(next).startsWith(0).endsWith(next - 1).isSorted();
        }
    }

    /** The watch finds the next file while the one before it is read to its end, for the last time. */
    @Test
    void readsTheFileThatComesWhileItReadsForTheLastTime() throws Exception {
        var lines = new ArrayList<Integer>();
        write(0, 10);
        try (var watch = new LogWatch();
                var reader = new LogReader(log())) {
            LogReader.Sink collecting = collect(lines);
            reader.follow(query(-1), watch, () -> true, new LogReader.Sink() {
                @Override
                public void record(LogRecord record) throws IOException, InterruptedException {
                    collecting.record(record);
                    if (lines.size() == 10) {
                        rotate(3);
                        write(10, 20);
                        var noticed = new CountDownLatch(1);
                        try (var _ = watch.watch(directory, noticed::countDown)) {
                            Files.createFile(directory.resolve("anything"));
                            noticed.await(); // called after the reader, which was there first
                        }
                    }
                }

                @Override
                public void pause() throws IOException {
                    collecting.pause();
                }
            });
        }
        assertThat(lines).isEqualTo(range(0, 20));
    }

    @Test
    void followsALogThatIsNotThereYet() throws Exception {
        var lines = new ArrayList<Integer>();
        var ended = new AtomicBoolean();
        try (var watch = new LogWatch();
                var reader = new LogReader(log())) {
            Thread follower = Thread.ofVirtual().start(() -> follow(reader, watch, ended, lines));
            Thread.sleep(50);
            write(0, 5);
            await(lines, 5);
            ended.set(true);
            reader.wake();
            follower.join();

            assertThat(lines).isEqualTo(range(0, 5));
        }
    }

    @Test
    void aFollowerHearsOfALineWithinMilliseconds() throws Exception {
        var lines = new ArrayList<Integer>();
        var ended = new AtomicBoolean();
        write(0, 1);
        try (var watch = new LogWatch();
                var reader = new LogReader(log())) {
            Thread follower = Thread.ofVirtual().start(() -> follow(reader, watch, ended, lines));
            await(lines, 1);
            long begin = System.nanoTime();
            write(1, 2);
            await(lines, 2);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            ended.set(true);
            reader.wake();
            follower.join();
        }
    }

    private static void follow(LogReader reader, LogWatch watch, AtomicBoolean ended, List<Integer> lines) {
        try {
            reader.follow(query(-1), watch, ended::get, collect(lines));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(List<Integer> lines, int count) throws InterruptedException {
        while (true) {
            synchronized (lines) {
                if (lines.size() >= count) {
                    return;
                }
            }
            Thread.sleep(1);
        }
    }

    @Test
    void writesDockersFramesTimesAndDetails() throws Exception {
        var record = new LogRecord(
                "hi\n".getBytes(StandardCharsets.UTF_8), true, START, new TreeMap<>(Map.of("a", "b c", "d", "e")));
        var out = new ByteArrayOutputStream();
        var query = new LogQuery(true, true, -1, Instant.MIN, Instant.MAX, true, true, false);
        new LogText(out, query, true).record(record);

        String text = "2026-11-22T10:00:00.000000000Z a=b+c,d=e hi\n";
        byte[] all = out.toByteArray();
        assertThat(new String(all, 8, all.length - 8, StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(all).startsWith(2, 0, 0, 0, 0, 0, 0, text.length());
    }
}
