import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import { freePort } from '../free-port.ts';
import { kill, runIntoFile } from '../program.ts';

export interface Registry extends AsyncDisposable {
  /** Host and port, such as `127.0.0.1:5000`. */
  readonly address: string;
}

/**
 * Starts an image registry on the loopback interface. An engine stores only one architecture of an image. Therefore the
 * engine has to pull the image for a second architecture from a registry.
 */
export async function startRegistry(): Promise<Registry> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  const configuration = {
    version: 0.1,
    log: { accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'images') } },
    http: { addr: address },
  };
  const path = join(directory, 'config.json');
  await writeFile(path, JSON.stringify(configuration));
  const started = runIntoFile(join(directory, 'log'), 'docker-registry', ['serve', path]);
  await eventually(
    () => fetch(`http://${address}/v2/`),
    ({ ok }) => ok,
  );
  return {
    address,
    async [Symbol.asyncDispose]() {
      await kill(started);
      await rm(directory, { recursive: true });
    },
  };
}
