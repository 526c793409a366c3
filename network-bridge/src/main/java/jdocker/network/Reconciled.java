package jdocker.network;

import java.util.List;
import java.util.Map;

/**
 * What {@link BridgeNetworks#reconcile} did.
 *
 * @param publications of each sandbox, by its id: from now on the caller's to close
 * @param removed what had no owner, in words
 * @param problems what could not be put back, in words
 */
public record Reconciled(Map<String, List<Publication>> publications, List<String> removed, List<String> problems) {
    public Reconciled {
        publications = Map.copyOf(publications);
        removed = List.copyOf(removed);
        problems = List.copyOf(problems);
    }
}
