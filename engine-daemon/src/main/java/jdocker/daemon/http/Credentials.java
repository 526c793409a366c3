package jdocker.daemon.http;

/** Who is at the other end of the socket, as the kernel says ({@code SO_PEERCRED}); -1 where it cannot say (TCP). */
public record Credentials(int pid, int uid, int gid) {}
