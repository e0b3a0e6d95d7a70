/**
 * The rules of the source tree, as functions from files to violations. `test/architecture.test.ts` applies them to this
 * project, and shows with a small tree of each kind that a rule reports what it forbids.
 */
import { dirname, join } from 'node:path/posix';

/** File contents by path, relative to the root of the checkout: `src/host/host.ts`. */
export type Sources = ReadonlyMap<string, string>;

/** From top to bottom: a directory imports only directories after it. */
export const LAYERS: readonly string[] = [
  'main.ts',
  'index.ts',
  'cli',
  'app',
  'export',
  'http',
  'custom',
  'self',
  'config',
  'instruments',
  'collectors',
  'containers',
  'collection',
  'host',
  'formats',
  'parse',
  'flags',
  'metrics',
  'util',
];

/** Packages that only some files may import, and those files: directories end with a slash. */
export const RESTRICTED_IMPORTS: readonly { readonly packages: RegExp; readonly allowed: readonly string[] }[] = [
  { packages: /^@opentelemetry\//, allowed: ['src/export/'] },
  // The second reads the configuration file, the third the certificates of the Collector.
  { packages: /^node:fs(\/promises)?$/, allowed: ['src/host/', 'src/config/file.ts', 'src/export/otlp/pipeline.ts'] },
  { packages: /^node:child_process$/, allowed: [] },
];

/** Where `process.argv` and `process.env` may be read. */
export const PROCESS_READERS: readonly string[] = [
  'src/config/invocation.ts',
  // It must know which file Node.js runs before anything is loaded.
  'src/main.ts',
  // It sets the size of libuv's thread pool, which no flag can.
  'src/cli/node-runtime.ts',
];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** The directory or loose file of `src/` that a path belongs to: `src/host/host.ts` is in `host`. */
function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The text without comments, as far as imports and declarations are concerned. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function importsOf(text: string): readonly string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g;
  return [...withoutComments(text).matchAll(pattern)].map(([, specifier = '']) => specifier);
}

/** All imports between files of `src/`, type imports included. */
function internalImports(sources: Sources): readonly Import[] {
  return [...sources].flatMap(([from, text]) =>
    importsOf(text)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: join(dirname(from), specifier) }))
      .filter(({ to }) => sources.has(to)),
  );
}

/** Files of `src/` outside its directories, and directories that have no place in {@link LAYERS}. */
export function misplacedFiles(sources: Sources): readonly string[] {
  return [...sources.keys()].filter((path) => !LAYERS.includes(layerOf(path)));
}

/** Imports of a directory that is above the importing one. */
export function upwardImports(sources: Sources): readonly string[] {
  return internalImports(sources)
    .filter(({ from, to }) => LAYERS.indexOf(layerOf(from)) > LAYERS.indexOf(layerOf(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
}

/** Files that import each other in a circle. */
export function importCircles(sources: Sources): readonly string[] {
  const imports = Map.groupBy(internalImports(sources), ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const { to } of imports.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return circles;
}

/** Imports between two collectors; `collectors/support/` and the list `collectors/index.ts` are none. */
export function importsBetweenCollectors(sources: Sources): readonly string[] {
  const collectorOf = (path: string): string | undefined => {
    const [, name] = /^src\/collectors\/([^/]+?)(?:\.ts|\/.*)$/.exec(path) ?? [];
    return name === 'index' || name === 'support' ? undefined : name;
  };
  return internalImports(sources)
    .filter(({ from, to }) => {
      const [importer, imported] = [collectorOf(from), collectorOf(to)];
      return importer !== undefined && imported !== undefined && importer !== imported;
    })
    .map(({ from, to }) => `${from} imports ${to}`);
}

/** Imports of packages by files that may not import them. */
export function forbiddenImports(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) =>
    importsOf(text)
      .filter((specifier) =>
        RESTRICTED_IMPORTS.some(
          ({ packages, allowed }) => packages.test(specifier) && !allowed.some((prefix) => path.startsWith(prefix)),
        ),
      )
      .map((specifier) => `${path} imports ${specifier}`),
  );
}

/** Files that read the command line or the environment and are not in {@link PROCESS_READERS}. */
export function processReaders(sources: Sources): readonly string[] {
  return [...sources]
    .filter(([path, text]) => !PROCESS_READERS.includes(path) && /\bprocess\.(argv|env)\b/.test(withoutComments(text)))
    .map(([path]) => path);
}

const STATELESS = /^src\/(parse|metrics)\//;
/** At the start of a line: a variable, a collection that is empty at first, or a memoized function. */
const STATE =
  /^(?:export )?(?:let\b.*|const \w+(?:: [^=]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)(?:<[^(]*>)?\(\)|\[\]|memoize).*)/gm;

/** State of modules in directories that must have none. */
export function moduleState(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const pattern = STATELESS.test(path) ? STATE : /^(?:export )?let\b.*/gm;
    return [...text.matchAll(pattern)].map(([line]) => `${path}: ${line}`);
  });
}

/** Names of types that more than one file declares at its top level. */
export function repeatedTypeNames(sources: Sources): readonly string[] {
  const declarations = [...sources].flatMap(([path, text]) =>
    [...text.matchAll(/^(?:export )?(?:abstract )?(?:class|interface|type) (\w+)/gm)].map(([, name = '']) => ({
      name,
      path,
    })),
  );
  return [...Map.groupBy(declarations, ({ name }) => name)]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(', ')}`);
}

/** Words of a private dialect, and what to write instead. */
const DIALECT: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(?:un)?sayable\b/i, 'serializable'],
  [/\b(?:un)?said\b/i, 'reported, returned or contained'],
  [/\bkept\b/i, 'cached, open or retained'],
  [/\blent\b/i, 'borrowed'],
  [/\banew\b/i, 'again'],
  [/\bwhoever\b/i, 'the noun'],
  // Not the user `nobody` of /etc/passwd.
  [/(?<![:'`])\b(?:no|some)body\b(?![:'`])/i, 'no caller, a process'],
  [/\bof one's own\b/i, 'custom, user-defined'],
  // People may be "who": callers, kernels and devices may not.
  [
    /(?<!\b(?:people|everyone|anyone|users?|operators?|teams|administrators|developers|engineers|reader|for),? )\bwhom?\b/i,
    'that, or the noun',
  ],
  [/\bbilingual\b/i, 'in both naming conventions'],
  [/\bsince 1970\b/i, 'Unix time'],
];

/** Lines with a word of {@link DIALECT}. */
export function dialect(texts: Sources): readonly string[] {
  return [...texts].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        DIALECT.filter(([pattern]) => pattern.test(line)).map(
          ([pattern, instead]) => `${path}:${index + 1}: "${pattern.exec(line)?.[0]}" -> ${instead}`,
        ),
      ),
  );
}

export interface HelpText {
  readonly name: string;
  readonly help: string;
}

/** Beginnings that leave the subject to the reader. */
const WITHOUT_SUBJECT =
  /^(?:its|their|theirs|his|it|they|them|those|these|this|that|others?|one|ones|what|how (?:many|much|long|often)|whether (?:it|they|this|that))\b/i;

/** Words that a HELP text must contain, by the ending of the name. */
const UNITS: readonly (readonly [ending: RegExp, words: RegExp])[] = [
  [/_seconds(?:_total)?$/, /second|time|duration|age|latency|uptime|interval/i],
  [/_bytes(?:_total)?$/, /byte|KiB/i],
  [/_celsius$/, /celsius/i],
  [/_(?:volts?|volt)$/, /volt/i],
  [/_hertz$/, /hertz|frequency/i],
  [/_joules_total$/, /joule/i],
  [/_ratio$/, /ratio|fraction|share|proportion/i],
];

/** HELP texts that mean nothing alone: without a subject, a unit or a full stop. */
export function vagueHelp(families: readonly HelpText[]): readonly string[] {
  return families.flatMap(({ name, help }) => {
    const faults = [
      ...(WITHOUT_SUBJECT.test(help) ? ['has no subject'] : []),
      ...(/\.$/.test(help) ? [] : ['has no full stop']),
      ...(help.split(/\s+/).length < 2 ? ['is one word'] : []),
      ...UNITS.filter(([ending, words]) => ending.test(name) && !words.test(help)).map(() => 'names no unit'),
    ];
    return faults.map((fault) => `${name} ${fault}: ${help}`);
  });
}
