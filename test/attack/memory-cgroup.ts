import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

const VERSION1 = '/sys/fs/cgroup/memory';
const VERSION2 = '/sys/fs/cgroup';

/** A memory cgroup for the exporter under attack. */
export interface MemoryCgroup extends Disposable {
  /** Shell command that moves the shell into the cgroup. */
  readonly enter: string;
}

/** Creates a cgroup with a memory limit; `undefined` if this process may not create cgroups. */
export function createMemoryCgroup(limitBytes: number): MemoryCgroup | undefined {
  const [root, file] = existsSync(VERSION1) ? [VERSION1, 'memory.limit_in_bytes'] : [VERSION2, 'memory.max'];
  const path = `${root}/exporter-attack-${process.pid}-${limitBytes}`;
  try {
    mkdirSync(path);
    writeFileSync(`${path}/${file}`, String(limitBytes));
  } catch {
    return undefined;
  }
  return { enter: `echo $$ > ${path}/cgroup.procs`, [Symbol.dispose]: () => rmdirSync(path) };
}
