import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, runIntoFile } from '../support/program.ts';
import { type KubernetesNode, NODE_ADDRESS } from './node.ts';

type Labels = Readonly<Record<string, string>>;

interface Target {
  readonly labels: Labels;
  readonly scrapeUrl: string;
  readonly health: string;
}

/** Queries a Prometheus server through the network namespace of the node. */
export class PrometheusApi {
  readonly #get: KubernetesNode['engine']['get'];
  readonly #url: string;

  constructor({ engine }: KubernetesNode, url: string) {
    this.#get = engine.get;
    this.#url = url;
  }

  /** Returns the labels of each series in the result of an instant query. */
  query(expression: string): readonly Labels[] {
    const { result } = this.#request<{ result: { metric: Labels }[] }>(`query?query=${encodeURIComponent(expression)}`);
    return result.map(({ metric }) => metric);
  }

  /** Returns the labels, URL and health of each active target. */
  targets(): readonly Labels[] {
    const { activeTargets } = this.#request<{ activeTargets: Target[] }>('targets?state=active');
    return activeTargets.map(({ labels, scrapeUrl, health }) => ({ ...labels, scrapeUrl, health }));
  }

  #request<T>(path: string): T {
    return (JSON.parse(this.#get(`${this.#url}/api/v1/${path}`)) as { data: T }).data;
  }
}

export interface Backend extends AsyncDisposable {
  /** Value of the Collector's environment variable OTLP_ENDPOINT. */
  readonly endpoint: string;
  readonly api: PrometheusApi;
}

/** Starts a Prometheus server outside the cluster. The server receives metrics from the Collector through OTLP. */
export function startBackend(program: string, node: KubernetesNode): Backend {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  writeFileSync(join(directory, 'prometheus.yml'), '{}');
  const address = `${NODE_ADDRESS}:9091`;
  const [command = '', ...args] = [
    ...[...node.engine.enter, program, `--config.file=${directory}/prometheus.yml`],
    ...[`--storage.tsdb.path=${directory}/data`, `--web.listen-address=${address}`, '--web.enable-otlp-receiver'],
  ];
  const started = runIntoFile(join(directory, 'log'), command, args);
  return {
    endpoint: `http://${address}/api/v1/otlp`,
    api: new PrometheusApi(node, `http://${address}`),
    async [Symbol.asyncDispose]() {
      await kill(started);
      rmSync(directory, { recursive: true });
    },
  };
}
