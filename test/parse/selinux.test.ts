import { parseSelinuxMode } from '../../src/parse/selinux.ts';
import { describeParser } from '../support/parser.ts';

const { accepts, survives } = describeParser('parseSelinuxMode', parseSelinuxMode);

accepts('enforcing', '# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n', 1);
accepts('permissive', 'SELINUXTYPE=mls\nSELINUX=permissive\n', 0);
accepts('disabled', 'SELINUX=disabled\n', -1);
accepts('no mode at all', 'SELINUXTYPE=targeted\n', -1);
accepts('the first of two', 'SELINUX=permissive\nSELINUX=enforcing\n', 0);
survives('SELINUX=enforcing\nSELINUXTYPE=targeted\n');
