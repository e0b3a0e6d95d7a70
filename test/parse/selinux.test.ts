import { parseSelinuxMode } from '../../src/parse/selinux.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, survives } = describeParser('parseSelinuxMode', parseSelinuxMode);

parses('enforcing', '# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n', 1);
parses('permissive', 'SELINUXTYPE=mls\nSELINUX=permissive\n', 0);
parses('disabled', 'SELINUX=disabled\n', -1);
parses('a file without a mode', 'SELINUXTYPE=targeted\n', -1);
parses('the first of two modes', 'SELINUX=permissive\nSELINUX=enforcing\n', 0);
survives('SELINUX=enforcing\nSELINUXTYPE=targeted\n');
