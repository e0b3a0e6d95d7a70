/**
 * Rules for the source tree. Each rule is a function that returns the violations in a set of files.
 * `test/architecture.test.ts` applies the rules to this project. It also checks with a small tree that each rule reports a
 * violation.
 */
import { dirname, join } from 'node:path/posix';

/** File contents by path, relative to the root of the checkout: `src/host/host.ts`. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Layers of the source tree, from top to bottom. A directory may import only from directories that are later in the list.
 */
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

/** Packages that only some files may import. A path that ends in a slash is a directory. */
export const RESTRICTED_IMPORTS: readonly { readonly packages: RegExp; readonly allowed: readonly string[] }[] = [
  { packages: /^@opentelemetry\//, allowed: ['src/export/'] },
  // src/config/file.ts reads the configuration file, and tls-files.ts reads the certificates of the Collector.
  { packages: /^node:fs(\/promises)?$/, allowed: ['src/host/', 'src/config/file.ts', 'src/export/otlp/tls-files.ts'] },
  { packages: /^node:child_process$/, allowed: [] },
];

/** Files that may read `process.argv` and `process.env`. */
export const PROCESS_READERS: readonly string[] = [
  'src/config/invocation.ts',
  // Before the file loads other modules, it checks which file Node.js runs.
  'src/main.ts',
  // This file sets the size of libuv's thread pool, which libuv reads only from an environment variable.
  'src/cli/node-runtime.ts',
];

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Returns the layer of a path: the layer of `src/host/host.ts` is `host`. */
function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Removes the comments of a text. The result is exact enough for finding imports and declarations. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

function importsOf(text: string): readonly string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)'([^']+)'/g;
  return [...withoutComments(text).matchAll(pattern)].map(([, specifier = '']) => specifier);
}

/** Returns the imports between files in `src/`, including imports of types. */
function internalImports(sources: Sources): readonly Import[] {
  return [...sources].flatMap(([from, text]) =>
    importsOf(text)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => ({ from, to: join(dirname(from), specifier) }))
      .filter(({ to }) => sources.has(to)),
  );
}

/** Returns the files in `src/` that belong to no entry of {@link LAYERS}. */
export function misplacedFiles(sources: Sources): readonly string[] {
  return [...sources.keys()].filter((path) => !LAYERS.includes(layerOf(path)));
}

/** Returns the imports from a higher layer. */
export function upwardImports(sources: Sources): readonly string[] {
  return internalImports(sources)
    .filter(({ from, to }) => LAYERS.indexOf(layerOf(from)) > LAYERS.indexOf(layerOf(to)))
    .map(({ from, to }) => `${from} imports ${to}`);
}

/** Returns the circles of files that import each other. */
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

/** Returns the imports of one collector by another. The directory `support` and the file `index.ts` are not collectors. */
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

/** Returns the imports that violate {@link RESTRICTED_IMPORTS}. */
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

/** Returns the files that read the command line or the environment but are not in {@link PROCESS_READERS}. */
export function processReaders(sources: Sources): readonly string[] {
  return [...sources]
    .filter(([path, text]) => !PROCESS_READERS.includes(path) && /\bprocess\.(argv|env)\b/.test(withoutComments(text)))
    .map(([path]) => path);
}

const STATELESS = /^src\/(parse|metrics)\//;
/** Matches a line that declares a variable, an empty collection, or a memoized function. */
const STATE =
  /^(?:export )?(?:let\b.*|const \w+(?:: [^=]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)(?:<[^(]*>)?\(\)|\[\]|memoize).*)/gm;

/**
 * Returns the declarations of state at the top level of modules. Variables are forbidden everywhere; the modules of some
 * directories must not have other state either.
 */
export function moduleState(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const pattern = STATELESS.test(path) ? STATE : /^(?:export )?let\b.*/gm;
    return [...text.matchAll(pattern)].map(([line]) => `${path}: ${line}`);
  });
}

/** Returns the names of types that several files declare at their top level. */
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

/** Words that texts of the project must not contain, each with the words to write instead. */
const DIALECT: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b(?:un)?sayable\b/i, 'serializable'],
  [/\b(?:un)?said\b/i, 'reported, returned or contained'],
  [/\bkept\b/i, 'cached, open or retained'],
  [/\blent\b/i, 'borrowed'],
  [/\banew\b/i, 'again'],
  [/\bwhoever\b/i, 'the noun'],
  // The pattern excludes `nobody`, a user name in /etc/passwd.
  [/(?<![:'`])\b(?:no|some)body\b(?![:'`])/i, 'no caller, a process'],
  [/\bof one's own\b/i, 'custom, user-defined'],
  // Only people may be "who". The word must not stand for a caller, the kernel or a device.
  [
    /(?<!\b(?:people|everyone|anyone|users?|operators?|teams|administrators|developers|engineers|reader|for),? )\bwhom?\b/i,
    'that, or the noun',
  ],
  [/\bbilingual\b/i, 'in both naming conventions'],
  [/\bsince 1970\b/i, 'Unix time'],
];

/** Returns the lines that contain a word of {@link DIALECT}. */
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

/** Words at the start of a HELP text that has no subject. */
const WITHOUT_SUBJECT =
  /^(?:its|their|theirs|his|it|they|them|those|these|this|that|others?|one|ones|what|how (?:many|much|long|often)|whether (?:it|they|this|that))\b/i;

/** Words for the unit of a metric. A HELP text must contain a word for the ending of the metric's name. */
const UNITS: readonly (readonly [ending: RegExp, words: RegExp])[] = [
  [/_seconds(?:_total)?$/, /second|time|duration|age|latency|uptime|interval/i],
  [/_bytes(?:_total)?$/, /byte|KiB/i],
  [/_celsius$/, /celsius/i],
  [/_(?:volts?|volt)$/, /volt/i],
  [/_hertz$/, /hertz|frequency/i],
  [/_joules_total$/, /joule/i],
  [/_ratio$/, /ratio|fraction|share|proportion/i],
];

/** Returns the HELP texts that lack a subject, a unit or a full stop. */
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
