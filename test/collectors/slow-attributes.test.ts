import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { bcache } from '../../src/collectors/bcache/bcache.ts';
import { bcachefs } from '../../src/collectors/bcachefs.ts';
import { bonding } from '../../src/collectors/bonding.ts';
import { cpufreq } from '../../src/collectors/cpufreq.ts';
import { fibrechannel } from '../../src/collectors/fibrechannel.ts';
import { hwmon } from '../../src/collectors/hwmon/hwmon.ts';
import { infiniband } from '../../src/collectors/infiniband/infiniband.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';
import { failSlowReads } from '../support/stall.ts';

// For each attribute whose driver may wait, a test lets the read time out. An attempt to open the attribute synchronously
// fails too.

interface Subject {
  readonly collector: CollectorDefinition;
  readonly files: Files;
  /** Matches the end of the path of each attribute that may hang. */
  readonly slow: RegExp;
  readonly flags?: Readonly<Record<string, unknown>>;
}

const CHIP = 'sys/devices/platform/i2c-3/3-0064/hwmon/hwmon0';
const PORT = 'sys/class/infiniband/mlx5_0/ports/1';

const SUBJECTS: readonly Subject[] = [
  {
    collector: hwmon,
    files: {
      [`${CHIP}/name`]: 'ucd90160\n',
      [`${CHIP}/device`]: { link: '../..' },
      'sys/devices/platform/i2c-3/3-0064/subsystem': { link: '../../../../bus/i2c' },
      'sys/class/hwmon/hwmon0': { link: '../../devices/platform/i2c-3/3-0064/hwmon/hwmon0' },
      [`${CHIP}/in1_input`]: '3300\n',
      [`${CHIP}/in1_label`]: '3V3\n',
      [`${CHIP}/in2_input`]: '1800\n',
      [`${CHIP}/temp1_input`]: '41000\n',
      [`${CHIP}/temp1_crit`]: '90000\n',
    },
    slow: /hwmon0\/(in|temp)\d_\w+$/,
  },
  {
    collector: infiniband,
    files: {
      'sys/class/infiniband/mlx5_0/board_id': 'MT_1\n',
      'sys/class/infiniband/mlx5_0/fw_ver': '16.35\n',
      [`${PORT}/state`]: '4: ACTIVE\n',
      [`${PORT}/phys_state`]: '5: LinkUp\n',
      [`${PORT}/rate`]: '100 Gb/sec (4X EDR)\n',
      [`${PORT}/counters/link_downed`]: '2\n',
      [`${PORT}/counters/port_rcv_data`]: '10\n',
      [`${PORT}/hw_counters/lifespan`]: '12\n',
      [`${PORT}/hw_counters/out_of_buffer`]: '7\n',
    },
    slow: /mlx5_0\/.+$/,
  },
  {
    collector: fibrechannel,
    files: {
      'sys/class/fc_host/host3/speed': '16 Gbit\n',
      'sys/class/fc_host/host3/port_state': 'Online\n',
      'sys/class/fc_host/host3/statistics/rx_frames': '0x1f\n',
      'sys/class/fc_host/host3/statistics/tx_words': '0x2f\n',
      'sys/class/fc_host/host4/speed': '32 Gbit\n',
    },
    slow: /fc_host\/host\d\/.+$/,
  },
  {
    collector: bcache,
    files: {
      'sys/fs/bcache/a-b/btree_cache_size': '12M\n',
      'sys/fs/bcache/a-b/congested': '0\n',
      'sys/fs/bcache/a-b/internal/btree_read_average_duration_us': '17\n',
      'sys/fs/bcache/a-b/bdev0/dirty_data': '4k\n',
      'sys/fs/bcache/a-b/bdev0/writeback_rate_debug': 'rate: 1k/sec\ndirty: 2k\n',
      'sys/fs/bcache/a-b/cache0/io_errors': '3\n',
      'sys/fs/bcache/a-b/cache0/priority_stats': 'Unused: 9%\n',
    },
    slow: /bcache\/a-b\/.+$/,
    flags: { 'collector.bcache.priorityStats': true },
  },
  {
    collector: bcachefs,
    files: {
      'sys/fs/bcachefs/u-1/btree_cache_size': '1M\n',
      'sys/fs/bcachefs/u-1/compression_stats': 'type compressed uncompressed average\nzstd 1k 2k 512\n',
      'sys/fs/bcachefs/u-1/errors': 'bad 2 17\n',
      'sys/fs/bcachefs/u-1/counters/io_read': 'since mount: 1\nsince filesystem creation: 2\n',
      'sys/fs/bcachefs/u-1/dev-0/label': 'ssd\n',
      'sys/fs/bcachefs/u-1/dev-0/state': 'rw\n',
      'sys/fs/bcachefs/u-1/dev-0/nbuckets': '5\n',
    },
    slow: /bcachefs\/u-1\/.+$/,
  },
  {
    collector: bonding,
    files: {
      'sys/class/net/bonding_masters': 'bond0 bond1\n',
      'sys/class/net/bond0/bonding/slaves': 'eth0\n',
      'sys/class/net/bond0/lower_eth0/bonding_slave/mii_status': 'up\n',
      'sys/class/net/bond1/bonding/slaves': '\n',
    },
    slow: /(bonding_masters|bond\d\/bonding\/slaves)$/,
  },
  {
    collector: cpufreq,
    files: {
      'proc/sys/kernel/osrelease': '5.15.0\n',
      'sys/devices/system/cpu/offline': '\n',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq': '1000\n',
      'sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq': '1001\n',
      'sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq': '4000\n',
      'sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq': '1002\n',
    },
    slow: /cpu\d\/cpufreq\/\w+_cur_freq$/,
  },
];

/** Maximum number of values that depend on one attribute: values that it contains, or values whose labels it contains. */
const MAX_VALUES = 4;

function declareTest({ collector, files, flags = {} }: Subject, attribute: string): void {
  test(`${collector.name} does not read ${attribute} on the main thread, and loses only its values without it`, async (context) => {
    await using tree = await createHostTree(files);
    const { state, lines: all } = await collect(collector, tree.host, flags);
    assert.equal(state, 'ok');
    failSlowReads(context, (path) => path.endsWith(attribute));
    const { errors, lines } = await collect(collector, tree.host, flags);
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', new RegExp(`^Cannot read \\S*${attribute}: connection timed out$`));
    assert.deepEqual(
      lines.filter((line) => !all.includes(line)),
      [],
    );
    const lost = all.length - lines.length;
    assert.ok(lost > 0 && lost <= MAX_VALUES, `lost ${lost} of ${all.length} values`);
  });
}

for (const subject of SUBJECTS) {
  const attributes = Object.keys(subject.files).flatMap((path) => subject.slow.exec(path)?.[0] ?? []);
  for (const attribute of attributes) declareTest(subject, attribute);
}
