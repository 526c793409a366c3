package jdocker.network.address;

/**
 * Who has an address.
 *
 * @param id which stays the same as long as the owner exists
 * @param words how messages call it
 */
public record AddressOwner(String id, String words) {}
