/** The flags of the program that a page mentions, in commands, manifests, configuration files and prose. */
import type { Page } from './markdown.ts';

/** What starts the program, before its own flags. */
const PROGRAM =
  /(?:otel-node-exporter(?::[\w.]+)?|npm start --|main\.m?js|(?:redis|http-requests|shop-exporter)\.ts)(?=\s)/g;
const FLAG = /(?<=^|\s|['"])--(?:\[no-\]|no-)?([a-z][\w.-]*)/g;

/** Flags of other programs that have a dot, as those of this one have. */
const FOREIGN: ReadonlySet<string> = new Set(['storage.tsdb.path', 'web.enable-remote-write-receiver']);

/** The names of the flags of this program on a page. */
export function flagsOn({ blocks, spans }: Page): readonly string[] {
  const commands = blocks.flatMap(({ language, text }) => {
    if (language === 'sh' || language === 'console') return commandsIn(text).map(argumentsOf);
    return language === 'yaml' ? [text] : [];
  });
  const names = [...commands, ...spans.filter(isFlag)].flatMap(namesIn);
  return [...new Set(names)].filter((name) => !FOREIGN.has(name)).sort();
}

/** The lines that a shell runs, each joined with its continuations. */
function commandsIn(text: string): readonly string[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => !line.startsWith('#'));
}

/** The part of a command after the program; nothing for a command that runs another program. */
function argumentsOf(command: string): string {
  const end = [...command.matchAll(PROGRAM)].map(({ index, 0: program }) => index + program.length).at(-1);
  return end === undefined ? '' : command.slice(end);
}

/** Flags of this program have a dot, but for five of them; most flags of other programs have none. */
function isFlag(span: string): boolean {
  return (
    /^--(\[no-\]|no-)?\w[\w-]*\.[\w.-]+(=|$|\s)/.test(span) || /^--(healthcheck|hostname|version|help)\b/.test(span)
  );
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(FLAG)].map(([, name = '']) => name);
}
