import dns, { type LookupAddress, type LookupOptions } from 'node:dns';

type Callback = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Callers of the lookups that have not ended, by name and options. */
const pending = new Map<string, Callback[]>();

/**
 * Resolves a host name as `dns.lookup()` does, with one lookup at a time for each name. Each lookup occupies a thread until
 * the name servers respond, which may take half a minute. A client that connects every second would occupy all threads.
 * For the option `lookup` of `net.connect()` and of HTTP agents.
 */
export function sharedLookup(
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
): void {
  const key = JSON.stringify([hostname, options.family, options.hints, options.order]);
  const respond: Callback = (error, addresses) => {
    const [first] = addresses;
    if (error !== null || options.all === true) callback(error, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
  const callers = pending.get(key);
  if (callers !== undefined) {
    callers.push(respond);
    return;
  }
  pending.set(key, [respond]);
  dns.lookup(hostname, { ...options, all: true }, (error, addresses = []) => {
    const waiting = pending.get(key) ?? [];
    pending.delete(key);
    for (const caller of waiting) caller(error, addresses);
  });
}

/** Returns a description of each lookup that occupies a thread, including those of other modules. */
export function pendingLookups(): readonly string[] {
  return process
    .getActiveResourcesInfo()
    .flatMap((resource) => (LOOKUP.test(resource) ? ['lookup of a host name'] : []));
}

const LOOKUP = /^Get(?:Addr|Name)InfoReqWrap$/;
