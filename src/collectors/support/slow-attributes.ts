/**
 * Reads of attributes whose drivers may wait. The reads of a device end in any order, but their values are emitted in the
 * order of the exposition: the result of each read is a function that emits the value.
 */
import type { AttributeRead, Host, Parse } from '../../host/host.ts';
import { parseText } from '../../parse/lines.ts';

export interface EmittingRead extends AttributeRead<() => void> {
  /** True for an attribute that the kernel returns from memory. It is read synchronously, in a tenth of the time. */
  readonly isInMemory?: boolean;
}

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

/** Returns a read that is synchronous: the kernel has the value of the attribute in memory. */
export function inMemory(read: EmittingRead): EmittingRead {
  return { ...read, isInMemory: true };
}

/** A value of a device: a read, or a function that emits a known value. */
export type EmittedValue = EmittingRead | (() => void);

/** Reads all devices at the same time, then emits the values in the order of the devices and of their values. */
export async function emitDevices(host: Host, devices: readonly (readonly EmittedValue[])[]): Promise<void> {
  const emittersOfDevices = await Promise.all(devices.map((values) => readDevice(host, values)));
  for (const emitters of emittersOfDevices) for (const emitValue of emitters) emitValue?.();
}

type Emitters = readonly ((() => void) | undefined)[];

function readDevice({ sys, slowSys }: Host, values: readonly EmittedValue[]): Emitters | Promise<Emitters> {
  const slow: EmittingRead[] = [];
  const emitters = values.map((value) => {
    if (typeof value === 'function') return value;
    if (value.isInMemory === true) return sys.readAttribute(value);
    return slow.push(value) - 1;
  });
  const resolve = (results: Emitters): Emitters =>
    emitters.map((emitter) => (typeof emitter === 'number' ? results[emitter] : emitter));
  return slow.length === 0 ? resolve([]) : slowSys.readEachIfPresent(slow).then(resolve);
}
