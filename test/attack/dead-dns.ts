import { execFileSync } from 'node:child_process';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kill, PROGRAM, run, waitForOutput } from '../e2e/support/program.ts';

export interface StopFigures {
  readonly seconds: number;
  readonly output: string;
}

/** Commands of a shell in new mount and network namespaces, where a name server never responds. */
const SCRIPT = `
ip link set lo up && mount --bind "$1" /etc/resolv.conf || exit 9
"$2" --eval 'require("dgram").createSocket("udp4").bind(53, "127.0.0.1"); setTimeout(process.exit, 60000)' &
exec "$2" "$3" --web.listen-address=127.0.0.1:0 --otlp.endpoint=http://dead.example:4318 --otlp.interval=1s
`;

/** Returns the reason why the attack cannot run here, or `false`. */
export function missingNamespaces(): string | false {
  try {
    execFileSync('unshare', ['--mount', '--net', 'ip', 'link', 'set', 'lo', 'up']);
    return false;
  } catch {
    return 'new namespaces need root and the programs unshare and ip';
  }
}

/** Stops the program by SIGTERM while it resolves a name whose server never responds. */
export async function attack(): Promise<StopFigures> {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'dead-dns-'));
  const resolver = join(directory.path, 'resolv.conf');
  await writeFile(resolver, 'nameserver 127.0.0.1\noptions timeout:10 attempts:3\n');
  const flags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const program = run('unshare', [...flags, 'sh', '-c', SCRIPT, 'sh', resolver, process.execPath, PROGRAM]);
  try {
    await waitForOutput(program, /msg="Pushing to/);
    // The first push starts after the interval of a second.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const pid = String(execFileSync('pgrep', ['--parent', String(program.child.pid)])).trim();
    const startedAt = performance.now();
    process.kill(Number(pid), 'SIGTERM');
    await program.ended;
    return { seconds: (performance.now() - startedAt) / 1000, output: program.output() };
  } finally {
    await kill(program);
  }
}
