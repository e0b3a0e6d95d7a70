import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ClockState, Host, type HostOptions } from '../../src/host/host.ts';

/**
 * Contents of files by path below `proc/`, `sys/`, `root/` or `udev/`. `{ link }` is the target of a symbolic link. A path
 * that ends with `/` is an empty directory.
 */
export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

/** The files of a host in a temporary directory, and the {@link Host} that reads them. */
export interface HostTree extends AsyncDisposable {
  /** Path of the directory. */
  readonly root: string;
  readonly host: Host;
  /** Writes more files, or other contents. */
  write(files: Files): Promise<void>;
  /** Removes a file, or a directory with its files. */
  remove(path: string): Promise<void>;
}

/**
 * Creates the files of a host in a temporary directory, which disposal removes: `await using tree = await
 * createHostTree(…)`.
 */
export async function createHostTree(files: Files, options: Partial<HostOptions> = {}): Promise<HostTree> {
  const root = await mkdtemp(join(tmpdir(), 'host-'));
  for (const name of ['proc', 'sys', 'root', 'udev']) await mkdir(join(root, name));
  const tree: HostTree = {
    root,
    host: openHost(root, options),
    write: (more) => writeFiles(root, more),
    remove: (path) => rm(join(root, path), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
  await tree.write(files);
  return tree;
}

/**
 * Returns the host whose `proc/`, `sys/`, `root/` and `udev/` are in a directory. Its clock is constant, its time zone is
 * UTC+05:45, and its timeouts are too long to expire.
 */
export function openHost(root: string, options: Partial<HostOptions> = {}): Host {
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
    uname: { sysname: 'Linux', release: '6.12.0', version: '#1 SMP', nodename: 'recorded' },
    pageSize: 4096,
    addresses: () => [],
    loadAdjtimex: async () => () => CLOCK,
    ...options,
  });
}

/** Returns the host that runs the tests, with the time zone UTC. */
export function openLocalHost(): Host {
  return new Host({
    procfs: '/proc',
    sysfs: '/sys',
    rootfs: '/',
    udevData: '/run/udev/data',
    hostname: undefined,
    timeZone: () => ({ abbreviation: 'UTC', offset: 0 }),
  });
}

/** The kernel's clock state while a time server controls it. */
export const CLOCK: ClockState = {
  state: 0,
  timex: {
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
