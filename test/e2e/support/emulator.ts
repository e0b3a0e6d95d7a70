import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EMULATOR = '/usr/bin/qemu-aarch64-static';
const NAME = 'otel-node-exporter-arm64';

/** The head of a 64-bit program for arm64, and which bits of it count: https://docs.kernel.org/admin-guide/binfmt-misc.html */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/** Lets this machine run programs for arm64, in containers too, unless it can already; until it is disposed of. */
export function emulateArm64(): Disposable {
  const formats = mkdtempSync(join(tmpdir(), 'binfmt-'));
  execFileSync('mount', ['-t', 'binfmt_misc', 'none', formats]);
  const unmount = (): void => {
    execFileSync('umount', [formats]);
    rmdirSync(formats);
  };
  const known = readdirSync(formats).filter((name) => name !== 'register' && name !== 'status');
  if (known.some((name) => readFileSync(join(formats, name), 'utf8').includes('7f454c46020101000000000000000000'))) {
    return { [Symbol.dispose]: unmount };
  }
  // F: the emulator is opened now, and not where a container would look for it.
  writeFileSync(join(formats, 'register'), `:${NAME}:M::${MAGIC}:${MASK}:${EMULATOR}:F`);
  return {
    [Symbol.dispose]() {
      const own = join(formats, NAME);
      if (existsSync(own)) writeFileSync(own, '-1');
      unmount();
    },
  };
}
