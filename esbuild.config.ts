/**
 * Makes dist/main.js: the whole program, which is the library too, in one file; and dist/LICENSES.txt, what the packages in
 * it are licensed under.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';

/**
 * Built-in modules are required: an import reads each of their properties, and those of `node:http` load a browser's
 * WebSocket (*measured*: 25 ms of a start of 150 ms).
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

/** Express loads what parses the bodies of requests, and no request here has one. */
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
    // Optional packages: the program finds them beside itself or does without.
    'koffi',
    '@opentelemetry/otlp-grpc-exporter-base',
    // The sketches' protobuf form is never asked for, and needs a package that nobody installs.
    '*/proto/compiled',
  ],
  banner: {
    // Packages in CommonJS ask for built-in modules with require.
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { REVISION: JSON.stringify(revision()) },
});
writeFileSync('dist/LICENSES.txt', licences(Object.keys(metafile.inputs)));

/** The commit, or nothing outside a checkout (in an image `REVISION` is a build argument). */
function revision(): string {
  const given = process.env['REVISION'];
  if (given !== undefined) return given;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    // No git, or not a checkout: the build says so by an empty revision.
    return '';
  }
}

/** Of each package that files are from: what it is, and the licences and notices that it ships. */
function licences(files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
    return [`${name} ${version} (${license})`, ...texts].join('\n\n');
  });
  return `${['otel-node-exporter holds these packages.', ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
