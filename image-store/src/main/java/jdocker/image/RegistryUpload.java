package jdocker.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import jdocker.image.RegistryConnection.Answer;
import jdocker.image.RegistryConnection.Ask;
import jdocker.image.RegistryConnection.Content;
import jdocker.image.RegistryException.Kind;
import jdocker.oci.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings one blob to a repository, in as many pieces as the connection makes of it. Used once. */
public final class RegistryUpload {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryUpload.class);

    /** Registries hash and move what has arrived before they answer; those on object stores take minutes for some GB. */
    private static final int FINISHING = 20;

    private final Repository repository;
    private final Optional<String> mountFrom;
    private final Digest digest;

    RegistryUpload(Repository repository, Optional<String> mountFrom, Digest digest) {
        this.repository = repository;
        this.mountFrom = mountFrom;
        this.digest = digest;
    }

    /** What became of it. */
    public enum Outcome {
        PUSHED,
        MOUNTED
    }

    /** Opens the content from its beginning, as often as it must be sent. */
    public interface Source {
        /** @throws RuntimeException where there is nothing to open, which ends the upload as it is */
        InputStream open() throws IOException;
    }

    /** @param progress how many bytes have left; may go back when a piece is repeated */
    public Outcome run(Source source, long size, LongConsumer progress) {
        Optional<URI> session = beginOrMount(source);
        if (session.isEmpty()) {
            return Outcome.MOUNTED;
        }
        var retry = new Retry(transport().settings().attempts());
        URI at = session.get();
        long offset = 0;
        while (true) {
            boolean whole = offset >= size;
            try {
                at = whole ? at : send(at, source, offset, size, progress);
                whole = true;
                finish(at);
                return Outcome.PUSHED;
            } catch (Interrupted e) {
                retry.after(e.wait, e.failure);
                if (whole && repository.blobSize(digest).isPresent()) {
                    return Outcome.PUSHED; // it was the answer alone that got lost
                }
                long arrived = arrived(at);
                if (arrived > offset) {
                    retry.progress();
                }
                offset = Math.max(arrived, 0);
                if (arrived < 0) {
                    at = begin(Optional.empty()).orElseThrow();
                }
            }
        }
    }

    private RegistryTransport transport() {
        return repository.connection().transport();
    }

    /** Something that may go better when it is continued. */
    private static final class Interrupted extends Exception {
        private static final long serialVersionUID = 1;
        private final transient RegistryException failure;
        private final transient Optional<String> wait;

        Interrupted(RegistryException failure, Optional<String> wait) {
            super(failure);
            this.failure = failure;
            this.wait = wait;
        }
    }

    /** Empty when the registry has mounted the blob. That it may not, or cannot, is no reason not to bring it. */
    private Optional<URI> beginOrMount(Source source) {
        try {
            return begin(mountFrom);
        } catch (RegistryException e) {
            if (mountFrom.isEmpty() || e.isUnreachable()) {
                throw e;
            }
            LOG.info("{} does not mount {} from {}: {}", repository.host(), digest, mountFrom.get(), e.getMessage());
            check(source);
            return begin(Optional.empty());
        }
    }

    /** In the caller's thread: what fails in the HTTP client's is told apart from a broken connection by nobody. */
    private static void check(Source source) {
        try {
            source.open().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when the registry has mounted the blob. */
    private Optional<URI> begin(Optional<String> from) {
        try (Answer answer = repository.connection().send(repository.beginUpload(from, digest))) {
            if (answer.status() == 201 && from.isPresent()) {
                return Optional.empty();
            }
            if (answer.status() != 202) {
                throw repository.refused("blobs/uploads/", answer);
            }
            return Optional.of(location(answer)
                    .orElseThrow(() -> new RegistryException(
                            Kind.WRONG_CONTENT, repository.host() + " does not say where the upload goes")));
        }
    }

    private Optional<URI> location(Answer answer) {
        return answer.header("Location")
                .flatMap(location -> repository
                        .connection()
                        .endpoint()
                        .follow(answer.response().uri(), location));
    }

    private URI send(URI to, Source source, long offset, long size, LongConsumer progress) throws Interrupted {
        check(source);
        var sent = new AtomicLong(offset);
        var content = new Content(
                () -> BodyPublishers.fromPublisher(
                        BodyPublishers.ofInputStream(() -> open(source, offset, sent, progress)), size - offset),
                sent::get);
        Map<String, String> headers = offset == 0
                ? Map.of("Content-Type", "application/octet-stream")
                : Map.of("Content-Type", "application/octet-stream", "Content-Range", offset + "-" + (size - 1));
        Ask ask =
                Ask.of("PATCH", to, headers, repository.scopes()).with(content).once();
        try (Answer answer = repository.connection().send(ask)) {
            check(answer, 202);
            return location(answer).orElse(to);
        } catch (RegistryException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw new Interrupted(e, Optional.empty());
            }
            throw e;
        }
    }

    private void finish(URI at) throws Interrupted {
        URI target = URI.create(
                at + (at.getRawQuery() == null ? "?" : "&") + "digest=" + Repository.encoded(digest.toString()));
        Ask ask = Ask.of("PUT", target, Map.of(), repository.scopes())
                .patiently(transport().patience().multipliedBy(FINISHING))
                .once();
        try (Answer answer = repository.connection().send(ask)) {
            check(answer, 201);
        } catch (RegistryException e) {
            if (e.kind() == Kind.UNAVAILABLE) {
                throw new Interrupted(e, Optional.empty());
            }
            throw e;
        }
    }

    private void check(Answer answer, int wanted) throws Interrupted {
        int status = answer.status();
        if (status == wanted || status == 201 || status == 202 || status == 204) {
            return;
        }
        RegistryException failure = repository.refused("blobs/uploads/", answer);
        boolean again = status >= 500 || status == 429 || status == 408 || status == 404 || status == 416;
        if (again) {
            throw new Interrupted(
                    new RegistryException(Kind.UNAVAILABLE, String.valueOf(failure.getMessage()), failure),
                    answer.header("Retry-After"));
        }
        throw failure;
    }

    /** How many bytes the registry has; -1 when it has forgotten the upload. */
    private long arrived(URI at) {
        try (Answer answer = repository.connection().send(Ask.of("GET", at, Map.of(), repository.scopes()))) {
            if (answer.status() != 204 && answer.status() != 202) {
                return -1;
            }
            String range = answer.header("Range").orElse("");
            int dash = range.lastIndexOf('-');
            String last = range.substring(dash + 1);
            return dash < 0 || !last.matches("[0-9]{1,18}") || last.equals("0") ? 0 : Long.parseLong(last) + 1;
        }
    }

    private static InputStream open(Source source, long offset, AtomicLong sent, LongConsumer progress) {
        try {
            InputStream in = source.open();
            in.skipNBytes(offset);
            return new FilterInputStream(in) {
                @Override
                public int read(byte[] target, int at, int length) throws IOException {
                    int count = super.read(target, at, length);
                    if (count > 0) {
                        progress.accept(sent.addAndGet(count));
                    }
                    return count;
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A body that is in memory. */
    static Content content(byte[] bytes) {
        return new Content(() -> BodyPublishers.ofByteArray(bytes), () -> 0);
    }
}
