package jdocker.daemon.http;

/** The methods that the Docker API knows. */
public enum HttpMethod {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE,
    OPTIONS
}
