import { networkInterfaces } from 'node:os';

export interface InterfaceAddress {
  readonly device: string;
  readonly address: string;
  /** Length of the network prefix, for example `24`. The length is `0` if the network mask is not contiguous. */
  readonly prefixLength: string;
}

/**
 * Returns the addresses in the network namespace of this process. For an address with a label, getifaddrs(3) returns the
 * label (`eth0:web`) as the name of the interface. This function returns the name `eth0`.
 */
export function readInterfaceAddresses(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, cidr }) => ({
      device: name.replace(/:.*/, ''),
      address,
      prefixLength: cidr?.split('/')[1] ?? '0',
    })),
  );
}
