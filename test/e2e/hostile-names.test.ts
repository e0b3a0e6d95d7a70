import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { createHostTree } from '../support/host-tree.ts';
import { eventually } from './support/eventually.ts';
import { getText, type Program, startProgram } from './support/program.ts';
import { startPrometheus } from './support/prometheus.ts';
import { missing } from './support/requirements.ts';

/** Characters that no name may contain, and bytes that are not UTF-8. */
const HOSTILE = Buffer.concat([Buffer.from('a"\\{}=,#\r\x01\u2028ü'), Buffer.from([0xff, 0xc3])]);

function text(before: string, after: string): Buffer {
  return Buffer.concat([Buffer.from(before), HOSTILE, Buffer.from(after)]);
}

/** A module whose collector emits label values of all kinds. */
const MODULE = `import { gauge } from 'otel-node-exporter';
const odd = gauge('odd_values', 'Line one\\nline "two" \\\\ \\0 \\ud800 end', ['value']);
export const collector = {
  name: 'odd',
  families: [odd],
  collect(host, emit) {
    for (const value of ['"', '\\\\', '\\n', '\\r', '\\0', '\\u2028', '\\ud800', '😀', '\\x7f', ' ', '{a="b"}', '# EOF']) {
      emit(odd, value.length, { value });
    }
  },
};
`;

const FILES = {
  'root/odd.mjs': MODULE,
  'proc/net/sockstat': text('sockets: used 1\n', ': inuse 1\nTCP: inuse 2\n'),
  'proc/net/dev': text('Inter-|\n face |bytes\n', `: 1${' 1'.repeat(15)}\n  eth0: 2${' 2'.repeat(15)}\n`),
  'proc/spl/kstat/zfs/arcstats': text('1\nname type data\nhits 4 1\n', ' 4 2\nmisses 4 3\n'),
  'proc/self/mountinfo': text('1 1 0:1 / /', ' rw - tmpfs tmpfs rw\n'),
  'root/textfile/odd.prom': text('odd_text{value="', '"} 1\n').toString('latin1').replace('a"\\', 'a\\"\\\\'),
  'root/textfile/scope.prom': 'odd_scope{otel_scope_name="other"} 1\n',
};

const ATTRIBUTES =
  'team.name=b,team_name=a,host-name=q,9th=x,__x=y,größe=1,le=1,quantile=2,job=3,instance=4,%22=z,.=dot';

async function startHostile(root: string): Promise<Program> {
  return startProgram(
    [
      ...['proc', 'sys', 'root'].map((name) => `--path.${name}fs=${join(root, name)}`),
      `--collector.module=${join(root, 'root/odd.mjs')}`,
      `--collector.textfile.directory=${join(root, 'root/textfile')}`,
      '--metrics.scope-info',
    ],
    { ...process.env, OTEL_RESOURCE_ATTRIBUTES: ATTRIBUTES },
  );
}

test('promtool and Prometheus accept a page with hostile names', {
  skip: missing('promtool', 'prometheus'),
}, async () => {
  await using tree = await createHostTree(FILES);
  await using program = await startHostile(tree.root);
  const page = await getText(`${program.url}/metrics`);
  const lines = page.split('\n');
  const findings = checkMetrics(page);
  assert.deepEqual(
    findings.filter((line) => /error|duplicate|invalid/i.test(line)),
    [],
  );
  assert.deepEqual(
    lines
      .filter((line) => /^(node_sockstat_TCP|node_zfs_arc|odd_scope)/.test(line))
      .map((line) => line.replace(/\{.*\}/, '')),
    ['node_sockstat_TCP_inuse 2', 'odd_scope 1', 'node_zfs_arc_hits 1', 'node_zfs_arc_misses 3'],
  );
  await using prometheus = await startPrometheus(program);
  await eventually(
    () => prometheus.queryValue('up'),
    (up) => up === 1,
  );
  const [info] = await prometheus.query('target_info');
  assert.equal(info?.metric['team_name'], 'b;a');
  assert.equal((await prometheus.query('odd_values')).length, 12);
});

/** Returns the findings of promtool. */
function checkMetrics(input: string): string[] {
  try {
    execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
    return [];
  } catch (error) {
    // promtool exits with 3 if it has findings, and prints them on standard error.
    if (error instanceof Error && 'stderr' in error) return String(error.stderr).trim().split('\n');
    throw error;
  }
}
