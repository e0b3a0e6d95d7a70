import { parseKeyValues } from '../../src/parse/key-values.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, refuses, survives } = describeParser('parseKeyValues', parseKeyValues);

const TEXT = 'commits 3\nlast_commit_ms 15\nmax_commit_ms 40\n';

accepts(
  'names and numbers',
  TEXT,
  new Map([
    ...([
      ['commits', 3],
      ['last_commit_ms', 15],
      ['max_commit_ms', 40],
    ] as const),
  ]),
);
accepts('an empty file', '', new Map());
refuses('a name without a number', 'commits\n', 'expected a number instead of ""');
survives(TEXT);
