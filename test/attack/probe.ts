import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const HEALTH_INTERVAL_MS = 20;
const SCRAPE_INTERVAL_MS = 250;
const MEMORY_INTERVAL_MS = 20;
const MEBIBYTE = 2 ** 20;

/** Measurements of the probes during an attack. */
export interface ProbeResult {
  /** Longest duration of a request to `/health`, in milliseconds. */
  readonly healthMs: number;
  /** Longest duration of a scrape of `/metrics`, in milliseconds. */
  readonly scrapeMs: number;
  /** Number of requests of the probes that failed or had a status other than 200. */
  readonly failures: number;
  /** Highest resident memory of the exporter, in MiB. */
  readonly residentMiB: number;
}

/** Probes an exporter until the signal aborts. Health requests use new connections; scrapes reuse one connection. */
export async function probe(url: URL, pid: number, signal: AbortSignal): Promise<ProbeResult> {
  const result = { healthMs: 0, scrapeMs: 0, failures: 0, residentMiB: 0 };
  const agent = new Agent({ keepAlive: true });
  const time = async (path: string, name: 'healthMs' | 'scrapeMs'): Promise<void> => {
    const startedAt = performance.now();
    const isOk = await request(new URL(path, url), name === 'scrapeMs' ? agent : false);
    if (!isOk) result.failures += 1;
    result[name] = Math.max(result[name], performance.now() - startedAt);
  };
  await Promise.all([
    every(HEALTH_INTERVAL_MS, signal, () => time('/health', 'healthMs')),
    every(SCRAPE_INTERVAL_MS, signal, () => time('/metrics', 'scrapeMs')),
    every(MEMORY_INTERVAL_MS, signal, async () => {
      result.residentMiB = Math.max(result.residentMiB, residentMiB(pid));
    }),
  ]);
  agent.destroy();
  return result;
}

/** Returns the resident memory of a process in MiB; 0 if the process has ended. */
export function residentMiB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024) / MEBIBYTE;
  } catch {
    return 0;
  }
}

async function every(intervalMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await act();
    await setTimeout(intervalMs);
  }
}

/** Sends a GET request, and returns whether the response is complete and has status 200. */
export function request(url: URL, agent: Agent | false): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode === 200 && response.complete));
      response.on('error', () => resolve(false));
    }).on('error', () => resolve(false));
  });
}
