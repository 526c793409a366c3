package jdocker.cli;

/** A field of a listing's rows and the header it stands under. */
record Column(String field, String header) {}
