package jdocker.api;

import java.util.List;

/**
 * The answer to {@code GET /containers/{id}/reach}, ours: whether one container reaches another, step by step.
 *
 * @param port such as {@code 80/tcp}; empty when none was asked for
 * @param stopsAt the first step that does not lead on; empty when all do
 */
@WireRecord
public record NetworkReach(String from, String to, String port, boolean reaches, String stopsAt, List<Step> steps) {
    public NetworkReach {
        steps = List.copyOf(steps);
    }

    /**
     * @param step {@code container}, {@code dns}, {@code route}, {@code rule}, {@code listener} or {@code connection}
     * @param outcome {@code ok}, {@code stops} or {@code skipped}
     * @param says what was found
     * @param remedy what to do; empty when there is nothing to do
     */
    @WireRecord
    public record Step(String step, String outcome, String says, String remedy) {}
}
