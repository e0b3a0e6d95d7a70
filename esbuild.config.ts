/** Makes dist/main.js: the whole program in one file. */
import { execFileSync } from 'node:child_process';
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

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  plugins: [requireBuiltins, withoutBodyParser],
  // Optional packages: the program finds them beside itself or does without.
  external: ['koffi', '@opentelemetry/otlp-grpc-exporter-base'],
  banner: {
    // Packages in CommonJS ask for built-in modules with require.
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { REVISION: JSON.stringify(revision()) },
});

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
