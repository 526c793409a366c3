package jdocker.runtime;

import java.util.List;
import java.util.Map;

/**
 * A finished plan.
 *
 * @param bytes what the shim reads
 * @param steps what the bytes say, to explain a failure
 */
record Plan(byte[] bytes, Map<Phase, List<Step>> steps) {
    Plan {
        steps = Map.copyOf(steps);
    }

    /** The step that the shim reports by number. */
    Step step(Phase phase, int index) {
        return steps.getOrDefault(phase, List.of()).get(index);
    }
}
