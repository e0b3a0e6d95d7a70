import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionText } from '../../src/cli/version.ts';

test('versionText() has the format of --version of Prometheus', (context) => {
  context.mock.property(process, 'arch', 'x64');
  context.mock.property(process, 'version', 'v26.10.0');
  const revision = '7f3b9e42c0de7f3b9e42c0de7f3b9e42c0de7f3b';
  assert.equal(
    versionText({ name: 'otel-node-exporter', version: '0.2.0', revision }),
    `otel-node-exporter, version 0.2.0 (branch: , revision: ${revision})
  platform:         linux/amd64
  node:             v26.10.0
`,
  );
});

test('versionText() leaves an unknown revision empty', (context) => {
  context.mock.property(process, 'arch', 'arm64');
  context.mock.property(process, 'version', 'v27.0.0');
  assert.equal(
    versionText({ name: 'redis_exporter', version: '1.0.0', revision: '' }),
    `redis_exporter, version 1.0.0 (branch: , revision: )
  platform:         linux/arm64
  node:             v27.0.0
`,
  );
});
