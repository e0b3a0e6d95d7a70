import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { find, type Manifest } from '../manifests/render.ts';
import { IMAGE } from '../support/docker/image.ts';
import { kill, run } from '../support/program.ts';
import { API_SERVER, type KubernetesNode } from './node.ts';

const ADDRESS = '127.0.0.1:9090';

/** A pod that has nothing to do with the exporter but its image, which is the only one here that serves metrics. */
export function foreignPod(name: string, annotations: Readonly<Record<string, string>>): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      containers: [
        { name, image: IMAGE, args: ['--web.listen-address=:9102', '--web.telemetry-path=/foreign/metrics'] },
        // A port that is declared is not the one that is scraped.
        { name: 'other', image: IMAGE, args: ['--web.listen-address=:9103'], ports: [{ containerPort: 9103 }] },
      ],
    },
  };
}

export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: string;
}

export interface DiscoveringPrometheus extends AsyncDisposable {
  targets(): readonly Target[];
}

/**
 * Starts a real Prometheus beside the node, with the configuration and the rights of the component: only where the API
 * server is and the token are given to it, which within a pod it finds by itself.
 */
export function startPrometheus(
  program: string,
  { engine, kubectl }: KubernetesNode,
  objects: readonly Manifest[],
): DiscoveringPrometheus {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const { data } = find(objects, 'ConfigMap', 'prometheus') as unknown as { data: Record<string, string> };
  const account = find(objects, 'ServiceAccount', 'prometheus').metadata;
  const { items } = JSON.parse(kubectl('get', 'secrets', `--namespace=${account.namespace}`, '--output=json')) as {
    items: { metadata: { annotations?: Record<string, string> }; data: Record<string, string> }[];
  };
  const secret = items.find(
    ({ metadata }) => metadata.annotations?.['kubernetes.io/service-account.name'] === account.name,
  );
  for (const name of ['token', 'ca.crt']) {
    writeFileSync(join(directory, name), Buffer.from(secret?.data[name] ?? '', 'base64'), { mode: 0o600 });
  }
  const config = parse(data['prometheus.yml'] ?? '') as { scrape_configs: { kubernetes_sd_configs: object[] }[] };
  const access = {
    api_server: API_SERVER,
    authorization: { credentials_file: join(directory, 'token') },
    tls_config: { ca_file: join(directory, 'ca.crt') },
  };
  const jobs = config.scrape_configs.map((job) => ({
    ...job,
    kubernetes_sd_configs: job.kubernetes_sd_configs.map((block) => ({ ...block, ...access })),
  }));
  writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify({ ...config, scrape_configs: jobs }));
  const [command = '', ...args] = [
    ...[...engine.enter, program, `--config.file=${directory}/prometheus.yml`],
    ...[`--storage.tsdb.path=${directory}/data`, `--web.listen-address=${ADDRESS}`],
  ];
  const started = run(command, args);
  return {
    targets() {
      const answer = engine.get(`http://${ADDRESS}/api/v1/targets?state=active`);
      return (JSON.parse(answer) as { data: { activeTargets: Target[] } }).data.activeTargets;
    },
    async [Symbol.asyncDispose]() {
      await kill(started);
      rmSync(directory, { recursive: true });
    },
  };
}
