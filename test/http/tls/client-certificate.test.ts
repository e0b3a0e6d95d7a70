import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNames } from '../../../src/http/tls/client-certificate.ts';

for (const [text, names] of [
  ['', []],
  ['DNS:a.example, DNS:*.b.example', ['a.example', '*.b.example']],
  ['IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1', ['127.0.0.1', '::1']],
  ['email:a@b.example, URI:spiffe://cluster/ns/a', ['a@b.example', 'spiffe://cluster/ns/a']],
  ['DNS:"a, DNS:b", DNS:c', ['a, DNS:b', 'c']],
  ['DNS:"\\x", DNS:c', ['c']],
  ['DirName:CN = DNS:a, Registered ID:1.2.3', []],
] as const) {
  test(`parseNames() returns ${JSON.stringify(names)} for ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseNames(text), names);
  });
}
