package jdocker.daemon.container;

import static jdocker.daemon.http.Lane.WORK;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.nio.file.Path;
import java.util.Base64;
import jdocker.api.WireJson;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;
import jdocker.storage.RootTree;

/** {@code /containers/{id}}: its files, copied out and in, listed, exported. */
final class ContainerFileRoutes {
    private static final String TAR = "application/x-tar";
    private static final String STAT = "X-Docker-Container-Path-Stat";
    private static final int BUFFER = 64 * 1024;

    private static final ObjectMapper JSON = WireJson.newMapper();

    private final ContainerCopies copies;

    ContainerFileRoutes(ContainerCopies copies) {
        this.copies = copies;
    }

    void addTo(Router router) {
        router.add(HttpMethod.GET, "/containers/{id}/changes", WORK, this::changes);
        router.add(HttpMethod.GET, "/containers/{id}/export", WORK, this::export);
        router.add(HttpMethod.HEAD, "/containers/{id}/archive", WORK, this::stat);
        router.add(HttpMethod.GET, "/containers/{id}/archive", WORK, this::copyOut);
        router.add(HttpMethod.PUT, "/containers/{id}/archive", WORK, this::copyIn);
        // Ours alone.
        router.add(HttpMethod.POST, "/containers/{id}/written", WORK, this::takeOver);
    }

    private Response changes(Request request) {
        return Response.ok(copies.changes(request.path("id")));
    }

    private Response export(Request request) {
        ContainerTree tree = copies.forExport(request.path("id"));
        return Response.stream(200, TAR, out -> {
            try (tree;
                    var buffered = new BufferedOutputStream(out, BUFFER)) {
                tree.files().export(buffered);
            }
        });
    }

    private Response stat(Request request) {
        String reference = request.path("id");
        try (ContainerTree tree = copies.tree(reference)) {
            return Response.ok().withHeader(STAT, header(find(request, tree, reference)));
        }
    }

    private Response copyOut(Request request) {
        String reference = request.path("id");
        Container c = copies.container(reference);
        String path = request.query().text("path");
        ContainerTree tree = copies.tree(reference);
        boolean handedOver = false;
        try {
            String header = header(find(request, tree, reference));
            handedOver = true;
            return Response.stream(200, TAR, out -> {
                        try (tree) {
                            copies.copyOut(c, tree, path, out);
                        }
                    })
                    .withHeader(STAT, header);
        } finally {
            if (!handedOver) {
                tree.close();
            }
        }
    }

    private static RootTree.Found find(Request request, ContainerTree tree, String reference) {
        return ContainerCopies.find(tree, reference, request.query().text("path"));
    }

    private static String header(RootTree.Found found) {
        try {
            return Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(ContainerCopies.stat(found)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // strings and numbers are always JSON
        }
    }

    private Response copyIn(Request request) {
        copies.copyIn(
                request.path("id"),
                request.query().text("path"),
                request.body(),
                request.query().flag("noOverwriteDirNonDir"),
                request.query().flag("copyUIDGID"));
        return Response.ok();
    }

    private Response takeOver(Request request) {
        String from = request.query().text("from");
        if (from.isEmpty() || from.indexOf(0) >= 0) {
            throw new InvalidRequest("the folder to take over is missing: name it by the parameter from");
        }
        copies.takeOver(request.path("id"), Path.of(from));
        return Response.noContent();
    }
}
