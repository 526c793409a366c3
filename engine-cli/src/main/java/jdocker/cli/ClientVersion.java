package jdocker.cli;

/** What this client says of itself. */
record ClientVersion(String version, String revision, String java, String platform) {}
