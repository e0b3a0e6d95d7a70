import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ATTACKS } from './attacks.ts';
import { type ProbeResult, probe, request, residentMiB } from './probe.ts';
import { startTarget } from './target.ts';

const RUN = join(import.meta.dirname, 'run.ts');

/**
 * Number of scrapes between the end of an attack and the measurement of the memory. The pause between two scrapes is 100 ms.
 */
const SCRAPES_AFTER = 50;

export interface AttackOptions {
  readonly seconds: number;
  readonly limitMiB: number;
}

export interface AttackResult extends ProbeResult {
  readonly isRunning: boolean;
  readonly isLimited: boolean;
  /**
   * Resident memory in MiB before the attack. `afterMiB` is the resident memory after the scrapes that follow the attack.
   */
  readonly beforeMiB: number;
  readonly afterMiB: number;
}

/** Runs attacks at the same time on one exporter. */
export async function measureAttacks(
  names: readonly string[],
  { seconds, limitMiB }: AttackOptions,
): Promise<AttackResult> {
  const attacks = names.flatMap((name) => ATTACKS[name] ?? []);
  const containers = Math.max(...attacks.map((attack) => attack.containers ?? 0));
  await using target = await startTarget({
    flags: attacks.flatMap(({ flags = [] }) => flags),
    containers: containers > 0 ? containers : undefined,
    prepare: (directory) => {
      for (const attack of attacks) attack.prepare?.(directory);
    },
    limitMiB,
  });
  const beforeMiB = residentMiB(target.pid);
  const attacker = spawn(process.execPath, [RUN, target.url.href, ...names], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const probes = new AbortController();
  const running = probe(target.url, target.pid, probes.signal);
  await setTimeout(seconds * 1000);
  probes.abort();
  const result = await running;
  attacker.kill();
  await once(attacker, 'exit');
  for (let count = 0; count < SCRAPES_AFTER; count += 1) {
    await request(new URL('/metrics', target.url), false);
    await setTimeout(100);
  }
  return {
    ...result,
    isRunning: target.isRunning(),
    isLimited: target.isLimited,
    beforeMiB,
    afterMiB: residentMiB(target.pid),
  };
}
