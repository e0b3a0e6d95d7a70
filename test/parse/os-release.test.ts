import { parseOsRelease } from '../../src/parse/os-release.ts';
import { describeParser } from '../support/describe-parser.ts';

const { parses, rejects, survives } = describeParser('parseOsRelease', (text) =>
  Object.fromEntries(parseOsRelease(text)),
);

parses('the file of Debian', 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n', {
  PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
  VERSION_ID: '12',
  ID: 'debian',
});
parses('comments and empty lines', '# a comment\n\nID=arch\n', { ID: 'arch' });
parses('single quotes', 'NAME=\'It is "quoted"\'\n', { NAME: 'It is "quoted"' });
parses('escapes in double quotes', 'NAME="A \\"B\\" \\$C \\\\D"\n', { NAME: 'A "B" $C \\D' });
parses('an empty value', 'VARIANT=\nBUILD_ID=""\n', { VARIANT: '', BUILD_ID: '' });
parses('a line without an assignment', 'ID=debian\nwhat is this\n', { ID: 'debian' });
rejects('a file without assignments', 'what is this\n', 'expected a line such as "ID=debian" in "what is this\\n"');
survives('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\n# c\nID=debian\n');
