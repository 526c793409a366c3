package jdocker.daemon.container;

import java.util.Optional;
import jdocker.api.ContainerConfig;
import jdocker.api.IdResponse;
import jdocker.daemon.error.EngineException.InvalidRequest;
import jdocker.daemon.http.HttpMethod;
import jdocker.daemon.http.Lane;
import jdocker.daemon.http.Query;
import jdocker.daemon.http.Request;
import jdocker.daemon.http.Response;
import jdocker.daemon.http.Router;

/** {@code POST /commit}. */
final class CommitRoutes {
    private final Commits commits;

    CommitRoutes(Commits commits) {
        this.commits = commits;
    }

    void addTo(Router router) {
        router.add(HttpMethod.POST, "/commit", Lane.WORK, this::commit);
    }

    private Response commit(Request request) {
        Query query = request.query();
        Optional<ContainerConfig> wanted = request.optionalJson(ContainerConfig.class);
        if (query.text("container").isEmpty()) {
            throw new InvalidRequest("no container was named: the parameter container is missing");
        }
        Container c = commits.container(query.text("container"));
        var commit = new ImageCommit(
                c.id(),
                c.imageId(),
                Optional.ofNullable(c.topLayer()),
                c.config(),
                wanted,
                query.text("repo"),
                query.text("tag"),
                query.text("author"),
                query.text("comment"),
                query.all("changes"));
        return Response.created(new IdResponse(commits.commit(c, commit, query.flag("pause", true))));
    }
}
