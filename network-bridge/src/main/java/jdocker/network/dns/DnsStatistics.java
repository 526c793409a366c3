package jdocker.network.dns;

/**
 * What the resolver has done since its start, in queries.
 *
 * @param answered about containers
 * @param cached answered from what was heard before
 * @param forwarded asked outside
 * @param unanswered outside nobody answered in time
 * @param refused too many at once
 * @param malformed not understood
 */
public record DnsStatistics(
        long answered, long cached, long forwarded, long unanswered, long refused, long malformed) {}
