/**
 * Builds dist/main.js, which contains the program and the library, and dist/LICENSES.txt with the licences of all packages
 * that dist/main.js contains.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/**
 * Makes the bundle load built-in modules with `require`. An import would read all properties of a module, and the properties
 * of `node:http` load a WebSocket implementation. Measured: that takes 25 ms of a start of 150 ms.
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

/** Replaces the body parser that Express loads by an empty module: the program reads no request body. */
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
    // An optional package, which is imported at run time if it is installed.
    'koffi',
    // The protobuf code of @datadog/sketches-js is never used, and needs a package that is not installed.
    '*/proto/compiled',
  ],
  banner: {
    // CommonJS packages load built-in modules with require.
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { REVISION: JSON.stringify(revision()) },
});
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));

/** Returns the commit, or an empty string outside a checkout. The build of the image passes the commit in `REVISION`. */
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

/** Returns a text with the name, version, licence and notices of each package to which the files belong. */
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
