/**
 * Reads of attributes whose drivers may wait. Each read has a result that emits its value: the reads of a device end in any
 * order, and their values are emitted in the order of the page.
 */
import type { AsyncTree, AttributeRead, Parse } from '../../host/host.ts';
import { parseText } from '../../parse/lines.ts';

export type EmittingRead = AttributeRead<() => void>;

/** Returns a read of an attribute that emits its value. */
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
 * Returns reads of attributes that are labels of one value. The value is emitted unless one of them fails; an absent attribute
 * is an empty label.
 */
export function labelReads<L extends string>(
  attributes: readonly (readonly [label: L, path: string])[],
  emitLabels: (labels: Readonly<Record<L, string>>) => void,
): EmittingRead[] {
  const texts = new Map<L, string>();
  const store = (label: L, text: string): void => {
    texts.set(label, text);
    // Each label has a text now.
    if (texts.size === attributes.length) emitLabels(Object.fromEntries(texts) as Readonly<Record<L, string>>);
  };
  return attributes.map(([label, path]) => ({
    ...emittingRead(path, parseText, (text) => store(label, text)),
    absent: () => store(label, ''),
  }));
}

/** Reads devices at the same time and emits their values in the order of the devices and reads. */
export async function emitDevices(slowSys: AsyncTree, devices: readonly (readonly EmittingRead[])[]): Promise<void> {
  const emittersOfDevices = await Promise.all(devices.map((reads) => slowSys.readEachIfPresent(reads)));
  for (const emitters of emittersOfDevices) for (const emitValue of emitters) emitValue?.();
}
