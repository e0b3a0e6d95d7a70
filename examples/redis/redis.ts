import { type Collector, createExporter, type Emit, type FlagValues, labelsOf, secret, text } from 'otel-node-exporter';
import * as families from './families.ts';
import { Info } from './info.ts';
import { sendCommands } from './resp.ts';

const flags = {
  'redis.addr': text('URL of Redis.', 'URL', 'redis://localhost:6379'),
  'redis.user': text('User name for Redis. If empty, the default user logs in.', 'NAME'),
  'redis.password': secret('Password for Redis.', 'PASSWORD'),
};

/** @param address address of Redis: `redis://host:port` or `host:port` */
function collectorsOf(address: string, values: FlagValues<typeof flags>): readonly Collector[] {
  const { 'redis.user': user, 'redis.password': password } = values;
  const url = new URL(address.includes('://') ? address : `redis://${address}`);
  const login = password === '' ? [] : [['AUTH', ...(user === '' ? [] : [user]), password]];
  const info: Collector = {
    name: 'info',
    families: families.all,
    async collect(host, emit) {
      const replies = await sendCommands(url, [...login, ['INFO', 'ALL']], host.remaining);
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
  visitPresent(families.fields, info, emit);
  visitPresent(families.start, info, (family, uptime) => emit(family, Math.floor(now) - uptime));
  for (const { suffix, parts } of info.composites('db')) {
    const db = `db${suffix}`;
    visitPresent(families.databases, parts, (family, value) => emit(family, value, { db }));
    visitPresent(families.databaseTimes, parts, (family, milliseconds) => emit(family, milliseconds / 1e3, { db }));
  }
  for (const { suffix: cmd, parts } of info.composites('cmdstat_')) {
    visitPresent(families.commands, parts, (family, value) => emit(family, value, { cmd }));
    visitPresent(families.commandTimes, parts, (family, microseconds) => emit(family, microseconds / 1e6, { cmd }));
  }
  for (const { suffix: err, parts } of info.composites('errorstat_')) {
    visitPresent(families.errors, parts, (family, value) => emit(family, value, { err }));
  }
}

/** Calls `visit` for each family that has a value. An older version of Redis lacks some fields. */
function visitPresent<F>(
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
  description: 'Metrics of Redis.',
  version: '1.0.0',
  namespace: 'redis',
  port: 9121,
  flags,
  collectors: (values) => collectorsOf(values['redis.addr'], values),
  targets: collectorsOf,
});
