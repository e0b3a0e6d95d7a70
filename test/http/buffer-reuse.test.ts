import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import express from 'express';
import { defineCollector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { PrometheusOutput } from '../../src/export/prometheus/output.ts';
import { createMetricsHandler } from '../../src/http/metrics.ts';
import { gauge } from '../../src/metrics/metric.ts';
import { openHost } from '../support/host-tree.ts';
import { NAMING } from '../support/naming.ts';
import { listen, UNLIMITED } from '../support/servers.ts';

/**
 * Number of series. The body is larger than the buffers of a connection, so most of it stays in memory until the client
 * reads it.
 */
const SERIES = 400_000;

/**
 * Starts a server. Its series have the number of the pass as their value. The first pass waits until `concurrent` requests
 * have arrived.
 */
async function serve({
  concurrent,
}: {
  readonly concurrent: number;
}): Promise<AsyncDisposable & { readonly url: string }> {
  const family = gauge('node_pass', 'Number of the pass.', ['series']);
  const { promise: requested, resolve } = Promise.withResolvers<void>();
  let [passes, requests] = [0, 0];
  const counting = defineCollector({
    name: 'counting',
    help: 'Number of the pass',
    create: () => ({
      families: [family],
      async collect(_host, emit) {
        await requested;
        passes += 1;
        for (let series = 0; series < SERIES; series += 1) emit(family, passes, { series: String(series) });
      },
    }),
  }).create({});
  const gatherer = new Gatherer({
    host: openHost('/nowhere'),
    collectors: [counting],
    selfMetrics: [],
    observe: () => undefined,
  });
  const output = new PrometheusOutput({
    gatherer,
    resource: {},
    naming: NAMING,
  });
  const handler = createMetricsHandler({
    scrape: (request) => output.scrape(request),
    collectors: ['counting'],
    scrapeMetrics: {
      startScrape() {
        requests += 1;
        if (requests === concurrent) resolve();
      },
      endScrape: () => undefined,
    },
    requiresSuccess: true,
    limits: { timeout: 60, maxRequests: 0 },
    ...UNLIMITED,
  });
  const servers = await listen(express().use('/metrics', handler));
  return {
    url: `${servers.urls[0]}/metrics`,
    async [Symbol.asyncDispose]() {
      await servers.close(0);
      await output.shutdown();
    },
  };
}

async function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
}

/** Reads a response and returns the distinct values of its series. */
async function readPasses(response: IncomingMessage): Promise<readonly string[]> {
  const lines = (await text(response)).split('\n').filter((line) => line.startsWith('node_pass{'));
  assert.equal(lines.length, SERIES);
  return [...new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))];
}

test('/metrics does not reuse the buffer of a page that a slow client has not read', async () => {
  await using served = await serve({ concurrent: 1 });
  const slow = await open(served.url);
  for (const pass of ['2', '3', '4']) assert.deepEqual(await readPasses(await open(served.url)), [pass]);
  assert.deepEqual(await readPasses(slow), ['1']);
});

test('/metrics does not reuse the buffer of a shared page until both clients have read it', async () => {
  await using served = await serve({ concurrent: 2 });
  const [slow, fast] = await Promise.all([open(served.url), open(served.url)]);
  assert.deepEqual(await readPasses(fast), ['1']);
  for (const pass of ['2', '3']) assert.deepEqual(await readPasses(await open(served.url)), [pass]);
  assert.deepEqual(await readPasses(slow), ['1']);
});
