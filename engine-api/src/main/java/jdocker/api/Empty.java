package jdocker.api;

/** An object without members, as the values of Docker's sets are. */
@WireRecord
public record Empty() {}
