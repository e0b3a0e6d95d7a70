/**
 * Extracts the flags of the program from a page of the documentation: from commands, manifests, configuration files and
 * text.
 */
import type { Page } from './markdown.ts';

/** Matches the part of a command that starts the program. The flags of the program follow it. */
const PROGRAM =
  /(?:otel-node-exporter(?::[\w.]+)?|npm start --|main\.m?js|(?:redis|http-requests|shop-exporter)\.ts)(?=\s)/g;
const FLAG = /(?<=^|\s|['"])--(?:\[no-\]|no-)?([a-z][\w.-]*)/g;

/** Flags of other programs. They contain a dot, as the flags of this program do. */
const FOREIGN: ReadonlySet<string> = new Set(['storage.tsdb.path', 'web.enable-remote-write-receiver']);

/** Returns the names of the flags of this program that a page mentions. */
export function flagsOn({ blocks, spans }: Page): readonly string[] {
  const commands = blocks.flatMap(({ language, text }) => {
    if (language === 'sh' || language === 'console') return commandsIn(text).map(argumentsOf);
    return language === 'yaml' ? [text] : [];
  });
  const names = [...commands, ...spans.filter(isFlag)].flatMap(namesIn);
  return [...new Set(names)].filter((name) => !FOREIGN.has(name)).sort();
}

/** Returns the lines that a shell runs. A line that continues on the next line is joined with it. */
function commandsIn(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
}

/** Returns the arguments of the program in a command. The text is empty if the command runs another program. */
function argumentsOf(command: string): string {
  const end = [...command.matchAll(PROGRAM)].map(({ index, 0: program }) => index + program.length).at(-1);
  return end === undefined ? '' : command.slice(end);
}

/**
 * Returns whether a code span is a flag of this program. All its flags but a few contain a dot; most flags of other
 * programs contain none.
 */
function isFlag(span: string): boolean {
  return (
    /^--(\[no-\]|no-)?\w[\w-]*\.[\w.-]+(=|$|\s)/.test(span) || /^--(healthcheck|hostname|version|help)\b/.test(span)
  );
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(FLAG)].map(([, name = '']) => name);
}
