import assert from 'node:assert/strict';
import { containers } from '../../../src/collectors/containers.ts';
import { findGoTool } from '../tools/go-tools.ts';
import { MEMORY_TOLERANCE } from './cgroups.ts';
import { eventually } from './eventually.ts';
import { kill, run, waitForOutput } from './program.ts';
import { parseSeries, type Series } from './series.ts';

/** Returns the reason why cAdvisor cannot run here, or `false`. */
export function missingCadvisor(): string | false {
  return findGoTool('cadvisor') === undefined && 'cAdvisor is not built: npm run tools cadvisor (needs Go)';
}

/** Starts a real cAdvisor on the loopback interface. */
export async function startCadvisor(flags: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  const started = run(findGoTool('cadvisor') ?? '', ['--docker_only', ...flags]);
  const url = await waitForOutput(started, /http:\/\/127\.0\.0\.1:\d+/);
  return { url: `${url}/metrics`, [Symbol.asyncDispose]: () => kill(started) };
}

/** The parsed metrics of cAdvisor or of the exporter. */
export interface Page {
  readonly series: readonly Series[];
  /** Type of each family, by family name. */
  readonly types: ReadonlyMap<string, string>;
}

/** Matches the timestamp that cAdvisor adds to each sample: the Unix time in milliseconds. */
const TIMESTAMP = / (\d{13})$/gm;

export function parsePage(text: string): Page {
  const types = text.matchAll(/^# TYPE (\w+) (\w+)$/gm);
  return {
    series: parseSeries(text.replaceAll(TIMESTAMP, '')),
    types: new Map([...types].map(([, name = '', type = '']) => [name, type])),
  };
}

/** A value of cAdvisor may be older than its timestamp by up to this time. */
const MAX_AGE_MS = 2000;

/** Waits until cAdvisor reports values of these containers that are newer than this call. Returns its metrics. */
export async function nextCadvisorPage(ids: readonly string[], getPage: () => Promise<string>): Promise<Page> {
  const earliest = Date.now() + MAX_AGE_MS;
  const isFresh = (text: string): boolean =>
    ids.every((id) => {
      const lines = text.split('\n').filter((line) => line.startsWith('container_memory_usage_bytes'));
      return Number(/ (\d{13})$/.exec(lines.find((line) => line.includes(id)) ?? '')?.[1]) > earliest;
    });
  return parsePage(await eventually(getPage, isFresh));
}

const EXPORTER_NAMES = new Set(
  containers
    .create({ 'containers.labels': [], 'containers.docker-socket': '', 'containers.cri-socket': '' })
    .families.map(({ name }) => name),
);

/**
 * Returns whether cAdvisor lacks a series of the exporter. cAdvisor reports neither the metadata of a container nor its
 * loopback interface.
 */
function isMissingInCadvisor({ name, labels }: Series): boolean {
  return name === 'container_info' || labels['interface'] === 'lo';
}

/** Returns the series of one container in the families that both programs report. A key consists of name and labels. */
export function sharedSeries(
  { series, types }: Page,
  id: string,
  { types: others }: Page,
): ReadonlyMap<string, Series> {
  const shared = series.filter(
    (one) =>
      one.labels['id']?.endsWith(id) &&
      EXPORTER_NAMES.has(one.name) &&
      types.has(one.name) &&
      others.has(one.name) &&
      !isMissingInCadvisor(one),
  );
  return new Map(shared.map((one) => [keyOf(one), one]));
}

function keyOf({ name, labels }: Series): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  const texts = pairs.map(([label, value]) => `${label}=${value}`);
  return `${name} ${texts.toSorted().join(' ')}`;
}

/** The metrics of cAdvisor, and the metrics of the exporter from before and after them. */
export interface Pages {
  readonly before: Page;
  readonly cadvisor: Page;
  readonly after: Page;
}

/**
 * Asserts that both programs report the same series of one container with the same types. Each value of cAdvisor must be
 * between the two values of the exporter.
 *
 * @param isComparable returns whether both programs report a series in the same way
 */
export function assertSameAsCadvisor(
  { before, cadvisor, after }: Pages,
  id: string,
  isComparable: (key: string) => boolean,
): void {
  const [earlier, expected, later] = [
    sharedSeries(before, id, cadvisor),
    sharedSeries(cadvisor, id, before),
    sharedSeries(after, id, cadvisor),
  ];
  const keysOf = (series: ReadonlyMap<string, Series>): readonly string[] =>
    [...series.keys()].filter(isComparable).toSorted();
  assert.deepEqual(keysOf(later), keysOf(expected));
  assert.ok(keysOf(expected).length >= 20, `${keysOf(expected).length} series`);
  for (const key of keysOf(expected)) {
    const [name = ''] = key.split(' ');
    assert.equal(after.types.get(name), cadvisor.types.get(name), name);
    const values = [earlier, later].map((series) => series.get(key)?.value ?? Number.NaN);
    const value = expected.get(key)?.value ?? Number.NaN;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const tolerance = toleranceOf(name, cadvisor.types.get(name));
    assert.ok(value >= min - tolerance && value <= max + tolerance, `${key}: expected ${min} to ${max}, got ${value}`);
  }
}

/**
 * Returns the allowed difference of a value. The difference is 0 for counters, because each value must lie between an
 * earlier and a later reading of a counter that never decreases. The memory usage of an idle container changes by a few
 * pages.
 */
function toleranceOf(name: string, type: string | undefined): number {
  if (type === 'counter' || name.startsWith('container_spec_')) return 0;
  if (name.startsWith('container_memory_')) return MEMORY_TOLERANCE;
  // cAdvisor rounds to whole seconds, and takes the start time from Docker.
  if (name === 'container_start_time_seconds' || name === 'container_last_seen') return 2;
  // When a shell starts a program, the number of processes is larger by 1 for a short time.
  return 1;
}
