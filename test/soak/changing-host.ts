/**
 * A generated host whose containers, devices, mounts, processes and text files come and go. Each step replaces the oldest
 * item of each kind by one with a new name, so that the numbers of items stay equal and every name is soon obsolete.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeContainer, writeContainer, writeContainerHost } from '../bench/container-host.ts';

/** A kind of items. The files of an item are relative to the root of the host; a path that ends with `/` is a directory. */
interface ItemKind {
  readonly count: number;
  files(index: number): Readonly<Record<string, string>>;
}

const CONTAINERS = 20;
const FIRST_PID = 2_000_000;

const INTERFACES: ItemKind = {
  count: 8,
  files: (index) => ({
    [`sys/class/net/eth${index}/`]: '',
    ...directoryFiles(`sys/class/net/eth${index}`, {
      ...{ address: '02:fc:00:00:00:01', operstate: 'up', carrier: '1', mtu: '1500', speed: '10000', duplex: 'full' },
      ...{ ifindex: String(index + 2), iflink: String(index + 2), flags: '0x1003', type: '1', tx_queue_len: '1000' },
    }),
  }),
};
const DISKS: ItemKind = {
  count: 8,
  files: (index) => ({
    [`sys/block/nvme${index}n1/queue/rotational`]: '0\n',
    [`udev/b259:${index}`]: `E:ID_MODEL=Disk ${index}\nE:ID_SERIAL_SHORT=S${index}\n`,
  }),
};
const CHIPS: ItemKind = {
  count: 4,
  files: (index) =>
    directoryFiles(`sys/class/hwmon/hwmon${index}`, {
      ...{ name: `chip${index}`, temp1_input: '42000', temp1_label: `Core ${index}`, fan1_input: '900' },
    }),
};
const MOUNTS: ItemKind = { count: 8, files: (index) => ({ [`root/data/volume-${index}/`]: '' }) };
const PROCESSES: ItemKind = {
  count: 10,
  files: (index) => ({
    [`proc/${FIRST_PID + index}/stat`]: `${FIRST_PID + index} (app ${index}) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 ${index} 1 1 0\n`,
    [`proc/${FIRST_PID + index}/status`]: 'Name:\tapp\nThreads:\t1\n',
  }),
};
const TEXT_FILES: ItemKind = {
  count: 5,
  files: (index) => ({
    [`textfile/job-${index}.prom`]: `# HELP job_${index}_total Runs.\n# TYPE job_${index}_total counter\njob_${index}_total{job="${index}"} 1\n`,
  }),
};
const PODS: ItemKind = {
  count: CONTAINERS / 2,
  files: (index) => ({ [`root/var/log/pods/shop_web-${index}_119c160d-6465-41d3-9dba-${podNumber(index)}/`]: '' }),
};
const KINDS = [INTERFACES, DISKS, CHIPS, MOUNTS, PROCESSES, TEXT_FILES, PODS];

export class ChangingHost {
  readonly root: string;
  #step = 0;

  constructor(root: string) {
    this.root = root;
    writeContainerHost(root, CONTAINERS);
    for (const { count, files } of KINDS) for (let index = 0; index < count; index += 1) this.#write(files(index));
    this.#write(SINGLE_FILES);
    this.#writeTables();
  }

  /** Flags of an exporter that reads the host. */
  get flags(): readonly string[] {
    return [
      ...['proc', 'sys', 'root'].map((name) => `--path.${name}fs=${this.root}/${name}`),
      `--path.udev.data=${this.root}/udev`,
      `--collector.textfile.directory=${this.root}/textfile`,
      '--no-collector.netdev.netlink',
      '--collector.processes',
    ];
  }

  /** Replaces the oldest container, device, mount, process and text file. */
  step(): void {
    const step = this.#step;
    removeContainer(this.root, step);
    writeContainer(this.root, step + CONTAINERS);
    for (const { count, files } of KINDS) {
      // A pod has two containers.
      if (files === PODS.files && step % 2 === 0) continue;
      const index = files === PODS.files ? (step - 1) / 2 : step;
      this.#remove(files(index));
      this.#write(files(index + count));
    }
    this.#step += 1;
    this.#writeTables();
  }

  /** Writes the files that list the items. */
  #writeTables(): void {
    const indexes = ({ count }: ItemKind): number[] => Array.from({ length: count }, (_, index) => this.#step + index);
    const counts = `${this.#step} 1 0 0 0 0 0 0`;
    const mounts = indexes(MOUNTS).map(
      (index) => `${100 + index} 27 8:${index} / /data/volume-${index} rw shared:1 - ext4 /dev/sd${index} rw\n`,
    );
    this.#write({
      'proc/net/dev': `Inter-|   Receive |  Transmit\n face |bytes\n${indexes(INTERFACES)
        .map((index) => `eth${index}: ${counts} ${counts}\n`)
        .join('')}`,
      'proc/diskstats': indexes(DISKS)
        .map((index) => ` 259 ${index} nvme${index}n1 ${counts} 0 0 0 0 0 0 0 0 0\n`)
        .join(''),
      'proc/1/mountinfo': mounts.join(''),
      'proc/stat': `cpu  ${this.#step} 2 3 4 5 6 7 8 9 0\ncpu0 ${this.#step} 2 3 4 5 6 7 8 9 0\nctxt ${this.#step}\nbtime 1700000000\nprocesses 1\nprocs_running 1\nprocs_blocked 0\n`,
    });
  }

  #write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.root, name);
      mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
      if (!name.endsWith('/')) writeFileSync(path, text);
    }
  }

  /** Removes the files of an item, and their directories below the directory that contains the items. */
  #remove(files: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(files)) {
      const [item = name] =
        /^(?:sys\/(?:class\/\w+|block)|proc|root\/data|root\/var\/log\/pods|udev|textfile)\/[^/]+/.exec(name) ?? [];
      rmSync(join(this.root, item), { recursive: true, force: true });
    }
  }
}

/** Files of the host that stay. */
const SINGLE_FILES: Readonly<Record<string, string>> = {
  'proc/loadavg': '0.57 0.80 0.77 1/79 2736\n',
  'proc/meminfo': 'MemTotal: 8000000 kB\nMemFree: 4000000 kB\n',
  'proc/uptime': '9246.58 17734.06\n',
  'proc/vmstat': 'pgfault 4321987\noom_kill 0\n',
  'proc/sys/kernel/pid_max': '4194304\n',
  'proc/sys/kernel/threads-max': '60000\n',
};

function directoryFiles(directory: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, `${text}\n`]));
}

function podNumber(index: number): string {
  return index.toString(16).padStart(12, '0');
}
