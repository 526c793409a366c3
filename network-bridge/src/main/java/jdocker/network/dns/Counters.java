package jdocker.network.dns;

/** What the resolver has done. For the event loop alone. */
final class Counters {
    long answered;
    long cached;
    long forwarded;
    long unanswered;
    long refused;
    long malformed;

    DnsStatistics snapshot() {
        return new DnsStatistics(answered, cached, forwarded, unanswered, refused, malformed);
    }
}
