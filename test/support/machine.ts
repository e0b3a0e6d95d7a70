import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ClockState, Host, type HostOptions } from '../../src/host/host.ts';

/**
 * The files of a machine, by path under `proc/`, `sys/`, `root/` or `udev/`; `{ link }` makes a symbolic link, and a
 * path that ends in `/` an empty directory.
 */
export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

export interface Machine extends AsyncDisposable {
  readonly root: string;
  readonly host: Host;
  write(files: Files): Promise<void>;
  remove(path: string): Promise<void>;
}

/** A machine of files in a folder of its own, removed when the test is over: `await using machine = …`. */
export async function createMachine(files: Files, options: Partial<HostOptions> = {}): Promise<Machine> {
  const root = await mkdtemp(join(tmpdir(), 'machine-'));
  for (const tree of ['proc', 'sys', 'root', 'udev']) await mkdir(join(root, tree));
  const machine: Machine = {
    root,
    host: hostAt(root, options),
    write: (more) => writeFiles(root, more),
    remove: (path) => rm(join(root, path), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await machine.write(files);
  return machine;
}

/**
 * The host whose `proc/`, `sys/`, `root/` and `udev/` are in a folder; its clock stands still, in Nepal, and no program is
 * too slow for it.
 */
export function hostAt(root: string, options: Partial<HostOptions> = {}): Host {
  return new Host({
    procfs: join(root, 'proc'),
    sysfs: join(root, 'sys'),
    rootfs: join(root, 'root'),
    self: join(root, 'proc/self'),
    udevData: join(root, 'udev'),
    hostname: 'recorded',
    timeZone: () => ({ abbreviation: '+0545', offset: 20_700 }),
    now: () => 1_800_000_000.5,
    socketTimeoutMs: 60_000,
    machine: 'x86_64',
    pageSize: 4096,
    addresses: () => [],
    loadAdjtimex: async () => () => CLOCK,
    ...options,
  });
}

/** The one that the tests run on, in UTC. */
export function thisMachine(): Host {
  return new Host({
    procfs: '/proc',
    sysfs: '/sys',
    rootfs: '/',
    udevData: '/run/udev/data',
    hostname: undefined,
    timeZone: () => ({ abbreviation: 'UTC', offset: 0 }),
  });
}

/** A clock that a time server leads. */
export const CLOCK: ClockState = {
  state: 0,
  timex: {
    modes: 0,
    offset: -1_234_567,
    freq: -1_310_720,
    maxerror: 21_500,
    esterror: 45,
    status: 0x2001,
    constant: 7,
    precision: 1,
    tolerance: 32_768_000,
    seconds: 1_800_000_000,
    microseconds: 500_000_000,
    tick: 10_000,
    ppsfreq: 65_536,
    jitter: 2500,
    shift: 3,
    stabil: 131_072,
    jitcnt: 4,
    calcnt: 5,
    errcnt: 6,
    stbcnt: 8,
    tai: 37,
  },
};

async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    if (path.endsWith('/')) {
      await mkdir(full, { recursive: true });
      continue;
    }
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(full, content);
    else await symlink(content.link, full);
  }
}
