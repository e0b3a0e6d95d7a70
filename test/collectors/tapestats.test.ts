import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tapestats } from '../../src/collectors/tapestats.ts';
import { collect } from '../support/collect.ts';
import { createHostTree, type Files } from '../support/host-tree.ts';

function tape(name: string): Files {
  const values = {
    ...{ in_flight: '1', io_ns: '9247011087721', other_cnt: '3', read_byte_cnt: '4', read_cnt: '5' },
    ...{ read_ns: '33788355745', resid_cnt: '7', write_byte_cnt: '8', write_cnt: '9', write_ns: '10' },
  };
  return Object.fromEntries(
    Object.entries(values).map(([file, value]) => [`sys/class/scsi_tape/${name}/stats/${file}`, `${value}\n`]),
  );
}

const LINES = [
  'node_tape_io_now{device="st0"} 1',
  'node_tape_io_time_seconds_total{device="st0"} 9247.011087721',
  'node_tape_io_others_total{device="st0"} 3',
  'node_tape_read_bytes_total{device="st0"} 4',
  'node_tape_reads_completed_total{device="st0"} 5',
  'node_tape_read_time_seconds_total{device="st0"} 33.788355745000004',
  'node_tape_residual_total{device="st0"} 7',
  'node_tape_written_bytes_total{device="st0"} 8',
  'node_tape_writes_completed_total{device="st0"} 9',
  'node_tape_write_time_seconds_total{device="st0"} 1e-8',
];

test('tapestats emits each tape once, drops a damaged attribute and excludes tapes by a flag', async () => {
  await using machine = await createHostTree({
    ...tape('st0'),
    ...tape('nst0'),
    ...tape('st0a'),
    ...tape('st1'),
    'sys/class/scsi_tape/st1/stats/read_cnt': 'x\n',
  });
  assert.deepEqual(await collect(tapestats, machine.host), {
    state: 'failed',
    errors: ['Cannot parse /sys/class/scsi_tape/st1/stats/read_cnt: expected an integer, got "x"'],
    lines: LINES.flatMap((line) =>
      line.startsWith('node_tape_reads_completed_total') ? line : [line, line.replace('st0', 'st1')],
    ),
  });
  assert.deepEqual(await collect(tapestats, machine.host, { 'collector.tapestats.ignored-devices': /1/ }), {
    state: 'ok',
    errors: [],
    lines: LINES,
  });
});

test('tapestats is absent where /sys/class/scsi_tape is missing', async () => {
  await using machine = await createHostTree({});
  assert.deepEqual(await collect(tapestats, machine.host), { state: 'absent', errors: [], lines: [] });
});
