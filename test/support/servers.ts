import type { RequestListener } from 'node:http';
import type { AppOptions } from '../../src/http/app.ts';
import type { ConnectionLimits } from '../../src/http/connections.ts';
import { Servers } from '../../src/http/server.ts';
import type { TlsConnections } from '../../src/http/tls/tls-connections.ts';
import { UnsentBodies } from '../../src/http/unsent-bodies.ts';
import type { OnLimit } from '../../src/util/limit-counter.ts';

/** Options of a metrics handler whose limits no test reaches. */
export const UNLIMITED = {
  unsentBodies: new UnsentBodies(Number.POSITIVE_INFINITY, () => undefined),
  onLimit: () => undefined,
};

/** Handlers of an exporter without a web configuration. */
export const OPEN_ACCESS_HANDLERS: Pick<AppOptions, 'addHeaders' | 'checkAccess'> = {
  addHeaders: (_request, _response, next) => next(),
  checkAccess: (_request, _response, next) => next(),
};

const LIMITS: ConnectionLimits = { maxConnections: 1000, responseTimeout: 60 };

interface ListenOptions {
  readonly addresses?: Parameters<typeof Servers.listen>[0];
  readonly limits?: Partial<ConnectionLimits>;
  readonly onLimit?: OnLimit;
  readonly tls?: TlsConnections | undefined;
}

/** Listens on a free port of the loopback interface, unless `addresses` are set. */
export function listen(
  handle: RequestListener,
  { addresses = [{ host: '127.0.0.1', port: 0 }], limits, onLimit = () => undefined, tls }: ListenOptions = {},
): Promise<Servers> {
  return Servers.listen(addresses, handle, { limits: { ...LIMITS, ...limits }, onLimit, tls });
}
