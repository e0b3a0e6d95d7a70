import { parseUdevProperties } from '../../src/parse/udev.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, survives } = describeParser('parseUdevProperties', parseUdevProperties);

const TEXT =
  'S:disk/by-path/pci-0000:00:05.0\nI:1853291\nE:ID_PATH=pci-0000:00:05.0\nE:ID_SERIAL=a=b c\nE:EMPTY=\nG:systemd\n';

parses(
  'properties and skips other lines',
  TEXT,
  new Map([
    ['ID_PATH', 'pci-0000:00:05.0'],
    ['ID_SERIAL', 'a=b c'],
    ['EMPTY', ''],
  ]),
);
parses('an empty file', '', new Map());
parses('a line without a value', 'E:ID_MODEL\nE\n', new Map());
survives(TEXT);
