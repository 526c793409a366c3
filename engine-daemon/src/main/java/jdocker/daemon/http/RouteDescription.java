package jdocker.daemon.http;

/** A route as {@link Router#routes} lists it. */
public record RouteDescription(HttpMethod method, String template, Lane lane) {}
