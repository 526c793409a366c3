package jdocker.storage;

/**
 * What one layer may hold before it counts as an attack on the disk: far more than any image has.
 *
 * @param bytes of file content, holes not counted
 */
public record UnpackLimits(long entries, long bytes) {
    public static final UnpackLimits DEFAULT = new UnpackLimits(5_000_000, 1L << 40);
}
