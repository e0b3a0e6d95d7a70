import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EMULATOR = '/usr/bin/qemu-aarch64-static';
const NAME = 'otel-node-exporter-arm64';

/**
 * Header of a 64-bit ELF program for arm64. The mask selects the significant bits.
 * https://docs.kernel.org/admin-guide/binfmt-misc.html
 */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * Registers an emulator for arm64 programs with the kernel, unless an emulator is registered already. Disposal removes the
 * registration.
 */
export function emulateArm64(): Disposable {
  const formats = mkdtempSync(join(tmpdir(), 'binfmt-'));
  execFileSync('mount', ['-t', 'binfmt_misc', 'none', formats]);
  const unmount = (): void => {
    execFileSync('umount', [formats]);
    rmdirSync(formats);
  };
  const registered = readdirSync(formats).filter((name) => name !== 'register' && name !== 'status');
  if (
    registered.some((name) => readFileSync(join(formats, name), 'utf8').includes('7f454c46020101000000000000000000'))
  ) {
    return { [Symbol.dispose]: unmount };
  }
  // With the flag F, the kernel opens the emulator at registration. Its path does not exist in containers.
  writeFileSync(join(formats, 'register'), `:${NAME}:M::${MAGIC}:${MASK}:${EMULATOR}:F`);
  return {
    [Symbol.dispose]() {
      const entry = join(formats, NAME);
      if (existsSync(entry)) writeFileSync(entry, '-1');
      unmount();
    },
  };
}
