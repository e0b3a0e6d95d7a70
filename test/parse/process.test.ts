import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLimits, parseThreads, parseVmSize } from '../../src/parse/process.ts';
import { describeParser } from '../support/parser.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max processes             95764                95764                processes 
Max open files            20000                524288               files     
Max address space         unlimited            unlimited            bytes     
Max nice priority         0                    0                    
`;

test('parseLimits() finds soft limits by name', () => {
  const limits = parseLimits(LIMITS);
  assert.equal(limits('Max open files'), 20000);
  assert.equal(limits('Max address space'), Number.POSITIVE_INFINITY);
  assert.equal(limits('Max nice priority'), 0);
  assert.equal(limits('Max something else'), undefined);
});

const limits = describeParser('parseLimits', (text) => parseLimits(text)('Max open files'));
limits.refuses('a line without a limit', 'Limit\nMax open files\n', 'unexpected line "Max open files"');
limits.survives(LIMITS);

const vmSize = describeParser('parseVmSize', parseVmSize);
vmSize.accepts('kibibytes', 'Name:\tnode\nVmPeak:\t  2000 kB\nVmSize:\t  1234 kB\nVmLck:\t 0 kB\n', 1234 * 1024);
vmSize.accepts('a kernel thread', 'Name:\tkthreadd\nPid:\t2\n', undefined);
vmSize.survives('Name:\tnode\nVmSize:\t  1234 kB\n');

const threads = describeParser('parseThreads', parseThreads);
threads.accepts('threads', 'Name:\tnode\nThreads:\t11\n', 11);
threads.accepts('a status without them', 'Name:\tnode\n', undefined);
threads.survives('Name:\tnode\nThreads:\t11\n');
