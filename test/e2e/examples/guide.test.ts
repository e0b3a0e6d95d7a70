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

// The test follows the guide in examples/README.md: it writes the files, runs the commands, and compares the output.

const CHECKOUT = join(import.meta.dirname, '../../..');
const GUIDE = join(CHECKOUT, 'examples/README.md');

type Step =
  | { readonly file: string; readonly text: string }
  | { readonly command: string; readonly output: string; readonly stays: boolean };

/**
 * Returns the steps of a guide. A `console` block contains commands. Any other block is the content of the last file that
 * the text before the block names.
 */
function stepsOf(page: string): readonly Step[] {
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
        return { command: command.replace(/ &$/, ''), output: output.join('\n'), stays: command.endsWith(' &') };
      });
  });
}

/** Replaces times and durations by letters, because they differ from run to run. */
function comparable(output: string): string {
  return output
    .replaceAll(/ts=\S+/g, 'ts=T')
    .replaceAll(/ in \d+m?s/g, ' in S')
    .replaceAll(/@\[[\d.]+\]/g, '@[T]')
    .trim();
}

/** Directory and environment of the commands. */
interface Shell {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function execute(command: string, shell: Shell): string {
  return sortLines(comparable(execFileSync('sh', ['-c', command], { ...shell, encoding: 'utf8', stdio: 'pipe' })));
}

/** Sorts the lines of an output. The order in which a file system lists a directory is undefined. */
function sortLines(output: string): string {
  return output.split('\n').toSorted().join('\n');
}

async function follow(step: Step, shell: Shell, t: TestContext): Promise<void> {
  if ('file' in step) {
    writeFileSync(join(shell.cwd, step.file), step.text);
    return;
  }
  const { command, output, stays } = step;
  t.diagnostic(command);
  const expected = comparable(output);
  const sorted = sortLines(expected);
  if (stays) await startToStay(command, expected, shell, t);
  // These commands only read. Repeat the command until the result has arrived, which may take a scrape interval.
  else if (/^(curl|promtool) /.test(command))
    await eventually(
      async () => execute(command, shell),
      (text) => text === sorted,
    );
  else assert.equal(execute(command, shell), sorted, command);
}

async function startToStay(command: string, expected: string, shell: Shell, t: TestContext): Promise<void> {
  // npx starts another process. The process group contains both, so that both can be ended.
  const child = spawn('sh', ['-c', command], { ...shell, detached: true });
  const ended = once(child, 'close');
  t.after(async () => {
    if (child.exitCode === null) process.kill(-(child.pid ?? assert.fail()), 'SIGKILL');
    await ended;
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  await eventually(
    async () => comparable(written),
    (text) => text.includes(expected),
  );
}

describeUnless(missing('prometheus', 'promtool', 'curl'), 'the guide', () => {
  test('leads from an empty directory to a series in Prometheus', async (t) => {
    const [exporter, prometheus] = [await freePort(), await freePort()];
    const ports: Readonly<Record<string, number>> = { 23333: exporter, 9090: prometheus };
    const page = readFileSync(GUIDE, 'utf8')
      // Replace both ports in one call, because the free port for one of them may contain the digits of the other.
      .replaceAll(/\b(?:23333|9090)\b/g, (port) => String(ports[port]))
      .replace('spool.ts &', `spool.ts --web.listen-address=127.0.0.1:${exporter} &`)
      .replace('[::]', '127.0.0.1')
      .replace('warn &', `warn --web.listen-address=127.0.0.1:${prometheus} &`);
    await using directory = await createTempDirectory({});
    const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
    // Set npm_config_offline: npm must not access the network.
    const env = { ...process.env, PATH: path, npm_config_offline: 'true', npm_config_loglevel: 'error' };
    const shell = { cwd: directory.path, env };
    execFileSync('npm', ['pack', CHECKOUT, '--silent'], { ...shell, stdio: 'pipe' });
    const steps = stepsOf(page);
    for (const step of steps) await follow(step, shell, t);
    assert.equal(steps.length, 14);
  });
});
