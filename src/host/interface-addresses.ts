import { networkInterfaces } from 'node:os';

export interface InterfaceAddress {
  readonly device: string;
  readonly address: string;
  /** `24`; `0` for a mask that is not a prefix. */
  readonly prefixLength: string;
}

/**
 * Returns the addresses in the network namespace of this process. getifaddrs(3) appends the label of an address to the
 * name of the interface: `eth0:web`.
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
