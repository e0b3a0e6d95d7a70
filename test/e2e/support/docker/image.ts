import { join } from 'node:path';
import { importBase } from './base-image.ts';
import { createDataRoot, startEngine } from './engine.ts';

/** Root of the checkout, which is the build context of the image. */
export const CHECKOUT = join(import.meta.dirname, '../../../..');

/** Name of the image in the manifests. */
export const IMAGE = 'otel-node-exporter:0.2.0';
export const REVISION = '0123456789abcdef0123456789abcdef01234567';

export interface BuiltImage extends AsyncDisposable {
  /** Data root of a Docker engine that contains the image. */
  readonly dataRoot: string;
}

/** Builds the image from the Dockerfile and the lock file. Only the base image is a local replacement. */
export async function buildImage(): Promise<BuiltImage> {
  const dataRoot = await createDataRoot();
  await using engine = await startEngine({ dataRoot: dataRoot.path, network: 'host' });
  importBase(engine);
  engine.docker('build', '--network=host', `--build-arg=REVISION=${REVISION}`, `--tag=${IMAGE}`, CHECKOUT);
  return { dataRoot: dataRoot.path, [Symbol.asyncDispose]: () => dataRoot[Symbol.asyncDispose]() };
}
