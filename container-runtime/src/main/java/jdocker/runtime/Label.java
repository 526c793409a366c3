package jdocker.runtime;

/** A place later in a phase that steps can skip to; made by {@link PlanWriter#label()}, put down by {@link PlanWriter#place}. */
final class Label {
    private static final int NOWHERE = -1;
    private int position = NOWHERE;

    void placeAt(int step) {
        if (position != NOWHERE) {
            throw new IllegalStateException("label placed twice");
        }
        position = step;
    }

    /** How many steps lie between a step and this label. */
    int distanceFrom(int step) {
        if (position <= step) {
            throw new IllegalStateException("step " + step + " skips to a label that is not behind it");
        }
        return position - step - 1;
    }
}
