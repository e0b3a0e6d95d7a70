/**
 * Builds dist/main.js, which contains the program and the library, and dist/LICENSES.txt with the licences of all packages
 * that dist/main.js contains.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { build, type Plugin } from 'esbuild';

/**
 * Makes the bundle load built-in modules with `require`. An import would read all properties of a module, and reading the
 * properties of `node:http` loads a WebSocket implementation. That takes 25 ms of a start of 150 ms.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
  },
};

/**
 * Replaces the package body-parser, which Express loads, by an empty module. The program does not read the body of a
 * request.
 */
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
    // @datadog/sketches-js does not use its protobuf code in this program. That code needs a package that is not
    // installed.
    '*/proto/compiled',
  ],
  banner: {
    // The bundle needs `require`, because the CommonJS packages in it load built-in modules with `require`.
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { REVISION: JSON.stringify(revision()) },
});
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));

/**
 * Returns the hash of the commit; empty outside a checkout. The build of the image passes the hash in the variable
 * `REVISION`.
 */
function revision(): string {
  const given = process.env['REVISION'];
  if (given !== undefined) return given;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // Either git is not installed, or the directory is not a checkout.
    return '';
  }
}

/** Returns the name, version, licence and notices of each package that contains one of the files. */
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
