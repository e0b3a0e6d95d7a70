/**
 * Builds dist/main.js, the program and the library in one file, and dist/LICENSES.txt, the licences of the packages in it.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/**
 * Loads built-in modules with `require`. An import would read each property of the module, and the properties of `node:http`
 * load a WebSocket implementation (*measured*: 25 ms of a start of 150 ms).
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/** Replaces the body parser that Express loads: no request of this program has a body. */
const withoutBodyParser: Plugin = {
  name: 'without-body-parser',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^body-parser$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}' }));
  },
};

const { metafile } = await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  metafile: true,
  platform: 'node',
  target: 'node26',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  plugins: [requireBuiltins, withoutBodyParser],
  external: [
    // Optional packages: imported if they are installed beside the program.
    'koffi',
    '@opentelemetry/otlp-grpc-exporter-base',
    // The protobuf form of sketches is never used, and needs a package that is not installed.
    '*/proto/compiled',
  ],
  banner: {
    // CommonJS packages load built-in modules with require.
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { REVISION: JSON.stringify(revision()) },
});
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));

/** Returns the commit, or an empty string outside a checkout. In an image `REVISION` is a build argument. */
function revision(): string {
  const given = process.env['REVISION'];
  if (given !== undefined) return given;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // git is not installed, or this is not a checkout.
    return '';
  }
}

/** Returns name, version, licence and notices of each package that the files belong to. */
function licences(files: readonly string[]): string {
  const directories = new Set(files.flatMap((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const parts = [...directories].sort().map((directory) => {
    const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
    const texts = readdirSync(directory)
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(`${directory}/${file}`, 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return `${['otel-node-exporter contains these packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
