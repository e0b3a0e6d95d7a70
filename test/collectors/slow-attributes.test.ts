import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CollectorDefinition } from '../../src/collection/collector.ts';
import { bcache } from '../../src/collectors/bcache/bcache.ts';
import { bcachefs } from '../../src/collectors/bcachefs.ts';
import { bonding } from '../../src/collectors/bonding.ts';
import { cpufreq } from '../../src/collectors/cpufreq.ts';
import { fibrechannel } from '../../src/collectors/fibrechannel.ts';
import { hwmon } from '../../src/collectors/hwmon/hwmon.ts';
import { infiniband } from '../../src/collectors/infiniband/infiniband.ts';
import { netclass } from '../../src/collectors/netclass/netclass.ts';
import { nvme } from '../../src/collectors/nvme.ts';
import { pcidevice } from '../../src/collectors/pcidevice/pcidevice.ts';
import { powersupplyclass } from '../../src/collectors/powersupplyclass.ts';
import { rapl } from '../../src/collectors/rapl.ts';
import { thermalZone } from '../../src/collectors/thermal_zone.ts';
import { watchdog } from '../../src/collectors/watchdog.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';
import { failSlowReads } from '../support/stall.ts';

// For each attribute whose driver may wait, a test lets the asynchronous read time out. Synchronous opens of the attribute
// fail in this test.

interface Subject {
  readonly collector: CollectorDefinition;
  readonly files: Files;
  /** Matches the end of the path of each attribute that may hang. */
  readonly slow: RegExp;
  readonly flags?: Readonly<Record<string, unknown>>;
}

const CHIP = 'sys/devices/platform/i2c-3/3-0064/hwmon/hwmon0';
const PCI = 'sys/devices/pci0000:00/0000:00:1c.0';
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
  {
    collector: netclass,
    files: {
      'sys/class/net/eth0/device/driver': { link: '../../../../bus/pci/drivers/mlx5_core' },
      'sys/class/net/eth0/operstate': 'up\n',
      'sys/class/net/eth0/carrier': '1\n',
      'sys/class/net/eth0/speed': '25000\n',
      'sys/class/net/eth0/duplex': 'full\n',
      'sys/class/net/eth0/upper_bond0': { link: '../../devices/virtual/net/bond0' },
      'sys/class/net/bond0': { link: '../../devices/virtual/net/bond0' },
      'sys/devices/virtual/net/bond0/speed': '25000\n',
      'sys/devices/virtual/net/bond0/duplex': 'full\n',
      'sys/class/net/veth1': { link: '../../devices/virtual/net/veth1' },
      'sys/devices/virtual/net/veth1/mtu': '1500\n',
    },
    slow: /(eth0|bond0)\/(carrier|speed|duplex)$/,
  },
  {
    collector: nvme,
    files: {
      'sys/class/nvme/nvme0/model': 'Disk\n',
      'sys/class/nvme/nvme0/nvme0n1/size': '100\n',
      'sys/class/nvme/nvme0/nvme0n1/nuse': '50\n',
      'sys/class/nvme/nvme0/nvme0n1/ana_state': 'optimized\n',
      'sys/class/nvme/nvme0/nvme0n1/queue/logical_block_size': '512\n',
    },
    slow: /nvme0n1\/(nuse|queue\/logical_block_size)$/,
  },
  {
    collector: pcidevice,
    files: {
      'sys/bus/pci/devices/0000:00:1c.0': { link: '../../../devices/pci0000:00/0000:00:1c.0' },
      [`${PCI}/class`]: '0x060400\n',
      [`${PCI}/max_link_speed`]: '8.0 GT/s PCIe\n',
      [`${PCI}/max_link_width`]: '16\n',
      [`${PCI}/current_link_speed`]: '8.0 GT/s PCIe\n',
      [`${PCI}/current_link_width`]: '16\n',
      [`${PCI}/sriov_numvfs`]: '2\n',
      [`${PCI}/sriov_totalvfs`]: '8\n',
      [`${PCI}/sriov_vf_total_msix`]: '64\n',
      [`${PCI}/power_state`]: 'D0\n',
    },
    slow: /1c\.0\/(max_link_width|current_link_\w+|sriov_numvfs|sriov_vf_total_msix)$/,
  },
  {
    collector: powersupplyclass,
    files: {
      'sys/class/power_supply/BAT0/type': 'Battery\n',
      'sys/class/power_supply/BAT0/status': 'Charging\n',
      'sys/class/power_supply/BAT0/capacity': '81\n',
      'sys/class/power_supply/BAT0/voltage_now': '12229000\n',
      'sys/class/power_supply/AC/type': 'Mains\n',
      'sys/class/power_supply/AC/online': '1\n',
    },
    slow: /power_supply\/\w+\/\w+$/,
  },
  {
    collector: rapl,
    files: {
      'sys/class/powercap/intel-rapl:0/name': 'package-0\n',
      'sys/class/powercap/intel-rapl:0/energy_uj': '240422366267\n',
      'sys/class/powercap/scmi:0/name': 'soc\n',
      'sys/class/powercap/scmi:0/energy_uj': '5\n',
    },
    slow: /[\w-]+:0\/energy_uj$/,
  },
  {
    collector: thermalZone,
    files: {
      'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
      'sys/class/thermal/thermal_zone0/temp': '27800\n',
      'sys/class/thermal/thermal_zone1/type': 'iwlwifi_1\n',
      'sys/class/thermal/thermal_zone1/temp': '41000\n',
      'sys/class/thermal/cooling_device0/type': 'Fan\n',
      'sys/class/thermal/cooling_device0/cur_state': '1\n',
      'sys/class/thermal/cooling_device0/max_state': '3\n',
      'sys/class/thermal/cooling_device1/type': 'Processor\n',
      'sys/class/thermal/cooling_device1/cur_state': '0\n',
      'sys/class/thermal/cooling_device1/max_state': '10\n',
    },
    slow: /(thermal_zone\d\/temp|cooling_device0\/\w+_state)$/,
  },
  {
    collector: watchdog,
    files: {
      'sys/class/watchdog/watchdog0/identity': 'iTCO_wdt\n',
      'sys/class/watchdog/watchdog0/status': '0x8000\n',
      'sys/class/watchdog/watchdog0/timeleft': '28\n',
      'sys/class/watchdog/watchdog0/timeout': '30\n',
      'sys/class/watchdog/watchdog1/timeout': '60\n',
    },
    slow: /watchdog0\/(status|timeleft)$/,
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

test('docs/slow-attributes.md lists the collectors of these attributes', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/slow-attributes.md'), 'utf8');
  const listed = new Set([...page.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name));
  assert.deepEqual([...listed].toSorted(), SUBJECTS.map(({ collector }) => collector.name).toSorted());
});
