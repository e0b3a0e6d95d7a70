import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { describeUnless, missing } from '../support/requirements.ts';
import { createTempDirectory } from '../support/temp-directory.ts';

// Follows the guide: writes its files, runs its commands and compares their output.

const CHECKOUT = join(import.meta.dirname, '../../..');
const GUIDE = join(CHECKOUT, 'examples/README.md');

type Step =
  | { readonly file: string; readonly text: string }
  | { readonly command: string; readonly output: string; readonly runsInBackground: boolean };

/** Parses the steps of a page. Console blocks contain commands. Other blocks are files, named by the text before them. */
function parseSteps(page: string): readonly Step[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(({ 1: language, 2: text = '', index }): Step[] => {
    if (language !== 'console') {
      const file = [...page.slice(0, index).matchAll(/`([\w-]+\.\w+)`/g)].at(-1)?.[1] ?? assert.fail(text);
      return [{ file, text }];
    }
    return text
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...output] = part.trimEnd().split('\n');
        return {
          command: command.replace(/ &$/, ''),
          output: output.join('\n'),
          runsInBackground: command.endsWith(' &'),
        };
      });
  });
}

/** Replaces the parts that differ between runs: times and durations. */
function normalize(output: string): string {
  return output
    .replaceAll(/ts=\S+/g, 'ts=T')
    .replaceAll(/ in \d+m?s/g, ' in S')
    .replaceAll(/@\[[\d.]+\]/g, '@[T]')
    .trim();
}

/** Working directory and environment of the commands. */
interface Shell {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function execute(command: string, shell: Shell): string {
  return sortLines(normalize(execFileSync('sh', ['-c', command], { ...shell, encoding: 'utf8', stdio: 'pipe' })));
}

/** Sorts the lines, because the order of directory entries, and so of series, depends on the file system. */
function sortLines(output: string): string {
  return output.split('\n').toSorted().join('\n');
}

async function runStep(step: Step, shell: Shell, t: TestContext): Promise<void> {
  if ('file' in step) {
    writeFileSync(join(shell.cwd, step.file), step.text);
    return;
  }
  const { command, output, runsInBackground } = step;
  t.diagnostic(command);
  const expected = normalize(output);
  const sorted = sortLines(expected);
  if (runsInBackground) await startInBackground(command, expected, shell, t);
  // Commands without side effects are repeated, because their output depends on when Prometheus scrapes.
  else if (/^(curl|promtool) /.test(command))
    await eventually(
      async () => execute(command, shell),
      (text) => text === sorted,
    );
  else assert.equal(execute(command, shell), sorted, command);
}

async function startInBackground(command: string, expected: string, shell: Shell, t: TestContext): Promise<void> {
  // npx starts another process. Both are killed by their process group.
  const child = spawn('sh', ['-c', command], { ...shell, detached: true });
  const ended = once(child, 'close');
  t.after(async () => {
    if (child.exitCode === null) process.kill(-(child.pid ?? assert.fail()), 'SIGKILL');
    await ended;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await eventually(
    async () => normalize(output),
    (text) => text.includes(expected),
  );
}

describeUnless(missing('prometheus', 'promtool', 'curl'), 'examples/README.md', () => {
  test('leads from an empty directory to a series in a real Prometheus', async (t) => {
    const [exporter, prometheus] = [await freePort(), await freePort()];
    const ports: Readonly<Record<string, number>> = { 23333: exporter, 9090: prometheus };
    const page = readFileSync(GUIDE, 'utf8')
      // Both ports are replaced in one step, because one may be part of the other.
      .replaceAll(/\b(?:23333|9090)\b/g, (port) => String(ports[port]))
      .replace('spool.ts &', `spool.ts --web.listen-address=127.0.0.1:${exporter} &`)
      .replace('0.0.0.0', '127.0.0.1')
      .replace('warn &', `warn --web.listen-address=127.0.0.1:${prometheus} &`);
    await using directory = await createTempDirectory({});
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    // npm must not use the network.
    const env = { ...process.env, PATH: path, npm_config_offline: 'true', npm_config_loglevel: 'error' };
    const shell = { cwd: directory.path, env };
    execFileSync('npm', ['pack', CHECKOUT, '--silent'], { ...shell, stdio: 'pipe' });
    const steps = parseSteps(page);
    for (const step of steps) await runStep(step, shell, t);
    assert.equal(steps.length, 14);
  });
});
