/** Makes dist/main.js: the whole program in one file. */
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';

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
  // Machine code, and not everywhere: the program finds it beside itself or does without.
  external: ['koffi'],
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
