import { networkInterfaces } from 'node:os';

export interface InterfaceAddress {
  readonly device: string;
  readonly address: string;
  /** `24`; `0` when the mask is no prefix. */
  readonly prefixLength: string;
}

/** Of this process' network namespace, by getifaddrs(3), which knows interfaces by an address' label, too: `eth0:web`. */
export function readInterfaceAddresses(): readonly InterfaceAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map(({ address, cidr }) => ({
      device: name.replace(/:.*/, ''),
      address,
      prefixLength: cidr?.split('/')[1] ?? '0',
    })),
  );
}
