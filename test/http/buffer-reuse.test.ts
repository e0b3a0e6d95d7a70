import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import express from 'express';
import { defineCollector } from '../../src/collection/collector.ts';
import { Gatherer } from '../../src/collection/gatherer.ts';
import { PrometheusOutput } from '../../src/export/prometheus/scrape.ts';
import { createMetricsHandler } from '../../src/http/metrics.ts';
import { Servers } from '../../src/http/server.ts';
import { gauge } from '../../src/metrics/metric.ts';
import { openHost } from '../support/host-tree.ts';

/** More than the buffers of a connection hold: the rest of the page waits for who reads it. */
const SERIES = 400_000;

/** Each pass says of all its series which it is; the first begins when so many ask for it. */
async function serve({ together }: { readonly together: number }): Promise<AsyncDisposable & { readonly url: string }> {
  const family = gauge('node_pass', 'Which pass it is.', ['series']);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let [passes, requests] = [0, 0];
  const counting = defineCollector({
    name: 'counting',
    help: 'Counts its runs.',
    create: () => ({
      families: [family],
      async collect(_host, emit) {
        await asked;
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
  const output = new PrometheusOutput({ gatherer, resource: {}, version: '1', namespace: 'node', scopeInfo: false });
  const handler = createMetricsHandler({
    scrape: (request) => output.scrape(request),
    collectors: ['counting'],
    scrapes: {
      begin() {
        requests += 1;
        if (requests === together) resolve();
      },
      end: () => undefined,
    },
    timeout: 60,
    maxRequests: 0,
  });
  const servers = await Servers.listen([{ host: '127.0.0.1', port: 0 }], express().use('/metrics', handler));
  return {
    url: `${servers.urls[0]}/metrics`,
    async [Symbol.asyncDispose]() {
      await servers.close(0);
      await output.shutdown();
    },
  };
}

async function ask(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
}

/** Which passes a page is of: one. */
async function passesOf(response: IncomingMessage): Promise<readonly string[]> {
  const lines = (await text(response)).split('\n').filter((line) => line.startsWith('node_pass{'));
  assert.equal(lines.length, SERIES);
  return [...new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1)))];
}

test('/metrics sends a slow reader the page of its own scrape, whoever scrapes meanwhile', async () => {
  await using served = await serve({ together: 1 });
  const slow = await ask(served.url);
  for (const pass of ['2', '3', '4']) assert.deepEqual(await passesOf(await ask(served.url)), [pass]);
  assert.deepEqual(await passesOf(slow), ['1']);
});

test('/metrics keeps the page that two read at once until both have it', async () => {
  await using served = await serve({ together: 2 });
  const [slow, fast] = await Promise.all([ask(served.url), ask(served.url)]);
  assert.deepEqual(await passesOf(fast), ['1']);
  for (const pass of ['2', '3']) assert.deepEqual(await passesOf(await ask(served.url)), [pass]);
  assert.deepEqual(await passesOf(slow), ['1']);
});
