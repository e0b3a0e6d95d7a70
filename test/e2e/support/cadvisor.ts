import assert from 'node:assert/strict';
import { containers } from '../../../src/collectors/containers.ts';
import { findGoTool } from '../tools/go-tools.ts';
import { MEMORY_TOLERANCE } from './cgroups.ts';
import { eventually } from './eventually.ts';
import { kill, run, waitForOutput } from './program.ts';
import { parseSeries, type Series } from './series.ts';

/** Why no real cAdvisor can run here, or `false`. */
export function missingCadvisor(): string | false {
  return findGoTool('cadvisor') === undefined && 'no cAdvisor: npm run tools cadvisor builds it where Go is';
}

/** Starts a real cAdvisor on the loopback. */
export async function startCadvisor(flags: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  const started = run(findGoTool('cadvisor') ?? '', ['--docker_only', ...flags]);
  const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  return { url: `${url}/metrics`, [Symbol.asyncDispose]: () => kill(started) };
}

export interface Page {
  readonly series: readonly Series[];
  /** By name of the family. */
  readonly types: ReadonlyMap<string, string>;
}

/** cAdvisor says when it has read what it says, in milliseconds since 1970. */
const STAMP = / (\d{13})$/gm;

export function parsePage(text: string): Page {
  const types = text.matchAll(/^# TYPE (\w+) (\w+)$/gm);
  return {
    series: parseSeries(text.replaceAll(STAMP, '')),
    types: new Map([...types].map(([, name = '', type = '']) => [name, type])),
  };
}

/** Some of what it says may be older than the moment that it gives. */
const READING_MS = 2000;

/** A page of cAdvisor's, once all that it says of these containers was read from now on. */
export async function nextCadvisorPage(ids: readonly string[], ask: () => Promise<string>): Promise<Page> {
  const moment = Date.now() + READING_MS;
  const isFresh = (text: string): boolean =>
    ids.every((id) => {
      const line = text.split('\n').find((one) => one.startsWith('container_memory_usage_bytes') && one.includes(id));
      return Number(/ (\d{13})$/.exec(line ?? '')?.[1]) > moment;
    });
  return parsePage(await eventually(ask, isFresh));
}

const OUR_NAMES = new Set(
  containers
    .create({ 'containers.labels': [], 'containers.docker-socket': '', 'containers.cri-socket': '' })
    .families.map(({ name }) => name),
);

/** What cAdvisor does not have: the names of a container once, and the loopback of its network. */
function isOursAlone({ name, labels }: Series): boolean {
  return name === 'container_info' || labels['interface'] === 'lo';
}

/** The series of one container in families that both have, by name and all labels. */
export function sharedSeries(
  { series, types }: Page,
  id: string,
  { types: others }: Page,
): ReadonlyMap<string, Series> {
  const own = series.filter(
    (one) =>
      one.labels['id']?.endsWith(id) &&
      OUR_NAMES.has(one.name) &&
      types.has(one.name) &&
      others.has(one.name) &&
      !isOursAlone(one),
  );
  return new Map(own.map((one) => [keyOf(one), one]));
}

function keyOf({ name, labels }: Series): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  const texts = pairs.map(([label, value]) => `${label}=${value}`);
  return `${name} ${texts.toSorted().join(' ')}`;
}

/** Three pages, in the order in which they were asked for. */
export interface Pages {
  readonly first: Page;
  readonly theirs: Page;
  readonly last: Page;
}

/**
 * Of one container both say the same: series of the same names, types and labels, and values that lie between ours.
 *
 * @param isTold whether both can say what a key is about
 */
export function assertSameAsCadvisor(
  { first, theirs, last }: Pages,
  id: string,
  isTold: (key: string) => boolean,
): void {
  const [earlier, their, later] = [
    sharedSeries(first, id, theirs),
    sharedSeries(theirs, id, first),
    sharedSeries(last, id, theirs),
  ];
  const keysOf = (series: ReadonlyMap<string, Series>): readonly string[] =>
    [...series.keys()].filter(isTold).toSorted();
  assert.deepEqual(keysOf(later), keysOf(their));
  assert.ok(keysOf(their).length >= 20, `${keysOf(their).length} series`);
  for (const key of keysOf(their)) {
    const [name = ''] = key.split(' ');
    assert.equal(last.types.get(name), theirs.types.get(name), name);
    const values = [earlier, later].map((series) => series.get(key)?.value ?? Number.NaN);
    const value = their.get(key)?.value ?? Number.NaN;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const tolerance = toleranceOf(name, theirs.types.get(name));
    assert.ok(value >= least - tolerance && value <= most + tolerance, `${key}: ${least} ${value} ${most}`);
  }
}

/** Counts between two readings are between their values; memory that is held comes and goes by some pages. */
function toleranceOf(name: string, type: string | undefined): number {
  if (type === 'counter' || name.startsWith('container_spec_')) return 0;
  if (name.startsWith('container_memory_')) return MEMORY_TOLERANCE;
  // In whole seconds, and Docker's word for when it has started a container.
  if (name === 'container_start_time_seconds' || name === 'container_last_seen') return 2;
  // A shell that starts a program is one process more.
  return 1;
}
