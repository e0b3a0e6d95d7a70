import type { TestContext } from 'node:test';
import { createAccessHandler, createHeaderHandler } from '../../src/http/access-control.ts';
import { createApp } from '../../src/http/app.ts';
import type { Servers } from '../../src/http/server.ts';
import { TlsConnections } from '../../src/http/tls/tls-connections.ts';
import { WebAccessSource } from '../../src/http/web-access.ts';
import type { OnLimit } from '../../src/util/limit-counter.ts';
import { listen } from './servers.ts';

export interface WebServer {
  readonly servers: Servers;
  readonly url: string;
  readonly port: number;
  /** Messages of the log. */
  readonly messages: readonly string[];
}

export interface WebServerOptions {
  readonly addresses?: Parameters<typeof Servers.listen>[0];
  readonly maxConnections?: number;
  readonly onLimit?: OnLimit;
  readonly now?: () => number;
}

/** Starts an exporter without collectors, whose `/metrics` is a constant text. Its access is configured by a file. */
export async function serveWeb(
  context: TestContext,
  file: string,
  { addresses, maxConnections = 1000, onLimit = () => undefined, now }: WebServerOptions = {},
): Promise<WebServer> {
  const messages: string[] = [];
  const record = (message: string): void => void messages.push(message);
  const log = { info: record, error: record } as never;
  const source = await WebAccessSource.load({ file, log, ...(now && { now }) });
  const tls = source.current.tlsServer && new TlsConnections(source);
  const app = createApp({
    info: undefined,
    metrics: (_request, response) => void response.send('up 1\n'),
    metricsPath: '/metrics',
    addHeaders: createHeaderHandler(source),
    checkAccess: createAccessHandler({
      source,
      lacksCertificate: ({ socket }) => tls?.lacksCertificate(socket) ?? false,
      onLimit,
    }),
    targets: undefined,
    landingPage: { name: 'test', description: 'Test.', version: '1' },
    notReadyReason: () => undefined,
    onError: (error) => record(String(error)),
  });
  const servers = await listen(app, { ...(addresses && { addresses }), limits: { maxConnections }, onLimit, tls });
  context.after(() => servers.close(0));
  const [url = ''] = servers.urls;
  return { servers, url, port: Number(url.split(':').at(-1)), messages };
}
