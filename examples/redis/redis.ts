import { type Collector, createExporter, type Emit, type FlagValues, labelsOf, secret, text } from 'otel-node-exporter';
import * as families from './families.ts';
import { Info } from './info.ts';
import { ask } from './resp.ts';

const flags = {
  'redis.addr': text('Address of the Redis.', 'URL', 'redis://localhost:6379'),
  'redis.user': text('Name to log in with, where there are several.', 'NAME'),
  'redis.password': secret('Password to log in with.', 'PASSWORD'),
};

function collectorsOf(address: string, values: FlagValues<typeof flags>): readonly Collector[] {
  const { 'redis.user': user, 'redis.password': password } = values;
  const url = new URL(address.includes('://') ? address : `redis://${address}`);
  const login = password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]];
  const info: Collector = {
    name: 'info',
    families: families.all,
    async collect(host, emit) {
      const replies = await ask(url, [...login, ['INFO', 'ALL']], host.remaining);
      emitInfo(new Info(replies.at(-1) ?? ''), emit, host.now());
    },
  };
  return [info];
}

function emitInfo(info: Info, emit: Emit, now: number): void {
  emit(
    families.instance,
    1,
    labelsOf(families.instance.labels, (name) => info.text(name)),
  );
  each(families.fields, info, emit);
  each(families.start, info, (family, uptime) => emit(family, Math.floor(now) - uptime));
  for (const { name, parts } of info.parted('db')) {
    const db = `db${name}`;
    each(families.databases, parts, (family, value) => emit(family, value, { db }));
    each(families.databaseTimes, parts, (family, milliseconds) => emit(family, milliseconds / 1e3, { db }));
  }
  for (const { name: cmd, parts } of info.parted('cmdstat_')) {
    each(families.commands, parts, (family, value) => emit(family, value, { cmd }));
    each(families.commandTimes, parts, (family, microseconds) => emit(family, microseconds / 1e6, { cmd }));
  }
  for (const { name: err, parts } of info.parted('errorstat_')) {
    each(families.errors, parts, (family, value) => emit(family, value, { err }));
  }
}

/** Visits the families whose value Redis tells: an older one tells fewer. */
function each<F>(
  byName: Readonly<Record<string, F>>,
  values: { get(name: string): number | undefined },
  visit: (family: F, value: number) => void,
): void {
  for (const [name, family] of Object.entries(byName)) {
    const value = values.get(name);
    if (value !== undefined) visit(family, value);
  }
}

await createExporter({
  name: 'redis_exporter',
  description: 'Metrics of a Redis.',
  version: '1.0.0',
  namespace: 'redis',
  port: 9121,
  flags,
  collectors: (values) => collectorsOf(values['redis.addr'], values),
  targets: collectorsOf,
});
