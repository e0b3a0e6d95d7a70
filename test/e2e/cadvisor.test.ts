import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { containers } from '../../src/collectors/containers.ts';
import { type Cadvisor, missingCadvisor, type Page, parsePage, startCadvisor } from './support/cadvisor.ts';
import { deviceOf } from './support/cgroups.ts';
import { BUSYBOX, importBusybox } from './support/docker/busybox.ts';
import { createDataRoot, type Engine, missingDocker, startEngine } from './support/docker/engine.ts';
import { getText, type Program, startProgram } from './support/program.ts';
import { describeUnless, missing } from './support/requirements.ts';
import type { Series } from './support/series.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers', '--web.disable-exporter-metrics'];

/** What cAdvisor does not have: the names of a container once, and the loopback of its network. */
function isOursAlone({ name, labels }: Series): boolean {
  return name === 'container_info' || labels['interface'] === 'lo';
}

const OUR_NAMES = new Set(
  containers
    .create({ 'containers.labels': [], 'containers.docker-socket': '', 'containers.cri-socket': '' })
    .families.map(({ name }) => name),
);

/** The series of one container that both have families for, by name and all labels. */
function ofContainer({ series }: Page, id: string): ReadonlyMap<string, Series> {
  const own = series.filter((one) => one.labels['id']?.endsWith(id) && OUR_NAMES.has(one.name) && !isOursAlone(one));
  return new Map(own.map((one) => [keyOf(one), one]));
}

function keyOf({ name, labels }: Series): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '');
  return `${name} ${pairs
    .map(([label, value]) => `${label}=${value}`)
    .toSorted()
    .join(' ')}`;
}

describeUnless(missingDocker() || missing('busybox') || missingCadvisor(), 'containers beside a real cAdvisor', () => {
  const parts: {
    data?: Awaited<ReturnType<typeof createDataRoot>>;
    engine?: Engine;
    program?: Program;
    cadvisor?: Cadvisor;
  } = {};
  const ids = new Map<string, string>();
  /** Ours, theirs, ours, one after the other. */
  const pages: Page[] = [];

  before(async () => {
    parts.data = await createDataRoot();
    parts.engine = await startEngine({ dataRoot: parts.data.path, network: 'own' });
    importBusybox(parts.engine);
    startContainers(parts.engine, deviceOf(parts.data.path));
    const socket = parts.engine.host.slice('unix://'.length);
    parts.program = await startProgram([...FLAGS, `--containers.docker-socket=${socket}`]);
    parts.cadvisor = await startCadvisor([`--docker=${parts.engine.host}`, '--containerd=/nowhere']);
    const { url } = parts.program;
    const ours = async (): Promise<Page> => parsePage(await getText(`${url}/metrics`));
    pages.push(await ours());
    pages.push(await parts.cadvisor.pageAfter(Date.now(), [...ids.values()]));
    pages.push(await ours());
  });
  after(async () => {
    await parts.cadvisor?.[Symbol.asyncDispose]();
    await parts.program?.[Symbol.asyncDispose]();
    await parts.engine?.[Symbol.asyncDispose]();
    await parts.data?.[Symbol.asyncDispose]();
  });

  function startContainers({ docker }: Engine, device: string): void {
    const start = (name: string, options: readonly string[], script: string): void => {
      const id = docker('run', '--detach', `--name=${name}`, ...options, BUSYBOX, 'sh', '-c', script);
      ids.set(name, id);
    };
    start('web', ['--env=SECRET=x'], 'dd if=/dev/zero of=/www/f bs=1M count=1 2>/dev/null; httpd -f -p 80 -h /www');
    const address = docker('inspect', '--format={{.NetworkSettings.IPAddress}}', 'web');
    start('beside', ['--network=container:web'], 'sleep 600');
    start('burn', ['--cpus=0.25', '--memory=64m', '--cpu-shares=512'], 'while :; do :; done');
    start('hold', ['--memory=128m'], 'dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; sleep 600');
    start(
      'write',
      [`--device-write-bps=${device}:1gb`],
      `while :; do wget -q -O /tmp/f http://${address}/f; sync; sleep 0.2; done`,
    );
  }

  function page(index: number): Page {
    return pages[index] ?? assert.fail('no page');
  }

  for (const name of ['web', 'beside', 'burn', 'hold', 'write']) {
    test(`of the container ${name} both say the same, under the same names and labels`, () => {
      const id = ids.get(name) ?? '';
      const [first, theirs, last] = [0, 1, 2].map((index) => ofContainer(page(index), id));
      assert.ok(first && theirs && last);
      assert.ok(theirs.size >= 28, `${theirs.size} series`);
      const isTold = (key: string): boolean =>
        // On version 1 cAdvisor knows of no pressure, and says 0.
        (!key.includes('_pressure_') || theirs.get(key)?.value !== 0) &&
        // cAdvisor says the traffic of a network once for each container that is in it.
        !(name === 'beside' && key.includes('_network_'));
      assert.deepEqual([...last.keys()].filter(isTold).toSorted(), [...theirs.keys()].filter(isTold).toSorted());
      for (const [key, their] of theirs) {
        if (isTold(key)) isSame(key, their.value, [first.get(key)?.value ?? 0, last.get(key)?.value ?? Number.NaN]);
      }
    });
  }

  function isSame(key: string, their: number, ours: readonly number[]): void {
    const [name = ''] = key.split(' ');
    assert.equal(page(1).types.get(name), page(2).types.get(name), name);
    const [least, most] = [Math.min(...ours), Math.max(...ours)];
    const tolerance = toleranceOf(name, page(1).types.get(name));
    assert.ok(their >= least - tolerance && their <= most + tolerance, `${key}: ${least} ${their} ${most}`);
  }
});

/** Counts between two readings are between their values; memory that is held comes and goes by some pages. */
function toleranceOf(name: string, type: string | undefined): number {
  if (type === 'counter' || name.startsWith('container_spec_')) return 0;
  if (name.startsWith('container_memory_')) return 2 ** 20;
  // In whole seconds, and Docker's word for when it has started a container.
  if (name === 'container_start_time_seconds' || name === 'container_last_seen') return 2;
  // A shell that starts a program is one process more.
  return 1;
}
