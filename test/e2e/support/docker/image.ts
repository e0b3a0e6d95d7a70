import { join } from 'node:path';
import { importBase } from './base.ts';
import { createDataRoot, startEngine } from './engine.ts';

/** What the image is built from. */
export const CHECKOUT = join(import.meta.dirname, '../../../..');

/** The image that the manifests name. */
export const IMAGE = 'otel-node-exporter:0.2.0';
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

export interface BuiltImage extends AsyncDisposable {
  /** The data root of an engine that has it. */
  readonly dataRoot: string;
}

/** Builds the image as a user does, with the packages of the lock file; only its base is made here. */
export async function buildImage(): Promise<BuiltImage> {
  const dataRoot = await createDataRoot();
  await using engine = await startEngine({ dataRoot: dataRoot.path, network: 'host' });
  importBase(engine);
  engine.docker('build', '--network=host', `--build-arg=REVISION=${REVISION}`, `--tag=${IMAGE}`, CHECKOUT);
  return { dataRoot: dataRoot.path, [Symbol.asyncDispose]: () => dataRoot[Symbol.asyncDispose]() };
}
