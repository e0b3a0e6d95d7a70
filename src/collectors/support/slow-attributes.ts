/**
 * Reads of attributes whose drivers may wait. The reads of a device end in any order, but their values are emitted in the
 * order of the exposition: the result of each read is a function that emits the value.
 */
import type { AsyncTree, AttributeRead, Parse } from '../../host/host.ts';
import { parseText } from '../../parse/lines.ts';

export type EmittingRead = AttributeRead<() => void>;

/** Returns a read of an attribute. The result of the read is a function that emits the value. */
export function emittingRead<T>(path: string, parse: Parse<T>, emitValue: (value: T) => void): EmittingRead {
  return {
    path,
    parse: (text, report) => {
      const value = parse(text, report);
      return () => emitValue(value);
    },
  };
}

/**
 * Returns the reads of several attributes that are labels of one sample. The sample is emitted only if no read fails. The
 * label of an absent attribute is empty.
 */
export function labelReads<L extends string>(
  attributes: readonly (readonly [label: L, path: string])[],
  emitLabels: (labels: Readonly<Record<L, string>>) => void,
): EmittingRead[] {
  const texts = new Map<L, string>();
  const store = (label: L, text: string): void => {
    texts.set(label, text);
    // After the last label the sample is complete.
    if (texts.size === attributes.length) emitLabels(Object.fromEntries(texts) as Readonly<Record<L, string>>);
  };
  return attributes.map(([label, path]) => ({
    ...emittingRead(path, parseText, (text) => store(label, text)),
    absent: () => store(label, ''),
  }));
}

/** Reads all devices at the same time, then emits the values in the order of the devices and of their reads. */
export async function emitDevices(slowSys: AsyncTree, devices: readonly (readonly EmittingRead[])[]): Promise<void> {
  const emittersOfDevices = await Promise.all(devices.map((reads) => slowSys.readEachIfPresent(reads)));
  for (const emitters of emittersOfDevices) for (const emitValue of emitters) emitValue?.();
}
