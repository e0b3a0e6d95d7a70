import { after, before, test } from 'node:test';
import {
  assertSameAsCadvisor,
  missingCadvisor,
  nextCadvisorPage,
  type Pages,
  parsePage,
  startCadvisor,
} from './support/cadvisor.ts';
import { deviceOf } from './support/cgroups.ts';
import { BUSYBOX, importBusybox } from './support/docker/busybox.ts';
import { createDataRoot, type Engine, missingDocker, startEngine } from './support/docker/engine.ts';
import { getText, startProgram } from './support/program.ts';
import { describeUnless, missing } from './support/requirements.ts';

const FLAGS = ['--collector.disable-defaults', '--collector.containers', '--web.disable-exporter-metrics'];

describeUnless(
  missingDocker() || missing('busybox') || missingCadvisor(),
  'the exporter beside a real cAdvisor',
  () => {
    const parts: { data?: Awaited<ReturnType<typeof createDataRoot>>; engine?: Engine; pages?: Pages } = {};
    const ids = new Map<string, string>();

    before(async () => {
      parts.data = await createDataRoot();
      parts.engine = await startEngine({ dataRoot: parts.data.path, network: 'own' });
      importBusybox(parts.engine);
      startContainers(parts.engine, deviceOf(parts.data.path));
      const socket = parts.engine.host.slice('unix://'.length);
      await using program = await startProgram([...FLAGS, `--containers.docker-socket=${socket}`]);
      await using cadvisor = await startCadvisor([`--docker=${parts.engine.host}`, '--containerd=/nowhere']);
      const getPage = async () => parsePage(await getText(`${program.url}/metrics`));
      const earlier = await getPage();
      const cadvisorPage = await nextCadvisorPage([...ids.values()], () => getText(cadvisor.url));
      parts.pages = { before: earlier, cadvisor: cadvisorPage, after: await getPage() };
    });
    after(async () => {
      await parts.engine?.[Symbol.asyncDispose]();
      await parts.data?.[Symbol.asyncDispose]();
    });

    function startContainers({ docker }: Engine, device: string): void {
      const start = (name: string, options: readonly string[], script: string): void => {
        ids.set(name, docker('run', '--detach', `--name=${name}`, ...options, BUSYBOX, 'sh', '-c', script));
      };
      start('web', ['--env=SECRET=x'], 'dd if=/dev/zero of=/www/f bs=1M count=1 2>/dev/null; httpd -f -p 80 -h /www');
      const address = docker('inspect', '--format={{.NetworkSettings.IPAddress}}', 'web');
      start('web-sidecar', ['--network=container:web'], 'sleep 600');
      start('burn', ['--cpus=0.25', '--memory=64m', '--cpu-shares=512'], 'while :; do :; done');
      start('hold', ['--memory=128m'], 'dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; sleep 600');
      start(
        'write',
        [`--device-write-bps=${device}:1gb`],
        `while :; do wget -q -O /tmp/f http://${address}/f; sync; sleep 0.2; done`,
      );
    }

    for (const name of ['web', 'web-sidecar', 'burn', 'hold', 'write']) {
      test(`the container ${name} has the same series and values in both`, () => {
        if (parts.pages === undefined) throw new Error('The pages are missing');
        const isComparable = (key: string): boolean =>
          // On a host with cgroup v1, cAdvisor reports a pressure of 0, and the exporter reports no pressure.
          !key.includes('_pressure_') &&
          // If containers share a network namespace, cAdvisor reports the traffic of the namespace for each of them.
          !(name === 'web-sidecar' && key.includes('_network_'));
        assertSameAsCadvisor(parts.pages, ids.get(name) ?? '', isComparable);
      });
    }
  },
);
