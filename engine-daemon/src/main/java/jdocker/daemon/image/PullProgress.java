package jdocker.daemon.image;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdocker.api.ProgressMessage;
import jdocker.daemon.http.ResponseStream;
import jdocker.image.LayerDownload;
import jdocker.image.LayerDownload.Phase;
import jdocker.image.LayerDownload.Progress;
import jdocker.oci.Descriptor;

/** Tells how layers come along, in the lines that Docker's clients know. One thread. */
final class PullProgress {
    private final ResponseStream out;
    private final Map<LayerDownload<?>, Progress> told = new HashMap<>();

    PullProgress(ResponseStream out) {
        this.out = out;
    }

    void begin(LayerDownload<?> layer) throws IOException {
        out.appendJsonLine(ProgressMessages.layer("Pulling fs layer", layer.blob()));
    }

    void exists(Descriptor layer) throws IOException {
        out.appendJsonLine(ProgressMessages.layer("Already exists", layer));
    }

    /** What is new since the last time. */
    void update(List<? extends LayerDownload<?>> layers) throws IOException {
        for (LayerDownload<?> layer : layers) {
            Progress now = layer.progress();
            Progress before = told.put(layer, now);
            if (before == null || !before.equals(now)) {
                tell(layer.blob(), before, now);
            }
        }
        out.flush();
    }

    private void tell(Descriptor layer, @org.jspecify.annotations.Nullable Progress before, Progress now)
            throws IOException {
        Phase last = before == null ? null : before.phase();
        if (last == null && now.phase() == Phase.WAITING) {
            out.appendJsonLine(ProgressMessages.layer("Waiting", layer));
        }
        if (now.phase() == Phase.DOWNLOADING && now.current() > 0) {
            out.appendJsonLine(ProgressMessages.layer("Downloading", layer, now.current()));
        }
        boolean fetched = now.phase() == Phase.EXTRACTING || now.phase() == Phase.COMPLETE;
        if (fetched && last != Phase.EXTRACTING && last != Phase.COMPLETE) {
            out.appendJsonLine(ProgressMessages.layer("Verifying Checksum", layer));
            out.appendJsonLine(ProgressMessages.layer("Download complete", layer));
        }
        if (fetched && last != Phase.COMPLETE) {
            long current = now.phase() == Phase.COMPLETE ? now.total() : now.current();
            out.appendJsonLine(ProgressMessages.layer("Extracting", layer, current));
        }
        if (now.phase() == Phase.COMPLETE && last != Phase.COMPLETE) {
            out.appendJsonLine(ProgressMessages.layer("Pull complete", layer));
        }
    }

    void status(String text) throws IOException {
        out.writeJsonLine(ProgressMessages.status(text));
    }

    void status(String text, String id) throws IOException {
        out.writeJsonLine(new ProgressMessage(null, text, null, null, id, null, null, null));
    }
}
